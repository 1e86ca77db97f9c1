import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import diagnostics from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { attack, kindsOf } from "../../support/attacks.ts";
import { startHttpServer, startTcpServer } from "../../support/http-servers.ts";

/** An answer whose head is plain, so that after the second one requests are sent again without undici. */
const answer = (tag = "one", body = "page") =>
  `HTTP/1.1 200 OK\r\nETag: ${tag}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

interface Seen {
  /** Every request, as its bytes. */
  requests: string[];
  connections: number;
}

/** Gives the n-th request (from 0) of all to `reply`; requests here have no body. */
async function serve(t: TestContext, reply: (index: number, socket: Socket) => void): Promise<[string, Seen]> {
  const seen: Seen = { requests: [], connections: 0 };
  const server = await startTcpServer((socket) => {
    seen.connections++;
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      for (const request of chunk.toString("latin1").split(/(?<=\r\n\r\n)/)) {
        seen.requests.push(request);
        reply(seen.requests.length - 1, socket);
      }
    });
  });
  t.after(() => server.close());
  return [server.url, seen];
}

/** How many requests undici itself makes while `act` runs. */
async function countDispatches(act: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const listener = () => count++;
  diagnostics.subscribe("undici:client:sendHeaders", listener);
  await act();
  diagnostics.unsubscribe("undici:client:sendHeaders", listener);
  return count;
}

test("undici makes the first requests of a connection, and none after that while answers are known", async (t) => {
  const [url] = await serve(t, (_, socket) => socket.write(answer()));
  const options = { limit: 1000, loop: { kind: "closed", connections: 4 } } as const;
  assert.ok((await countDispatches(() => attack(url, options))) <= 8);
  // Node's own server says how long it keeps a connection, and the date.
  const node = await startHttpServer((_request, response) => response.end("page"));
  t.after(() => node.close());
  assert.ok((await countDispatches(() => attack(node.url, options))) <= 8);
});

test("where no two heads are alike undici makes every request at once, and none is held", async (t) => {
  const [url, seen] = await serve(t, (index, socket) =>
    socket.write(`HTTP/1.1 200 OK\r\nX-Request-Id: ${index}\r\nContent-Length: 4\r\n\r\npage`),
  );
  assert.equal(await countDispatches(() => attack(url, { limit: 100 })), 100);
  assert.equal(seen.requests.length, 100);
});

test("requests that are sent again are the first one, byte for byte, and no more than were asked for", async (t) => {
  const [url, seen] = await serve(t, (_, socket) => socket.write(answer()));
  const recorder = await attack(url, { limit: 100, loop: { kind: "closed", connections: 3 } });
  assert.deepEqual([recorder.statuses, recorder.errors], [{ "2xx": 100 }, 0]);
  assert.equal(recorder.parts.firstByte.count, 100);
  assert.deepEqual([seen.requests.length, new Set(seen.requests).size, seen.connections], [100, 1, 3]);
  assert.match(seen.requests[50] ?? "", /^GET \/ HTTP\/1\.1\r\n.*connection: keep-alive\r\n/s);
});

test("a head that was not seen before is parsed by undici, and its request is not sent twice", async (t) => {
  // The page changes now and then.
  const [url, seen] = await serve(t, (index, socket) => socket.write(answer(`${Math.floor(index / 10)}`)));
  const recorder = await attack(url, { limit: 200, loop: { kind: "closed", connections: 2 } });
  assert.deepEqual([recorder.statuses, recorder.errors], [{ "2xx": 200 }, 0]);
  assert.deepEqual([seen.requests.length, seen.connections], [200, 2]);
});

const unusual: [what: string, bytes: string[], statuses: Record<string, number>][] = [
  ["an answer in pieces", ["HTTP/1.1 200 OK\r\nContent-Le", "ngth: 4\r\n\r\npa", "ge"], { "2xx": 40 }],
  ["an interim answer", ["HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n", answer()], { "2xx": 40 }],
  ["an error", ["HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"], { "2xx": 36, "5xx": 4 }],
  ["chunks", ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npage\r\n0\r\n\r\n"], { "2xx": 40 }],
];

for (const [what, bytes, statuses] of unusual)
  test(`${what} among answers that are known counts once`, async (t) => {
    const [url, seen] = await serve(t, async (index, socket) => {
      if (index % 10 !== 9) socket.write(answer());
      else
        for (const piece of bytes) {
          socket.write(piece);
          // Each piece arrives by itself.
          await new Promise((resolve) => setImmediate(resolve));
        }
    });
    const recorder = await attack(url, { limit: 40 });
    assert.deepEqual([recorder.statuses, seen.requests.length, seen.connections], [statuses, 40, 1]);
  });

test("a connection that its server announces to close costs a connection, and no error", async (t) => {
  const last = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\npage";
  const [url, seen] = await serve(t, (index, socket) => (index % 10 === 9 ? socket.end(last) : socket.write(answer())));
  const recorder = await attack(url, { limit: 50 });
  assert.deepEqual([recorder.statuses, recorder.errors], [{ "2xx": 50 }, 0]);
  assert.deepEqual([seen.requests.length, seen.connections], [50, 5]);
});

const ends: [how: string, end: (socket: Socket) => void][] = [
  ["is closed", (socket) => socket.end()],
  ["is reset", (socket) => socket.resetAndDestroy()],
  ["is closed in the middle of an answer", (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\nhalf")],
];

for (const [how, end] of ends)
  test(`a connection that ${how} in place of an answer is a reset, once`, async (t) => {
    const [url, seen] = await serve(t, (index, socket) => (index % 10 === 9 ? end(socket) : socket.write(answer())));
    const recorder = await attack(url, { limit: 50 });
    assert.deepEqual([recorder.requests, kindsOf(recorder)], [50, { reset: 5 }]);
    assert.deepEqual([seen.requests.length, seen.connections], [50, 5]);
  });

test("an answer that does not come is a timeout, once, and the next request has a new connection", async (t) => {
  const [url, seen] = await serve(t, (index, socket) => index % 10 === 9 || socket.write(answer()));
  const recorder = await attack(url, { limit: 31, timeoutMs: 150 });
  assert.deepEqual([recorder.requests, kindsOf(recorder)], [31, { timeout: 3 }]);
  assert.deepEqual([seen.requests.length, seen.connections], [31, 4]);
});

test("more than the answer is a broken connection, as it is without sending again", async (t) => {
  const [url, seen] = await serve(t, (index, socket) =>
    socket.write(index % 10 === 9 ? `${answer()}HTTP/1.1 200 OK\r\n` : answer()),
  );
  const recorder = await attack(url, { limit: 50 });
  assert.equal(recorder.requests, 50);
  assert.equal(recorder.statuses["2xx"]! + recorder.errors, 50);
  assert.ok(seen.connections > 1);
});

test("bodies and several paths are sent again whole, each in its turn", async (t) => {
  const counts: Record<string, number> = {};
  const { url, close } = await startHttpServer(async (request, response) => {
    const hash = createHash("sha256");
    for await (const chunk of request) hash.update(chunk as Buffer);
    const key = `${request.method} ${request.url} ${hash.digest("hex").slice(0, 6)}`;
    counts[key] = (counts[key] ?? 0) + 1;
    response.setHeader("content-length", 4).end("page");
  });
  t.after(() => close());
  const paths = [
    { path: "/a", weight: 3 },
    { path: "/b?x=1", weight: 1 },
  ];
  const shape = { method: "PUT", headers: [], body: "übrig" };
  const recorder = await attack(url, { limit: 100, requests: { paths, shape } });
  const digest = createHash("sha256").update("übrig").digest("hex").slice(0, 6);
  assert.deepEqual([recorder.statuses, recorder.errors], [{ "2xx": 100 }, 0]);
  assert.deepEqual(counts, { [`PUT /a ${digest}`]: 75, [`PUT /b?x=1 ${digest}`]: 25 });
});

test("a connection that its server will not keep that long gets no further request", async (t) => {
  const kept = "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 4\r\n\r\npage";
  const [url, seen] = await serve(t, (_, socket) => socket.write(kept));
  const recorder = await attack(url, { limit: 5, maxRps: 100 });
  assert.deepEqual([recorder.errors, seen.connections], [0, 5]);
});
