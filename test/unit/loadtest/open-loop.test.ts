import assert from "node:assert/strict";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { type TestContext, test } from "node:test";
import { describeGenerator } from "../../../src/core/loadtest/describe-generator.ts";
import type { Recorder } from "../../../src/core/loadtest/recorder.ts";
import { attack, kindsOf, makeAttack } from "../../support/attacks.ts";
import { startHttpServer } from "../../support/http-servers.ts";

/** Answers at once, but stands still for the first of every five seconds after the first request's. */
async function startStallingServer(t: TestContext): Promise<string> {
  const held: ServerResponse[] = [];
  let from: number | undefined;
  const stalls = () => (performance.now() - (from ??= performance.now() + 500) + 5000) % 5000 < 1000;
  const timer = setInterval(() => {
    if (!stalls()) for (const response of held.splice(0)) response.end("late");
  }, 5);
  const server = await startHttpServer((_request, response) => {
    if (stalls()) held.push(response);
    else response.end("at once");
  });
  t.after(async () => {
    clearInterval(timer);
    await server.close();
  });
  return server.url;
}

const describe = (recorder: Recorder, maxInFlight: number | null) =>
  describeGenerator({ recorder, maxInFlight, threads: [], cpuPercent: 0, warmup: null });

test("a stall of 1 s in 5 s is a p99 of about a second in the open loop; the closed loop shows it only when corrected", async (t) => {
  const url = await startStallingServer(t);
  const open = attack(url, { loop: { kind: "open", stages: [{ seconds: 5.5, rate: 200 }], maxInFlight: 1000 } });
  const closed = makeAttack({ loop: { kind: "closed", connections: 2 }, maxRps: 400 });
  closed.attacker.setTargets([{ task: "one", url }]);
  const opened = await open;
  await closed.attacker.stop();
  assert.equal(opened.errors, 0);
  assert.equal(opened.requests, 1100);
  const { p50, p99 } = opened.latency();
  assert.ok(p99 > 800, `open loop: p99 ${p99} ms`);
  assert.ok(p50 < p99 / 2, `open loop: p50 ${p50} ms`);
  assert.equal(describe(opened, 1000).corrected, null);
  const uncorrected = closed.recorder.latency();
  const { corrected } = describe(closed.recorder, null);
  assert.ok(uncorrected.p99 < p99 / 2, `closed loop: p99 ${uncorrected.p99} ms`);
  assert.ok(corrected && corrected.p99 > 700, `closed loop, corrected: p99 ${corrected?.p99} ms`);
});

test("every request of the schedule is sent, dropped or failed, whatever the server does", async (t) => {
  const server = await startHttpServer((request, response) => {
    if (request.url === "/cut") request.socket.destroy();
    else if (request.url === "/slow") setTimeout(() => response.end(), 60);
    else response.end();
  });
  t.after(() => server.close());
  const paths = ["/", "/cut", "/slow"].map((path) => ({ path, weight: 1 }));
  const stages = [
    { seconds: 0.3, rate: 200 },
    { seconds: 0.3, rate: 600 },
  ];
  const recorder = await attack(server.url, { requests: { paths }, loop: { kind: "open", stages, maxInFlight: 500 } });
  assert.equal(recorder.requests, 240);
  assert.deepEqual(kindsOf(recorder), { reset: 80 });
});

test("no more than the cap are in flight; those that wait count from their moment, and are dropped after the limit", async (t) => {
  let now = 0;
  let most = 0;
  const server = await startHttpServer((_request, response) => {
    most = Math.max(most, ++now);
    response.once("close", () => now--);
  });
  t.after(() => server.close());
  const recorder = await attack(server.url, {
    timeoutMs: 200,
    loop: { kind: "open", stages: [{ seconds: 0.5, rate: 100 }], maxInFlight: 3 },
  });
  assert.equal(most, 3);
  assert.equal(recorder.requests, 50);
  const { timeout = 0, dropped = 0, ...others } = kindsOf(recorder);
  assert.deepEqual([timeout + dropped, others], [50, {}]);
  assert.ok(dropped > 20 && recorder.dropped === dropped, `${dropped} dropped`);
  assert.ok(recorder.late > 0 && recorder.waited > 0, `${recorder.waited} of ${recorder.late} waited`);
  assert.match(recorder.byKind.get("dropped")?.example ?? "", /no connection was free/);
  assert.ok(recorder.latency().p50 >= 200, "what was dropped waited, too");
});

test("a stop drops what is due and could not leave, and waits for what is under way", async (t) => {
  const held: ServerResponse[] = [];
  const arrived = new EventTarget();
  const server = await startHttpServer((_request, response) => {
    held.push(response);
    arrived.dispatchEvent(new Event("request"));
  });
  t.after(() => server.close());
  const { recorder, attacker } = makeAttack({
    loop: { kind: "open", stages: [{ seconds: 60, rate: 1000 }], maxInFlight: 2 },
  });
  const second = (async () => {
    while (held.length < 2) await once(arrived, "request");
  })();
  attacker.setTargets([{ task: "one", url: server.url }]);
  await second;
  const stopped = attacker.stop();
  for (const response of held) response.end();
  await stopped;
  assert.equal(recorder.requests, 2 + recorder.dropped);
  assert.equal(recorder.errors, recorder.dropped);
});

test("targets share the schedule, and one that goes is left without an error", async (t) => {
  const maxInFlight = 10;
  const counts = { first: 0, second: 0 };
  const first = await startHttpServer((_request, response) => response.end(`${counts.first++}`));
  const second = await startHttpServer((_request, response) => {
    response.end();
    // Half way through, the first goes: no more requests, then no more server.
    if (++counts.second === 50) attacker.setTargets([targets[1]]);
  });
  t.after(() => Promise.all([first.close(), second.close()]));
  const targets = [
    { task: "first", url: first.url },
    { task: "second", url: second.url },
  ] as const;
  const { recorder, attacker } = makeAttack({
    loop: { kind: "open", stages: [{ seconds: 0.5, rate: 400 }], maxInFlight },
  });
  attacker.setTargets(targets);
  await attacker.done;
  assert.deepEqual([recorder.requests, recorder.errors], [200, 0]);
  // They take turns, so the two differ by no more than what was on its way when the first went.
  assert.ok(Math.abs(counts.first - 50) <= maxInFlight, `${counts.first}`);
  assert.equal(counts.first + counts.second, 200);
});
