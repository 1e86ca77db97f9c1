import assert from "node:assert/strict";
import { test } from "node:test";
import { array, assert as check, constantFrom, double, integer, property, record } from "fast-check";
import {
  addToDistribution,
  type Distribution,
  distributionOf,
  extendedStatistic,
  isExtendedStatistic,
} from "../../../../src/sandbox/world/distribution.ts";
import {
  findMetric,
  readBuckets,
  readSeries,
  readValues,
  recordMetric,
} from "../../../../src/sandbox/world/metrics.ts";
import { ScaledService, start } from "../application-autoscaling/scaled-service.ts";

const oneToHundred = Array.from({ length: 100 }, (_, index) => index + 1);

test("CloudWatch's extended statistics of one to a hundred", () => {
  const distribution = distributionOf(
    oneToHundred,
    oneToHundred.map(() => 1),
  );
  const table: [statistic: string, expected: number][] = [
    ["p50", 50],
    ["p99.9", 100],
    ["p100", 100],
    ["tm90", 45.5],
    ["tc90", 90],
    ["ts90", 4095],
    ["TM(10%:90%)", 50],
    ["TC(80:)", 21],
    ["TC(:20)", 20],
    ["TS(99:100)", 199],
    ["PR(:50)", 50],
    ["PR(90:)", 10],
    ["wm90", 49.95],
    ["IQM", 50],
  ];
  for (const [statistic, expected] of table) {
    const value = extendedStatistic(distribution, statistic) ?? Number.NaN;
    assert.ok(Math.abs(value - expected) < 1e-9, `${statistic}: ${value}, not ${expected}`);
  }
  for (const wrong of ["p101", "median", "TM(:)", "Average2", "p"])
    assert.equal(isExtendedStatistic(wrong), false, wrong);
});

test("a percentile of many values is within one percent of the true one", () => {
  const values = array(double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 101, maxLength: 400 });
  check(
    property(values, integer({ min: 1, max: 100 }), (all, percent) => {
      const distribution: Distribution = { values: [] };
      for (const value of all) addToDistribution(distribution, { values: [value] });
      const sorted = all.toSorted((a, b) => a - b);
      const truth = sorted[Math.max(1, Math.ceil((percent / 100) * all.length)) - 1] ?? 0;
      const got = extendedStatistic(distribution, `p${percent}`) ?? Number.NaN;
      assert.ok(Math.abs(got - truth) <= truth * 0.0051, `${got}, not ${truth}`);
    }),
    { numRuns: 50 },
  );
});

test("what a statistic set hides makes no percentile", () => {
  const distribution: Distribution = { values: [1] };
  addToDistribution(distribution, undefined);
  addToDistribution(distribution, { values: [2] });
  assert.equal(extendedStatistic(distribution, "p50"), undefined);
});

test("old data is kept in hours, and forgotten after 15 days", () => {
  const service = new ScaledService();
  const hour = 3_600_000;
  const id = { namespace: "app", name: "requests", dimensions: {} };
  for (let at = 0; at < 17 * 24 * 60; at += 10)
    recordMetric(service.region, { ...id, at: new Date(start + at * 60_000), value: 2 });
  const metric = findMetric(service.region, id);
  assert.ok((metric?.buckets.length ?? 0) <= 151 && (metric?.hours?.length ?? 0) <= 15 * 24 + 1);
  const from = start + 10 * 24 * hour;
  const sums = readSeries(service.region, id, { from, to: from + 3 * hour, period: 3600 }, "Sum");
  assert.deepEqual([...sums.values()], [12, 12, 12]);
  assert.equal(
    readSeries(service.region, id, { from, to: from + 3 * hour, period: 60 }, "Sum").size,
    0,
    "finer than kept",
  );
  assert.equal(readSeries(service.region, id, { from: start, to: start + hour, period: 3600 }, "Sum").size, 0);
});

test("the values of a window's periods are those of its series, however data came and windows lie", () => {
  const sample = record({ at: integer({ min: 0, max: 40 }), value: integer({ min: 0, max: 9 }) });
  const window = record({
    from: integer({ min: -5, max: 40 }),
    periods: integer({ min: 0, max: 20 }),
    minutes: constantFrom(1, 2, 5),
    shift: constantFrom(0, 20),
  });
  check(
    property(array(sample), window, (samples, { from, periods, minutes, shift }) => {
      const { region } = new ScaledService();
      const id = { namespace: "app", name: "late", dimensions: {} };
      for (const { at, value } of samples) recordMetric(region, { ...id, at: new Date(start + at * 60_000), value });
      const begin = start + from * 60_000 + shift * 1000;
      const asked = { from: begin, to: begin + periods * minutes * 60_000, period: minutes * 60 };
      const series = readSeries(region, id, asked, "Sum");
      const starts = Array.from({ length: periods }, (_, index) => begin + index * minutes * 60_000);
      assert.deepEqual(
        readValues(findMetric(region, id), asked, "Sum"),
        starts.map((at) => series.get(at)),
      );
    }),
    { numRuns: 200 },
  );
});

test("high-resolution data is kept in minutes after three hours", () => {
  const service = new ScaledService();
  const id = { namespace: "app", name: "fine", dimensions: {} };
  for (let at = 0; at < 5 * 3600; at += 20)
    recordMetric(service.region, { ...id, at: new Date(start + at * 1000), value: 1, resolution: 1 });
  const metric = findMetric(service.region, id);
  assert.ok((metric?.buckets.length ?? 0) <= 721);
  const buckets = readBuckets(service.region, id, { from: start, to: start + 5 * 3_600_000, period: 60 });
  assert.deepEqual([buckets.size, new Set([...buckets.values()].map(({ count }) => count))], [300, new Set([3])]);
});
