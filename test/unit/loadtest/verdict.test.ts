import assert from "node:assert/strict";
import { test } from "node:test";
import { splitPhases } from "../../../src/core/loadtest/phases.ts";
import { findChanges, type LoadSample, summarizeScaling } from "../../../src/core/loadtest/report.ts";
import { spanText, type VerdictFacts, writeVerdict } from "../../../src/core/loadtest/verdict.ts";
import { encodeLatencies, makeSample } from "../../support/load-reports.ts";

const sample = (seconds: number, desired: number | null, errors = 0, ms?: number): LoadSample =>
  makeSample({ seconds, desired, errors, running: desired, histogram: ms === undefined ? "" : encodeLatencies([ms]) });
const timeline = [sample(0, 1), sample(180, 1), sample(205, 2, 4), sample(240, 3), sample(300, 3)];
const latency = { unit: "ms", p50: 1, p90: 2, p95: 3, p99: 4, p999: 5, max: 6, mean: 2 } as const;
const none = { total: 0, byKind: {}, examples: {} };
const firstAnswers = [235, 260];
const facts: VerdictFacts = {
  senders: "100 clients",
  report: {
    requests: 5000,
    rps: 1234.5,
    errors: { ...none, total: 4 },
    latency,
    objectives: [],
    until: null,
    tasks: [],
    timeline,
    phases: splitPhases(timeline, findChanges(timeline), firstAnswers),
  },
  changes: findChanges(timeline),
  alarmAfterSeconds: 192,
  firstAnswers,
  reasons: ["cpu50: CPU 34 % is below the target 50 %: nothing to do"],
};
const withReport = (report: Partial<VerdictFacts["report"]>): VerdictFacts => ({
  ...facts,
  report: { ...facts.report, ...report },
  changes: findChanges(report.timeline ?? timeline),
});
const lead = "100 clients sent 5,000 requests (1,235 a second, p99 4 ms).";

test("tells when the alarm fired, the counts changed, the first new task answered, and the errors around it", () => {
  assert.equal(
    writeVerdict(facts),
    `${lead} The alarm went on after 3 min 12 s; the desired count went from 1 to 2 after 3 min 25 s, then from 2 to 3 after 4 min; the first new task answered after 3 min 55 s. Errors: 0.13 % before, 0 % during, 0 % after scaling.`,
  );
});

test("tells the latencies around it, and when it came back down", () => {
  const course = [
    sample(1, 1, 0, 900),
    sample(60, 1, 0, 900),
    sample(70, 3, 0, 400),
    sample(78, 3, 0, 300),
    sample(90, 3, 0, 20),
    sample(400, 2, 0, 20),
    sample(430, 1, 0, 20),
  ];
  const changes = findChanges(course);
  const phases = splitPhases(course, changes, [80]);
  const verdict = writeVerdict({ ...withReport({ timeline: course, errors: none, phases }), firstAnswers: [80] });
  assert.equal(
    verdict,
    `${lead} The alarm went on after 3 min 12 s; the desired count went from 1 to 3 after 1 min 10 s; the first new task answered after 1 min 20 s. It came back down to 2 after 6 min 40 s, then to 1 after 7 min 10 s. No request failed. p99: 900 ms before, 300 ms during, 20 ms after scaling.`,
  );
});

test("what belongs to an interval is told of the phase in which it ends; without a change there are no phases", () => {
  const phases = splitPhases(timeline, findChanges(timeline), firstAnswers);
  assert.deepEqual(
    phases.map(({ name, fromSeconds, toSeconds, requests, errors }) => [
      name,
      fromSeconds,
      toSeconds,
      requests,
      errors,
    ]),
    [
      ["before", 0, 205, 3000, 4],
      ["during", 205, 260, 1000, 0],
      ["after", 260, 300, 1000, 0],
    ],
  );
  assert.deepEqual(splitPhases(timeline.slice(0, 2), [], []), []);
});

test("tells why nothing changed, and a goal or an objective that was missed", () => {
  const still = withReport({
    timeline: [sample(0, 1), sample(60, 1)],
    errors: none,
    objectives: [
      { objective: "p99<1ms", met: false, value: 4 },
      { objective: "rps>1", met: true, value: 5 },
    ],
    until: { goal: "scaled", met: false },
  });
  assert.equal(
    writeVerdict({ ...still, alarmAfterSeconds: null }),
    `${lead} The number of tasks did not change: cpu50: CPU 34 % is below the target 50 %: nothing to do. No request failed. Missed: p99<1ms (measured 4). The goal --until scaled was not met.`,
  );
  assert.match(writeVerdict(still), /The alarm went on after 3 min 12 s, too late for this test\./);
  assert.match(writeVerdict({ ...still, reasons: [] }), /did not change: no policy scales it\./);
});

test("that the generator was the bottleneck comes first", () => {
  const bottleneck = "The generator was the bottleneck: it had no time.";
  const generator = { threads: 1, busy: 1, cpuPercent: 100, eventLoopDelay: { p99: 1, max: 2 }, bottleneck };
  assert.ok(writeVerdict(withReport({ generator })).startsWith(`${bottleneck} ${lead}`));
});

test("that the service did not keep up with the schedule is told, when it is more than now and then", () => {
  const sendingLate = { p50: 1, p99: 2, max: 3 };
  const openLoop = { late: 900, waited: 800, dropped: 70, maxInFlight: 1000, sendingLate };
  assert.match(
    writeVerdict(withReport({ openLoop })),
    /p99 4 ms\)\. The service did not keep up: with 1,000 requests under way, 800 had to wait to be sent and 70 were given up\. /,
  );
  const seldom = { ...openLoop, waited: 20, dropped: 0 };
  assert.doesNotMatch(writeVerdict(withReport({ openLoop: seldom })), /keep up/);
});

test("errors at tasks that stopped are told apart", () => {
  const task = (errors: number, stopped?: boolean) => ({ task: "a", url: "b", requests: 9, p99: 1, errors, stopped });
  const tell = (...tasks: VerdictFacts["report"]["tasks"]) => writeVerdict(withReport({ tasks }));
  assert.match(tell(task(4, true), task(0)), /All 4 errors were at a task that stopped meanwhile\.$/);
  assert.match(
    tell(task(2, true), task(1, true), task(1)),
    / 3 of the errors were at 2 tasks that stopped meanwhile\.$/,
  );
  assert.doesNotMatch(tell(task(4), task(0, true)), /stopped/);
});

test("a target without a service has only its errors", () => {
  const errors = { ...none, total: 100 };
  assert.match(writeVerdict(withReport({ timeline: [sample(0, null)], errors })), /ms\)\. Errors: 2\.0 %\.$/);
});

test("no request, and none answered well, are said plainly", () => {
  assert.match(writeVerdict(withReport({ requests: 0 })), /nothing to say/);
  const errors = { total: 5000, byKind: { refused: 5000 }, examples: { refused: "connect ECONNREFUSED" } };
  assert.match(writeVerdict(withReport({ errors })), /^Not one of 5,000 requests .* connect ECONNREFUSED\.$/);
});

test("changes are found across looks that failed, and summed up to the peak", () => {
  const samples = [sample(0, 1), sample(5, null), sample(10, 3), sample(15, 2)];
  assert.deepEqual(findChanges(samples), [
    { seconds: 10, from: 1, to: 3 },
    { seconds: 15, from: 3, to: 2 },
  ]);
  assert.deepEqual(summarizeScaling(findChanges(samples)), { from: 1, to: 3, firstChangeAfterSeconds: 10 });
  assert.deepEqual(summarizeScaling([{ seconds: 7.4, from: 3, to: 2 }]), {
    from: 3,
    to: 2,
    firstChangeAfterSeconds: 7,
  });
  assert.equal(summarizeScaling([]), null);
});

test("a scaling activity between two looks dates the change", () => {
  const settings = [
    { seconds: 3, to: 2 },
    { seconds: 8, to: 3 },
  ];
  assert.deepEqual(findChanges([sample(5, 1), sample(10, 3)], settings), [{ seconds: 8, from: 1, to: 3 }]);
  assert.deepEqual(findChanges([sample(5, 1), sample(7, 3)], settings), [{ seconds: 7, from: 1, to: 3 }]);
});

test("spans are told in minutes and seconds", () => {
  assert.deepEqual([0, 59.4, 60, 192].map(spanText), ["0 s", "59 s", "1 min", "3 min 12 s"]);
});
