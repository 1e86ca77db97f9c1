import assert from "node:assert/strict";
import { test } from "node:test";
import type { Snapshot } from "../../../src/core/observe/snapshot.ts";
import { watchService } from "../../../src/core/operations/watch-service.ts";
import { FakeAws, fakeContext } from "../../support/fake-aws.ts";
import { project } from "../../support/flash-sale.ts";

const start = Date.UTC(2026, 0, 1, 12);
const options = { intervalSeconds: 1, atLeastLocalMs: 1 };

/** Each look finds the next of these counts, half a minute of the server's time later. */
function serviceOf(counts: [running: number, desired: number][]): FakeAws {
  let look = 0;
  const aws: FakeAws = new FakeAws({
    DescribeServices: () => {
      const [runningCount, desiredCount] = counts[Math.min(look, counts.length - 1)] ?? [0, 0];
      aws.clock.observe(start + look++ * 30_000);
      const deployments = [{ status: "PRIMARY", rolloutState: "COMPLETED" }];
      return { services: [{ status: "ACTIVE", runningCount, desiredCount, pendingCount: 0, deployments }] };
    },
  });
  return aws;
}

const runningOf = (events: readonly { type: string; data?: unknown }[]) =>
  events.flatMap((event) => (event.type === "data" ? [(event.data as Snapshot).service.running] : []));

const goals: [until: string, counts: [number, number][]][] = [
  [
    "count=3",
    [
      [1, 1],
      [1, 3],
      [3, 3],
    ],
  ],
  [
    "scaled",
    [
      [1, 1],
      [1, 2],
      [2, 2],
    ],
  ],
  [
    "stable",
    [
      [0, 1],
      [1, 2],
      [2, 2],
    ],
  ],
  [
    "steady",
    [
      [0, 1],
      [1, 1],
    ],
  ],
];

for (const [until, counts] of goals)
  test(`--until ${until} ends when it is met, with a snapshot for each look`, async () => {
    const context = fakeContext(serviceOf(counts));
    const { met, last } = await watchService(context, project, { ...options, until });
    assert.equal(met, true);
    assert.deepEqual(
      runningOf(context.events),
      counts.map(([running]) => running),
    );
    assert.equal(last?.service.running, counts.at(-1)?.[0]);
  });

test("--until that is not met in time is exit 7, with the figures", async () => {
  const context = fakeContext(serviceOf([[1, 2]]));
  await assert.rejects(watchService(context, project, { ...options, until: "count=2", timeoutSeconds: 60 }), {
    code: "UntilNotMet",
    exitCode: 7,
    message: "--until count=2 was not met within 60 s: 1 running, 2 desired, 0 pending.",
  });
});

test("a malformed goal is a usage error, before anything is read", async () => {
  const context = fakeContext(serviceOf([[1, 1]]));
  await assert.rejects(watchService(context, project, { ...options, until: "count=many" }), {
    code: "InvalidUntil",
    exitCode: 2,
  });
  assert.deepEqual(context.aws.calls, []);
});

test("without a goal it ends at the timeout, and that is fine", async () => {
  const context = fakeContext(serviceOf([[1, 1]]));
  const { met } = await watchService(context, project, { ...options, timeoutSeconds: 30 });
  assert.equal(met, true);
});

test("a missing service is exit 4 and names deploy", async () => {
  const context = fakeContext(new FakeAws({ DescribeServices: { services: [], failures: [{ reason: "MISSING" }] } }));
  await assert.rejects(watchService(context, project, options), {
    code: "ServiceNotFound",
    exitCode: 4,
    hint: "Make it with: ecsctl deploy",
  });
});

test("a look that fails now and then is told and forgiven; five in a row are exit 6", async () => {
  const aws = serviceOf([
    [1, 1],
    [1, 1],
    [2, 2],
  ]);
  const answer = aws.answers["DescribeServices"] as () => object;
  let looks = 0;
  const failsFrom = (first: number, last: number) => {
    aws.answers["DescribeServices"] = () => {
      if (++looks >= first && looks <= last) throw new Error("network down");
      return answer();
    };
  };
  failsFrom(2, 5);
  const context = fakeContext(aws);
  await watchService(context, project, { ...options, until: "count=2" });
  assert.equal(context.events.filter((event) => event.type === "warning").length, 4);
  failsFrom(looks + 2, Number.POSITIVE_INFINITY);
  await assert.rejects(watchService(context, project, options), {
    code: "WatchGaveUp",
    exitCode: 6,
    why: "network down",
  });
});

test("an interruption ends it without an error", async () => {
  const controller = new AbortController();
  const aws = serviceOf([[1, 1]]);
  const context = fakeContext(aws, controller.signal);
  const emit = context.emit;
  Object.assign(context, {
    emit: (event: Parameters<typeof emit>[0]) => {
      emit(event);
      controller.abort();
    },
  });
  const { last } = await watchService(context, project, options);
  assert.equal(last?.service.running, 1);
});
