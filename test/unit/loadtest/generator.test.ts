import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { AttackPlan } from "../../../src/core/loadtest/attacker.ts";
import { openGenerator, splitPlan } from "../../../src/core/loadtest/generator.ts";
import { Recorder } from "../../../src/core/loadtest/recorder.ts";
import { kindsOf, plainRequests } from "../../support/attacks.ts";
import { startHttpServer, unusedUrl } from "../../support/http-servers.ts";

const closed: AttackPlan = {
  requests: plainRequests,
  timeoutMs: 5000,
  limit: 301,
  loop: { kind: "closed", connections: 7 },
};

test("threads together send what was asked for, and their figures are added up", async (t) => {
  const sockets = new Set<unknown>();
  const server = await startHttpServer((request, response) => {
    sockets.add(request.socket);
    response.end("page");
  });
  t.after(() => server.close());
  const open: AttackPlan["loop"] = { kind: "open", stages: [{ seconds: 0.5, rate: 602 }], maxInFlight: 100 };
  for (const plan of [closed, { ...closed, loop: open }]) {
    sockets.clear();
    const recorder = new Recorder();
    const generator = openGenerator(plan, 3, recorder);
    generator.setTargets([{ task: "one", url: server.url }]);
    await generator.done;
    assert.deepEqual([recorder.requests, recorder.errors, generator.threads], [301, 0, 3]);
    assert.deepEqual(recorder.statuses, { "2xx": 301 });
    assert.equal(recorder.latencies.count, 301);
    assert.equal(recorder.parts.connect.count, sockets.size);
    assert.equal(generator.self().length, 3);
  }
});

test("threads stop when they are told, and say which target they lost", async () => {
  const recorder = new Recorder();
  const lost = Promise.withResolvers<string>();
  const generator = openGenerator({ ...closed, limit: undefined }, 2, recorder, {
    onLost: (target) => lost.resolve(target.task),
  });
  generator.setTargets([{ task: "gone", url: await unusedUrl() }]);
  assert.equal(await lost.promise, "gone");
  await generator.stop();
  assert.deepEqual(Object.keys(kindsOf(recorder)), ["refused"]);
});

for (const threads of [1, 2])
  test(`a warm-up is forgotten, with ${threads} threads`, async (t) => {
    let served = 0;
    const warm = Promise.withResolvers<void>();
    const server = await startHttpServer((_request, response) => {
      response.statusCode = served < 100 ? 500 : 200;
      response.end();
      if (++served === 150) warm.resolve();
    });
    t.after(() => server.close());
    const recorder = new Recorder();
    const generator = openGenerator({ ...closed, limit: 1000 }, threads, recorder);
    generator.setTargets([{ task: "one", url: server.url }]);
    await warm.promise;
    generator.reset();
    await generator.done;
    // Some of the 150 answers were still on their way, at most one a client.
    assert.ok(recorder.requests <= 857, `${recorder.requests}`);
    assert.deepEqual([recorder.errors, Object.keys(recorder.statuses)], [0, recorder.requests > 0 ? ["2xx"] : []]);
  });

test("the parts of a plan are the plan", () => {
  const some = fc.record({ threads: fc.integer({ min: 1, max: 16 }), many: fc.integer({ min: 16, max: 10_000 }) });
  fc.assert(
    fc.property(some, fc.integer({ min: 1, max: 1e6 }), ({ threads, many }, limit) => {
      const plans = splitPlan({ ...closed, limit, loop: { kind: "closed", connections: many } }, threads);
      const sum = (pick: (plan: AttackPlan) => number) => plans.reduce((total, plan) => total + pick(plan), 0);
      assert.equal(
        sum(({ loop }) => (loop.kind === "closed" ? loop.connections : 0)),
        many,
      );
      assert.equal(
        sum((plan) => plan.limit ?? 0),
        limit,
      );
    }),
  );
});
