import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { RequestListener } from "node:http";
import type { Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { attack, kindsOf } from "../../support/attacks.ts";
import { startHttpServer, startTcpServer, unusedUrl } from "../../support/http-servers.ts";
import { startTlsServer } from "../../support/tls-server.ts";

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = await startHttpServer(listener);
  t.after(() => server.close());
  return server.url;
}

/** Answers each request with these bytes, in the pieces that they are given in. */
async function serveBytes(t: TestContext, pieces: readonly string[], after?: (socket: Socket) => void) {
  const server = await startTcpServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", () => {
      for (const piece of pieces) socket.write(piece, "latin1");
      after?.(socket);
    });
  });
  t.after(() => server.close());
  return server.url;
}

const ok = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\npage";

const malformed: [what: string, bytes: string][] = [
  ["no HTTP at all", "this is no HTTP\r\n\r\n"],
  ["a line that is no header", "HTTP/1.1 200 OK\r\nno header\r\ncontent-length: 0\r\n\r\n"],
  ["two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\npage"],
  ["a length that is none", "HTTP/1.1 200 OK\r\ncontent-length: four\r\n\r\npage"],
  ["a bad chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"],
  ["headers of 100 kB", `HTTP/1.1 200 OK\r\nx: ${"a".repeat(100_000)}\r\ncontent-length: 0\r\n\r\n`],
  [
    "a switch of protocols that nobody asked for",
    "HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
  ],
];

for (const [what, bytes] of malformed)
  test(`${what} is counted and ends nothing`, async (t) => {
    const url = await serveBytes(t, [bytes], (socket) => socket.end());
    const recorder = await attack(url, { limit: 3 });
    assert.equal(recorder.requests, 3);
    assert.equal(recorder.errors, 3);
    const kinds = Object.keys(kindsOf(recorder));
    assert.ok(
      kinds.every((kind) => kind === "protocol" || kind === "reset"),
      kinds.join(),
    );
  });

test("a good answer in small pieces, one with an interim answer before it, and one with more behind it", async (t) => {
  const pieces = await serveBytes(t, [...ok]);
  assert.deepEqual((await attack(pieces, { limit: 20 })).statuses, { "2xx": 20 });
  const interim = await serveBytes(t, [`HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${ok}`]);
  const hinted = await attack(interim, { limit: 20 });
  assert.deepEqual([hinted.statuses, hinted.errors], [{ "2xx": 20 }, 0]);
  const garbage = await serveBytes(t, [`${ok}more`]);
  assert.equal((await attack(garbage, { limit: 20 })).requests, 20);
});

test("the same head with another status of body is no other answer than the first time", async (t) => {
  let count = 0;
  const url = await serve(t, (_request, response) => {
    response.sendDate = false;
    response.statusCode = count++ % 2 === 0 ? 200 : 500;
    response.setHeader("content-length", "4").end("page");
  });
  const recorder = await attack(url, { limit: 100 });
  assert.deepEqual(recorder.statuses, { "2xx": 50, "5xx": 50 });
  assert.deepEqual(kindsOf(recorder), { http5xx: 50 });
});

test("a slow body counts until its end, and the first byte apart", async (t) => {
  const url = await serve(t, (_request, response) => {
    response.write("begin");
    setTimeout(() => response.end("end"), 120);
  });
  const recorder = await attack(url, { limit: 3 });
  assert.equal(recorder.errors, 0);
  assert.ok(recorder.latency().p50 >= 115);
  assert.ok(recorder.parts.firstByte.percentile(50) < recorder.latency().p50 - 50);
});

test("an answer that is cut in the middle is a reset", async (t) => {
  const url = await serveBytes(t, ["HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"], (socket) => socket.end());
  assert.deepEqual(kindsOf(await attack(url, { limit: 2 })), { reset: 2 });
});

test("without keep-alive each request has a connection of its own, and says so", async (t) => {
  const sockets = new Set<unknown>();
  const seen = new Set<string | undefined>();
  const url = await serve(t, (request, response) => {
    sockets.add(request.socket);
    seen.add(request.headers.connection);
    response.end("page");
  });
  const recorder = await attack(url, { limit: 30, requests: { keepAlive: false } });
  assert.deepEqual([recorder.requests, recorder.errors, sockets.size], [30, 0, 30]);
  assert.deepEqual([...seen], ["close"]);
  assert.equal(recorder.parts.connect.count, 30);
});

test("a server that closes after each answer costs connections, not errors", async (t) => {
  const url = await serve(t, (_request, response) => {
    response.setHeader("connection", "close");
    response.end("page");
  });
  const recorder = await attack(url, { limit: 30 });
  assert.deepEqual([recorder.requests, recorder.errors], [30, 0]);
});

test("TLS: a certificate that nobody trusts is refused, unless any will do", async (t) => {
  const server = await startTlsServer((_request, response) => response.end("secret"));
  t.after(() => server.close());
  assert.deepEqual(kindsOf(await attack(server.url, { limit: 2 })), { tls: 2 });
  const recorder = await attack(server.url, { limit: 20, requests: { insecure: true } });
  assert.deepEqual([recorder.requests, recorder.errors], [20, 0]);
  assert.equal(recorder.parts.connect.count, 1);
});

test("TLS to a server that speaks none, and a name that does not exist", async (t) => {
  const plain = await serveBytes(t, ["HTTP/1.1 400 Bad Request\r\n\r\n"], (socket) => socket.end());
  const kinds = kindsOf(await attack(plain.replace("http:", "https:"), { limit: 1 }));
  assert.deepEqual(kinds, { tls: 1 });
  assert.deepEqual(kindsOf(await attack("http://no-such-name.invalid/", { limit: 1 })), { dns: 1 });
});

test("several paths have their share, woven into each other", async (t) => {
  const seen: (string | undefined)[] = [];
  const url = await serve(t, (request, response) => {
    seen.push(request.url);
    response.end();
  });
  const paths = [
    { path: "/a", weight: 3 },
    { path: "/b?x=1", weight: 1 },
  ];
  await attack(url, { limit: 8, requests: { paths } });
  assert.equal(seen.filter((path) => path === "/a").length, 6);
  assert.equal(seen.slice(0, 4).filter((path) => path === "/b?x=1").length, 1);
});

test("a body arrives whole, with its length, and so does the answer of HEAD", async (t) => {
  const digests = new Set<string>();
  const url = await serve(t, async (request, response) => {
    const hash = createHash("sha256");
    for await (const chunk of request) hash.update(chunk as Buffer);
    digests.add(`${request.method} ${request.headers["content-length"]} ${hash.digest("hex").slice(0, 8)}`);
    response.end("done");
  });
  const body = Buffer.alloc(300_000, "x");
  const shape = { method: "POST", headers: [], body };
  const posted = await attack(url, { limit: 5, requests: { shape } });
  const digest = createHash("sha256").update(body).digest("hex").slice(0, 8);
  assert.deepEqual([[...digests], posted.errors], [[`POST 300000 ${digest}`], 0]);
  const head = await attack(url, { limit: 5, requests: { shape: { method: "HEAD", headers: [] } } });
  assert.deepEqual([head.requests, head.errors], [5, 0]);
});

test("a highest rate is kept in the closed loop", async (t) => {
  const url = await serve(t, (_request, response) => response.end());
  const from = performance.now();
  const recorder = await attack(url, { limit: 40, maxRps: 100, loop: { kind: "closed", connections: 8 } });
  // 39 gaps of 10 ms; how much longer is the computer's affair.
  assert.ok(performance.now() - from >= 385);
  assert.deepEqual([recorder.requests, recorder.errors], [40, 0]);
});

test("nobody there is refused in the open loop too, once for each request", async () => {
  const loop = { kind: "open", stages: [{ seconds: 0.2, rate: 100 }], maxInFlight: 10 } as const;
  assert.deepEqual(kindsOf(await attack(await unusedUrl(), { loop })), { refused: 20 });
});
