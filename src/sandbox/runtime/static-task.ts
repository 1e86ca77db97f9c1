/**
 * A task as a process of its own: serves one folder of an image, in place of the image's web server.
 * Its only argument is a JSON `StaticTaskOptions`. Tells its parent `{ ready: true }` or `{ failed, message }`, writes an
 * access log, drains on SIGTERM, and ends with its parent, however that ends.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { AccessLog } from "./access-log.ts";
import { StaticFiles, type StaticAnswer, textAnswer } from "./static-files.ts";

export interface StaticTaskOptions {
  root: string;
  listen: { address: string; port: number }[];
}

export type StaticTaskMessage = { ready: true } | { failed: string; message: string };

const log = new AccessLog((text) => process.stdout.write(text));
let draining = false;

function answer(files: StaticFiles, request: IncomingMessage, response: ServerResponse): void {
  if (request.method !== "GET" && request.method !== "HEAD") {
    request.resume();
    return send(request, response, textAnswer(405, "Method Not Allowed"));
  }
  void files.find(request.url ?? "/").then(
    (made) => send(request, response, made),
    () => send(request, response, textAnswer(500, "Internal Server Error")),
  );
}

function send(request: IncomingMessage, response: ServerResponse, made: StaticAnswer): void {
  const { method = "GET", url = "/", headers, socket } = request;
  const unchanged = made.status === 200 && headers["if-none-match"] === made.headers["etag"];
  const status = unchanged ? 304 : made.status;
  log.add(socket.remoteAddress ?? "-", `${method} ${url} HTTP/1.1`, status, made.headers["content-length"] ?? "-");
  if (draining) response.shouldKeepAlive = false;
  response.writeHead(status, made.headers);
  if (method === "HEAD" || unchanged) response.end();
  else if (typeof made.body === "function")
    made
      .body()
      .on("error", () => response.destroy())
      .pipe(response);
  else response.end(made.body);
}

const tell = (message: StaticTaskMessage, then?: () => void): void => {
  if (process.send) process.send(message, () => then?.());
  else then?.();
};

function listen(server: Server, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host: address, backlog: 1024 }, resolve);
  });
}

async function main(options: StaticTaskOptions): Promise<void> {
  const files = new StaticFiles(options.root);
  const servers = options.listen.map(() => createServer((request, response) => answer(files, request, response)));
  setInterval(() => log.flush(), 1000);
  process.once("disconnect", () => process.exit(1));
  process.once("SIGTERM", () => {
    draining = true;
    let open = servers.length;
    const end = () => {
      log.flush();
      process.exit(0);
    };
    for (const server of servers) server.close(() => --open === 0 && end());
    if (open === 0) end();
  });
  try {
    for (const [index, server] of servers.entries()) {
      const { port, address } = options.listen[index] ?? { port: 0, address: "127.0.0.1" };
      await listen(server, port, address);
    }
    tell({ ready: true });
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    tell({ failed: code, message }, () => process.exit(1));
  }
}

await main(JSON.parse(process.argv[2] ?? "{}") as StaticTaskOptions);
