import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { type TestContext, test } from "node:test";
import type { Target } from "../../../src/core/loadtest/target-set.ts";
import { kindsOf, makeAttack } from "../../support/attacks.ts";
import { startHttpServer, startTcpServer, unusedUrl } from "../../support/http-servers.ts";

interface Options {
  requests: number;
  connections?: number;
  timeoutMs?: number;
  onLost?: (target: Target) => void;
}

const attack = ({ requests: limit, connections = 4, timeoutMs = 5000, onLost }: Options) =>
  makeAttack({
    requests: { shape: { method: "GET", path: "/page?x=1", headers: ["x-load", "yes"] } },
    limit,
    timeoutMs,
    loop: { kind: "closed", connections },
    listener: { onLost },
  });

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = await startHttpServer(listener);
  t.after(() => server.close());
  return server.url;
}

test("sends exactly so many requests, over one connection for each client, with path and headers", async (t) => {
  const seen = new Set<string>();
  const sockets = new Set<unknown>();
  const url = await serve(t, (request, response) => {
    seen.add(`${request.method} ${request.url} ${request.headers["x-load"]}`);
    sockets.add(request.socket);
    response.end("page");
  });
  const { recorder, attacker } = attack({ requests: 200 });
  attacker.setTargets([{ task: "one", url }]);
  await attacker.done;
  assert.equal(recorder.requests, 200);
  assert.equal(recorder.errors, 0);
  assert.deepEqual([...seen], ["GET /page?x=1 yes"]);
  assert.equal(sockets.size, 4);
  assert.ok(recorder.latency().p50 > 0);
});

test("answers with an error status are counted by class, with an example", async (t) => {
  let count = 0;
  const url = await serve(t, (_request, response) => {
    response.statusCode = count++ % 2 === 0 ? 503 : 404;
    response.end();
  });
  const { recorder, attacker } = attack({ requests: 20, connections: 1 });
  attacker.setTargets([{ task: "one", url }]);
  await attacker.done;
  assert.deepEqual(kindsOf(recorder), { http5xx: 10, http4xx: 10 });
  assert.equal(recorder.byKind.get("http5xx")?.example, `${url} answered 503`);
});

test("connections that are cut are resets", async (t) => {
  const server = await startTcpServer((socket) => {
    socket.once("data", () => socket.resetAndDestroy());
  });
  t.after(() => server.close());
  const { recorder, attacker } = attack({ requests: 5, connections: 1 });
  attacker.setTargets([{ task: "one", url: server.url }]);
  await attacker.done;
  assert.deepEqual(kindsOf(recorder), { reset: 5 });
});

test("nobody listening is refused", async () => {
  const { recorder, attacker } = attack({ requests: 3, connections: 1 });
  attacker.setTargets([{ task: "one", url: await unusedUrl() }]);
  await attacker.done;
  assert.deepEqual(kindsOf(recorder), { refused: 3 });
});

test("garbage is a protocol error", async (t) => {
  const server = await startTcpServer((socket) => {
    socket.once("data", () => socket.end("this is no HTTP\r\n\r\n"));
  });
  t.after(() => server.close());
  const { recorder, attacker } = attack({ requests: 2, connections: 1 });
  attacker.setTargets([{ task: "one", url: server.url }]);
  await attacker.done;
  assert.deepEqual(kindsOf(recorder), { protocol: 2 });
});

test("an answer that does not come, and one that does not end, are timeouts, measured as long as they were waited for", async (t) => {
  const silent = await serve(t, () => {});
  const endless = await serve(t, (_request, response) => {
    const timer = setInterval(() => response.write("more"), 10);
    response.once("close", () => clearInterval(timer));
  });
  for (const url of [silent, endless]) {
    const { recorder, attacker } = attack({ requests: 2, connections: 2, timeoutMs: 100 });
    attacker.setTargets([{ task: "one", url }]);
    await attacker.done;
    assert.deepEqual(kindsOf(recorder), { timeout: 2 });
    assert.ok(recorder.latency().p50 >= 100);
  }
});

test("clients move to a new target and leave a gone one without an error", async (t) => {
  const { recorder, attacker } = attack({ requests: 600 });
  const [first, second] = [await startHttpServer((_q, r) => r.end("1")), await startHttpServer(onSecond)];
  t.after(() => second.close());
  const targets = { first: { task: "first", url: first.url }, second: { task: "second", url: second.url } };
  let moved = false;
  function onSecond(_request: unknown, response: { end(text: string): void }): void {
    response.end("2");
    if (moved) return;
    moved = true;
    attacker.setTargets([targets.second]);
  }
  attacker.setTargets([targets.first, targets.second]);
  await attacker.done;
  await first.close();
  assert.equal(recorder.errors, 0);
  const counts = Object.fromEntries(recorder.tasks().map(({ task, requests }) => [task, requests]));
  assert.ok((counts["first"] ?? 0) > 0 && (counts["second"] ?? 0) > (counts["first"] ?? 0), JSON.stringify(counts));
});

test("a target whose connections keep failing is reported, and its clients go where they are sent", async (t) => {
  const good = { task: "good", url: await serve(t, (_request, response) => response.end("fine")) };
  const bad = { task: "bad", url: await unusedUrl() };
  const { recorder, attacker } = attack({ requests: 500, onLost: () => attacker.setTargets([good]) });
  attacker.setTargets([good, bad]);
  await attacker.done;
  const { refused = 0, ...others } = kindsOf(recorder);
  assert.deepEqual(others, {});
  assert.ok(refused >= 3 && refused < 10, `${refused} refused`);
});

test("stop lets the requests under way end, and sends none after", async (t) => {
  let served = 0;
  const { recorder, attacker } = attack({ requests: 1_000_000 });
  const stopped = Promise.withResolvers<void>();
  const url = await serve(t, (_request, response) => {
    if (++served === 50) attacker.stop().then(stopped.resolve, stopped.reject);
    response.end("page");
  });
  attacker.setTargets([{ task: "one", url }]);
  await stopped.promise;
  assert.equal(recorder.requests, served);
  assert.ok(served < 60);
  assert.equal(recorder.errors, 0);
});
