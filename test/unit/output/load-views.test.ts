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

test("on a narrow terminal the figures stay and their course goes", () => {
  const lines = drawLoad([sample], progress, fakeScreen(), 40);
  assert.equal(lines[2], "  latency   p50 5.12 ms  p99 83.5 ms");
  assert.equal(lines[5], "  tasks     1 running of 2 desired, 1 pending");
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

test("the generator's own figures and the phases are told when there are any", () => {
  const { latency } = makeLoadReport();
  const part = { count: 9, p50: 1, p99: 2.5, max: 3 };
  const text = formatLoadReport(
    makeLoadReport({
      verdict: "one two three four five six",
      corrected: { ...latency, expectedIntervalMs: 5 },
      openLoop: { late: 3, waited: 2, dropped: 1, maxInFlight: 1000, sendingLate: { p50: 0.1, p99: 2, max: 30 } },
      timing: { connect: part, firstByte: part, whole: part },
      statuses: { "2xx": 59_998, "5xx": 2, "4xx": 0 },
      warmup: { seconds: 5, requests: 1000, errors: 0 },
      generator: { threads: 2, busy: 0.42, cpuPercent: 80, eventLoopDelay: { p99: 1.5, max: 4 }, bottleneck: null },
      phases: [{ name: "before", fromSeconds: 0, toSeconds: 10, requests: 100, errors: 1, p50: 5, p99: 1234 }],
    }),
    14,
  );
  assert.match(text, /^one two three\nfour five six\n/);
  assert.match(text, /\ncorrected +p50 5.12 .* ms, with the requests that stalled clients did not send\n/);
  assert.match(text, /\nconnect +p50 1 {2}p99 2.5 {2}max 3 ms, of 9\n/);
  assert.match(text, /\nstatuses +59,998 × 2xx, 2 × 5xx\n/);
  assert.match(
    text,
    /\nschedule +3 left late \(2 waited for one of 1,000 under way\), 1 were dropped; sent after their moment: p50 0.1 {2}p99 2 {2}max 30 ms\n/,
  );
  assert.match(text, /\nwarm-up +1,000 requests in 5 s, in no other figure\n/);
  assert.match(text, /\ngenerator +2 threads, busy 42 % of the time, event loop late by 1.5 ms \(p99\)\n/);
  assert.match(text, /\naround scaling\n {2}before {2}100 requests {2}1.0 % errors {2}p50 5 ms {2}p99 1.23 s\n/);
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

test("a load balancer and an address of the user's are named whole", () => {
  const url = "http://a-long-name.example/with/a/path";
  const figures = { requests: 9, errors: 0, p99: 1 };
  const text = formatLoadReport(
    makeLoadReport({
      tasks: [
        { task: "load-balancer/flash-sale-production", url: "http://b/", ...figures },
        { task: url, url, ...figures },
      ],
    }),
  );
  assert.match(text, /\n {2}load balancer flash-sale-production {2}9 requests/);
  assert.match(text, /\n {2}named by the user +9 requests .* http:\/\/a-long-name.example\/with\/a\/path\n/);
});
