import type { IncomingMessage, ServerResponse } from "node:http";
import { ownerOf, readToken, repositories } from "../world/records/ecr.ts";
import { accountId, type Region, type World } from "../world/world.ts";
import { BlobFiles } from "./blob-files.ts";
import { routeBlob } from "./blob-routes.ts";
import { routeManifest } from "./manifest-routes.ts";
import { requirePermission } from "./permission.ts";
import { RegistryError } from "./registry-error.ts";
import { resolveImage, type ResolvedImage } from "./resolve-image.ts";
import { listTags } from "./tag-routes.ts";

/** The registry behind ECR: the OCI distribution API under `/v2/`. */
export interface Registry {
  /** Answers a request whose path begins with `/v2`. Never throws. */
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** Finds `HOST:PORT/repository@digest` (or `:tag`) in any region; throws `RuntimeError` as an agent that pulls would. */
  resolve(image: string): Promise<ResolvedImage>;
  readonly files: BlobFiles;
}

/** One request, taken apart. */
export interface RegistryCall {
  req: IncomingMessage;
  res: ServerResponse;
  region: Region;
  repository: string;
  files: BlobFiles;
  query: URLSearchParams;
  method: string;
}

/** Manifests and tags are records of the world; blobs are files under `dir`. */
export function createRegistry(world: World, options: { dir: string }): Registry {
  const files = new BlobFiles(options.dir);
  return {
    files,
    resolve: (image) => resolveImage(world, files, image),
    handle: async (req, res) => {
      try {
        await route(world, files, req, res);
      } catch (error) {
        refuse(req, res, error);
      }
    },
  };
}

async function route(world: World, files: BlobFiles, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const url = new URL(req.url ?? "/", "http://registry");
  res.setHeader("Docker-Distribution-Api-Version", "registry/2.0");
  const { region, keyId } = authorize(world, req);
  if (/^\/v2\/?$/.test(url.pathname)) return void res.writeHead(200, { "content-length": 2 }).end("{}");
  const match = /^\/v2\/(.+?)\/(blobs|manifests|tags)\/(.+?)\/?$/.exec(url.pathname);
  if (!match) throw new RegistryError(404, "UNSUPPORTED", `${req.method} ${url.pathname} is not part of this registry`);
  const [, repository = "", kind, rest = ""] = match;
  const method = req.method ?? "GET";
  requirePermission(region, { method, kind: kind ?? "", rest, repository, keyId });
  requireRepository(region, repository);
  const call: RegistryCall = { req, res, region, repository, files, query: url.searchParams, method };
  if (kind === "blobs") return await routeBlob(call, rest);
  if (kind === "manifests") return await routeManifest(call, decodeURIComponent(rest));
  return listTags(call);
}

/** The region that the request's Basic credentials open, and whose they are. */
function authorize(world: World, req: IncomingMessage): { region: Region; keyId: string | undefined } {
  const [scheme, value = ""] = (req.headers.authorization ?? "").split(" ");
  const [user, token = ""] = Buffer.from(value, "base64").toString().split(":");
  if (scheme?.toLowerCase() !== "basic" || user !== "AWS")
    throw new RegistryError(401, "UNAUTHORIZED", "Not Authorized");
  const region = readToken(world, token);
  if (region === undefined) throw new RegistryError(401, "UNAUTHORIZED", "Not Authorized");
  if (region === "expired")
    throw new RegistryError(403, "DENIED", "Your authorization token has expired. Reauthenticate and try again.");
  return { region, keyId: ownerOf(token) };
}

export function requireRepository(region: Region, name: string): void {
  if (repositories(region).has(name)) return;
  throw new RegistryError(
    404,
    "NAME_UNKNOWN",
    `The repository with name '${name}' does not exist in the registry with id '${accountId}'`,
  );
}

function refuse(req: IncomingMessage, res: ServerResponse, error: unknown): void {
  const known = error instanceof RegistryError ? error : new RegistryError(500, "UNKNOWN", String(error));
  if (res.headersSent) return void res.destroy();
  if (known.status === 401)
    res.setHeader(
      "WWW-Authenticate",
      `Basic realm="http://${req.headers.host ?? "127.0.0.1"}/",service="ecr.amazonaws.com"`,
    );
  const body = JSON.stringify({ errors: [{ code: known.code, message: known.message }] });
  res.writeHead(known.status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  res.end(req.method === "HEAD" ? undefined : body);
  req.resume();
}
