import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { WireAnswer, WireRequest } from "./wire/request.ts";

/** Layer parts are 20 MiB at most; every other request is small. */
const largestBody = 32 * 1024 * 1024;
/** Longer than the SDK keeps idle connections, so that it never writes to one that we are closing. */
const keepAliveMs = 75_000;

/** What the server hands requests to. */
export interface Doors {
  /** The world's time, ms since the epoch: the `Date` of every answer. */
  now: () => number;
  api: (request: WireRequest) => Promise<WireAnswer>;
  /** The OCI distribution API; reads and writes streams itself. */
  registry: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** `/_sandbox/NAME`: the sandbox's own life. Undefined for an unknown name. */
  control: (name: string, request: { method: string; url: URL; body: Buffer }) => Promise<object | undefined>;
  log: (message: string) => void;
}

/** Listens on loopback only. Rejects with `EADDRINUSE` when the port is taken; port 0 takes a free one. */
export async function listen(port: number, doors: Doors): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    void answerRequest(request, response, doors).catch((error: unknown) => fail(response, doors, error));
  });
  server.keepAliveTimeout = keepAliveMs;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}

async function answerRequest(request: IncomingMessage, response: ServerResponse, doors: Doors): Promise<void> {
  response.setHeader("date", new Date(doors.now()).toUTCString());
  const refusal = refuse(request);
  if (refusal) return send(response, { status: 403, headers: { "content-type": "text/plain" }, body: `${refusal}\n` });
  const method = request.method ?? "GET";
  const url = parseUrl(request.url ?? "/");
  if (!url) return send(response, { status: 400, headers: { "content-type": "text/plain" }, body: "bad address\n" });
  if (url.pathname === "/v2" || url.pathname.startsWith("/v2/")) return doors.registry(request, response);
  if (!url.pathname.startsWith("/_sandbox/")) return answerApi(request, response, url, doors);
  const body = await readBody(request);
  if (!body) return refuseSize(response);
  const result = await doors.control(url.pathname.slice("/_sandbox/".length), { method, url, body });
  return sendJson(response, result ? 200 : 404, result ?? { error: `there is no ${method} ${url.pathname}` });
}

/** Answers a call of AWS's API: all that tasks may do here, too. */
export async function answerApi(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  { api }: Pick<Doors, "api">,
): Promise<void> {
  const body = await readBody(request);
  if (!body) return refuseSize(response);
  const answer = await api({ method: request.method ?? "GET", url, headers: request.headers, body });
  if (answer.lost) request.socket.destroy();
  else send(response, answer);
}

const refuseSize = (response: ServerResponse): void =>
  send(response, { status: 413, headers: { connection: "close" }, body: "the request is too large\n" });

/**
 * Why a request may not come in: the sandbox can start processes and containers, so no web page may drive it, neither
 * directly (`Origin`, fetch metadata) nor through a name that it makes point here (`Host`).
 */
function refuse(request: IncomingMessage): string | undefined {
  const { host } = request.headers;
  const port = request.socket.localPort;
  const ours = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::(\d+))?$/i.exec(host ?? "");
  if (!ours || Number(ours[1] ?? 80) !== port) return `the host ${JSON.stringify(host ?? "")} is not this sandbox`;
  return refuseBrowsers(request);
}

/** Why a request that a web page may have sent is refused; undefined for others. */
export function refuseBrowsers(request: IncomingMessage): string | undefined {
  const { origin } = request.headers;
  if (origin !== undefined) return "requests from web pages are refused";
  if (request.headers["sec-fetch-site"] !== undefined) return "requests from browsers are refused";
  return undefined;
}

export function parseUrl(path: string): URL | undefined {
  return URL.canParse(path, "http://localhost") ? new URL(path, "http://localhost") : undefined;
}

/** The whole body, or undefined when it is larger than any real request. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export function send(response: ServerResponse, { status, headers, body }: WireAnswer): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, "content-length": bytes.length }).end(bytes);
}

function sendJson(response: ServerResponse, status: number, document: object): void {
  send(response, { status, headers: { "content-type": "application/json" }, body: JSON.stringify(document) });
}

/** Clients that went away are nobody's fault; everything else goes to the log with its stack. */
export function fail(response: ServerResponse, doors: Pick<Doors, "log">, error: unknown): void {
  if (response.destroyed) return;
  doors.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  if (response.headersSent) response.destroy();
  else send(response, { status: 500, headers: { "content-type": "text/plain" }, body: "internal failure\n" });
}
