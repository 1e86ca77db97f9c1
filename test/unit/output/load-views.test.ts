import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoadProgress } from "../../../src/core/operations/load-run.ts";
import { formatLoadReport } from "../../../src/core/output/load-report.ts";
import { describeLoad, drawLoad, openLoadView } from "../../../src/core/output/loadtest-view.ts";
import { makeLoadReport, makeSample } from "../../support/load-reports.ts";
import { fakeScreen, makeSnapshot } from "../../support/snapshots.ts";

const latency = { unit: "ms", p50: 5.1234, p90: 9, p95: 12, p99: 83.456, p999: 100, max: 447.25, mean: 7 } as const;
const sample = makeSample({
  seconds: 247,
  requests: 12_340,
  errors: 2,
  rps: 1234,
  p50: 5.12,
  p99: 83.456,
  cpu: 83.4,
  desired: 2,
  pending: 1,
});
const progress: LoadProgress = {
  sample,
  requests: 60_000,
  errors: 2,
  latency,
  targets: 1,
  snapshot: makeSnapshot(),
};

test("the live view shows load, latency, errors, cpu against the target, tasks, why and alarms", () => {
  const history = [{ ...sample, rps: 617 }, sample];
  assert.deepEqual(
    drawLoad(history, progress, fakeScreen(), 100).map((line) => line.trimEnd()),
    [
      "load  4:07 in the time of the service",
      "  requests  1,234 a second                    ▅█",
      "  latency   p50 5.12 ms  p99 83.5 ms          ██",
      "  errors    2 of 60,000                       ██",
      "  cpu       83 % of target 50 %               ██",
      "  tasks     1 running of 2 desired, 1 pending ▃▃",
      "  why       CPU 83 % is above the target 50 %: alarm is on, scaling out",
      "  alarm     AlarmHigh",
    ],
  );
  assert.equal(drawLoad(history, { ...progress, snapshot: undefined }, fakeScreen(), 100).length, 4);
});

test("without a terminal a line says the same in short, at once when the counts change", () => {
  const line = " 4:07  1,234 requests/s  p99 83.5 ms  2 errors  cpu 83 %  1 running of 2 desired, 1 pending";
  assert.equal(describeLoad(progress), line);
  const screen = fakeScreen();
  const listener = openLoadView(screen);
  const snapshot = makeSnapshot((one) => (one.service.running = 2));
  for (const data of [progress, progress, { ...progress, snapshot }])
    listener.onEvent({ type: "data", kind: "load", data });
  listener.close();
  assert.equal(screen.stderr.length, 2);
  assert.equal(screen.stderr[0], line);
  assert.deepEqual(screen.stdout, []);
});

test("the report begins with the verdict and has every figure", () => {
  assert.equal(
    formatLoadReport(makeLoadReport()),
    `It scaled.

requests  60,000 in 10.4 s, 5747.1 a second
latency   p50 5.12  p90 9  p95 12  p99 83.5  p99.9 100  max 447  mean 7 ms
errors    2
  reset   2  http://a/: other side closed
tasks     1 → 3, first change after 192 s

  0123456789ab  60,000 requests  2 errors  p99 83.5 ms  http://a/

met  errors<1%  measured 0.003

--until count=3: met

Next: ecsctl events --explain`,
  );
});
