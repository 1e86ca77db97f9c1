// A small JSON API. GET / says what there is.
import { createServer } from "node:http";
import { hostname } from "node:os";
import { readCounts } from "./ecs.mjs";
import { burnCpu } from "./load.mjs";

const largestBody = 64 * 1024;

const routes = {
  "GET /": () => ({
    message: "Hello from learner-svc!",
    task: hostname(),
    endpoints: Object.keys(routes),
  }),
  "GET /api/health": () => ({ status: "healthy", uptimeSeconds: Math.round(process.uptime()) }),
  "POST /api/submit": async (request) => {
    const received = await readJson(request);
    const name = typeof received?.name === "string" && received.name !== "" ? received.name : "stranger";
    return { message: `Hello, ${name}!`, received };
  },
  "GET /api/load": () => load(60),
  "GET /api/quickload": () => load(10),
  "GET /api/scalinginfo": async () => ({ service: process.env.SERVICE, ...(await readCounts()) }),
  "GET /api/error": () => {
    throw new HttpError(500, "This error is on purpose.");
  },
  "GET /api/notfound": () => {
    throw new HttpError(404, "This is not here, on purpose.");
  },
};

class HttpError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Answered at once: a load balancer gives up on answers that take a minute. */
function load(seconds) {
  return { message: `${seconds} s of CPU load have begun`, seconds, busyUntil: burnCpu(seconds).toISOString() };
}

async function readJson(request) {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += chunk;
    if (text.length > largestBody) throw new HttpError(413, "The body is too large.");
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(400, "The body is not JSON.");
  }
}

async function answer(request, response) {
  // Without its query; what URL() would make of `//` is another host.
  const [pathname] = request.url.split("?");
  const from = performance.now();
  let status = 200;
  let document;
  try {
    const known = Object.keys(routes).some((route) => route.endsWith(` ${pathname}`));
    const route = routes[`${request.method} ${pathname}`];
    if (!route) throw new HttpError(known ? 405 : 404, `There is no ${request.method} ${pathname}.`);
    document = await route(request);
  } catch (error) {
    status = error.status ?? 500;
    document = { error: error.message };
  }
  const body = `${JSON.stringify(document)}\n`;
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  response.end(body);
  // Health checks come all the time and would be most of the log.
  if (pathname !== "/api/health" || status !== 200)
    console.log(JSON.stringify({ method: request.method, path: pathname, status, ms: Math.round(performance.now() - from) }));
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    response.destroy();
  });
});
// Longer than the load balancer keeps its side, so that it never writes to a connection that we are closing.
server.keepAliveTimeout = 75_000;
server.listen(Number(process.env.PORT ?? 80), () => console.log(`listening on port ${process.env.PORT ?? 80}`));

process.once("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
