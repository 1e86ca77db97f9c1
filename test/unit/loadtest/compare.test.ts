import assert from "node:assert/strict";
import { test } from "node:test";
import { blockLength, drawBlocks, quantile, seededRandom } from "../../../src/core/loadtest/bootstrap.ts";
import { compareRuns, findDifferences } from "../../../src/core/loadtest/compare.ts";
import type { LoadReport } from "../../../src/core/loadtest/report.ts";
import { encodeLatencies, makeLoadReport, makeSample } from "../../support/load-reports.ts";

/** A series in which every value keeps so much of the one before. */
function series(length: number, keeps: number, random: () => number): number[] {
  const values: number[] = [];
  let value = 0;
  for (let index = -50; index < length; index++) {
    // Three uniform numbers are near enough to a normal one.
    value = keeps * value + (random() + random() + random() - 1.5);
    if (index >= 0) values.push(value);
  }
  return values;
}

interface Run {
  seconds?: number;
  rps?: number;
  /** Ms; the tail is ten times as slow. */
  latency?: number;
  errorShare?: number;
  keeps?: number;
  /** Rates alone, which is quicker. */
  bare?: boolean;
}

/** A run whose rate and latency wander as real ones do. */
function run(random: () => number, given: Run = {}): LoadReport {
  const { seconds = 60, rps = 1000, latency = 10, errorShare = 0, keeps = 0.5, bare = false } = given;
  const wander = series(seconds, keeps, random);
  const timeline = wander.map((value, second) => {
    const requests = Math.round(rps * (1 + value / 10));
    const latencies = Array.from({ length: 40 }, (_, index) => latency * (1 + random()) * (index < 2 ? 10 : 1));
    const errors = Math.round(requests * errorShare * (0.5 + random()));
    const sample = makeSample({ seconds: second + 1, requests, errors });
    return bare ? sample : { ...sample, histogram: encodeLatencies(latencies) };
  });
  const requests = timeline.reduce((sum, sample) => sum + sample.requests, 0);
  const errors = timeline.reduce((sum, sample) => sum + sample.errors, 0);
  const report = makeLoadReport({ timeline, requests, seconds, rps: requests / seconds, scaled: null });
  report.errors = { total: errors, byKind: {}, examples: {} };
  return report;
}

const verdicts = (a: LoadReport, b: LoadReport) =>
  Object.fromEntries(compareRuns(a, b).figures.map(({ figure, verdict }) => [figure, verdict]));

test("a run compared with itself is the same", () => {
  const one = run(seededRandom(1));
  assert.deepEqual(verdicts(one, one), { rps: "same", errorPercent: "same", p50: "same", p90: "same", p99: "same" });
});

test("real changes are found, in the right direction", () => {
  const before = run(seededRandom(1));
  const after = run(seededRandom(2), { rps: 700, latency: 13, errorShare: 0.02 });
  const worse = { rps: "worse", errorPercent: "worse", p50: "worse", p90: "worse", p99: "worse" };
  assert.deepEqual(verdicts(before, after), worse);
  assert.deepEqual(new Set(Object.values(verdicts(after, before))), new Set(["better"]));
});

test("the interval holds the true difference", () => {
  const { figures } = compareRuns(run(seededRandom(3)), run(seededRandom(4), { rps: 800 }));
  const { interval, percent } = figures[0] ?? {};
  assert.ok(interval && interval.low < -200 && interval.high > -200, JSON.stringify(interval));
  assert.ok(Math.abs((percent ?? 0) + 20) < 5);
});

test("runs that differ by noise alone are rarely told apart, though each second is like the one before", () => {
  const random = seededRandom(5);
  const quiet = () => run(random, { seconds: 120, keeps: 0.7, bare: true });
  const pairs = 100;
  let alarms = 0;
  for (let pair = 0; pair < pairs; pair++) if (verdicts(quiet(), quiet())["rps"] !== "same") alarms++;
  // One in a hundred is meant; a bootstrap of so few dependent seconds does a little worse.
  assert.ok(alarms <= 5, `${alarms} of ${pairs}`);
});

test("the same reports always give the same answer", () => {
  const [a, b] = [run(seededRandom(6)), run(seededRandom(7))];
  assert.deepEqual(compareRuns(a, b), compareRuns(a, b));
});

test("what is too short is unknown, as are percentiles of a report without the latencies of each second", () => {
  const [a, b] = [run(seededRandom(8)), run(seededRandom(9), { seconds: 12 })];
  assert.deepEqual(new Set(Object.values(verdicts(a, b))), new Set(["unknown"]));
  const bare = { ...a, timeline: a.timeline.map(({ histogram: _histogram, ...sample }) => sample) };
  const { rps, p50, p99 } = verdicts(bare, bare);
  assert.deepEqual([rps, p50, p99], ["same", "unknown", "unknown"]);
  assert.deepEqual(new Set(Object.values(verdicts(makeLoadReport({ timeline: [] }), a))), new Set(["unknown"]));
});

test("blocks are as long as the series remembers", () => {
  const random = seededRandom(10);
  const lengths = [0, 0.5, 0.9].map((keeps) => blockLength(series(400, keeps, random)));
  assert.ok(
    (lengths[0] ?? 9) <= 3 && (lengths[0] ?? 0) < (lengths[1] ?? 0) && (lengths[1] ?? 0) < (lengths[2] ?? 0),
    `${lengths}`,
  );
  assert.deepEqual([blockLength([]), blockLength([1, 1, 1, 1, 1, 1])], [1, 1]);
});

test("blocks are neighbours on a circle", () => {
  const drawn = [...drawBlocks(10, 4, seededRandom(11))];
  assert.equal(drawn.length, 10);
  for (const start of [0, 4])
    for (let k = 1; k < 4; k++) assert.equal(drawn[start + k], ((drawn[start] ?? 0) + k) % 10);
  assert.deepEqual([quantile([1, 2, 3], 0.5), quantile([1, 2], 0.25), quantile([], 0.5)], [2, 1.25, 0]);
});

test("what differs between the stages of a load is no noise, and a change within them is found", () => {
  const random = seededRandom(14);
  const staged = (rates: readonly number[], latency = 10): LoadReport => {
    const parts = rates.map((rps) => run(random, { seconds: 40, rps, latency, keeps: 0.3 }));
    const timeline = parts.flatMap((part) => part.timeline);
    const requests = parts.reduce((sum, part) => sum + part.requests, 0);
    const stages = rates.map((rate) => ({ seconds: 40, rate }));
    return { ...parts[0]!, timeline, requests, rps: requests / timeline.length, load: { description: "", stages } };
  };
  const [a, b] = [staged([1000, 50]), staged([1000, 50])];
  const [rps] = compareRuns(a, b).figures;
  assert.equal(rps?.verdict, "same");
  const { interval } = rps;
  assert.ok(interval && interval.high - interval.low < 150, JSON.stringify(interval));
  const unaware = compareRuns({ ...a, load: { description: "" } }, { ...b, load: { description: "" } });
  const wide = unaware.figures[0]?.interval;
  assert.ok(wide && wide.high - wide.low > 3 * (interval.high - interval.low), JSON.stringify(wide));
  assert.equal(verdicts(a, staged([700, 35]))["rps"], "worse");
});

test("what makes two runs hard to compare is said", () => {
  const [a, b] = [run(seededRandom(12)), run(seededRandom(13), { seconds: 100 })];
  b.load = { description: "5 clients" };
  b.timeline[0] = makeSample({ running: 3 });
  const found = findDifferences(a, b).join("\n");
  assert.match(found, /load was not the same.*\nA had up to 1 tasks, B up to 3\.\nA lasted 60 s, B 100 s\./);
  assert.deepEqual(findDifferences(a, a), []);
});
