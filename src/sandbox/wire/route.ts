import { catalog, type CatalogEntry } from "../services/catalog.ts";
import type { Protocol } from "./api.ts";
import { header, type WireRequest } from "./request.ts";

/** What a request says about itself before any service is loaded. */
export interface Route {
  protocol: Protocol;
  entry?: CatalogEntry | undefined;
  /** The operation's name; empty for REST, where method and path tell. */
  operation: string;
  form?: URLSearchParams | undefined;
  region: string;
  accessKeyId?: string | undefined;
  /** The service that the signature is for, also when the sandbox does not have it. */
  signingName?: string | undefined;
  signed: boolean;
}

/** The signing scope of a request: who asks, where, and for which service. */
function readScope(request: WireRequest): { accessKeyId?: string; region?: string; signingName?: string } {
  const scope = /Credential=([^/,\s]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request/.exec(header(request, "authorization"));
  return scope ? { accessKeyId: scope[1] ?? "", region: scope[2] ?? "", signingName: scope[3] ?? "" } : {};
}

const byTarget = (target: string) => catalog.find((entry) => entry.target === target);

/** Tells protocol, service and operation from headers and form alone: each client speaks another of AWS's protocols. */
export function routeRequest(request: WireRequest): Route {
  const scope = readScope(request);
  const common = {
    region: scope.region ?? "us-east-1",
    accessKeyId: scope.accessKeyId,
    signingName: scope.signingName,
    signed: scope.accessKeyId !== undefined,
  };
  const rpc = /\/service\/(\w+)\/operation\/(\w+)$/.exec(request.url.pathname);
  if (rpc && header(request, "smithy-protocol") === "rpc-v2-cbor")
    return { ...common, protocol: "cbor", entry: byTarget(rpc[1] ?? ""), operation: rpc[2] ?? "" };
  const target = header(request, "x-amz-target");
  if (target) {
    const dot = target.lastIndexOf(".");
    const protocol = header(request, "content-type").includes("json-1.0") ? "json1.0" : "json1.1";
    return { ...common, protocol, entry: byTarget(target.slice(0, dot)), operation: target.slice(dot + 1) };
  }
  const form = readForm(request);
  const operation = form.get("Action");
  if (operation !== null) {
    const entry = catalog.find(({ version }) => version === form.get("Version"));
    return { ...common, protocol: entry?.signingName === "ec2" ? "ec2" : "query", entry, operation, form };
  }
  const entry = catalog.find(({ signingName }) => signingName === scope.signingName);
  return { ...common, protocol: "restJson", entry, operation: "" };
}

function readForm(request: WireRequest): URLSearchParams {
  return header(request, "content-type").startsWith("application/x-www-form-urlencoded")
    ? new URLSearchParams(request.body.toString("utf8"))
    : request.url.searchParams;
}
