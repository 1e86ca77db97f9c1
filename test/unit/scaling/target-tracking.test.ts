import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { gradualCapacity, proportionalCapacity, trackingAlarms } from "../../../src/core/scaling/target-tracking.ts";

test("target tracking has an alarm of 3 of 3 above the target and one of 15 of 15 below 90 % of it", () => {
  const { high, low } = trackingAlarms(50);
  assert.deepEqual(high, {
    comparison: "GreaterThanThreshold",
    threshold: 50,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    missingData: "missing",
  });
  assert.deepEqual(low, {
    ...high,
    comparison: "LessThanThreshold",
    threshold: 45,
    evaluationPeriods: 15,
    datapointsToAlarm: 15,
  });
});

test("the lower threshold carries no floating-point dust", () => {
  assert.equal(trackingAlarms(75).low?.threshold, 67.5);
  assert.equal(trackingAlarms(70).low?.threshold, 63);
});

test("without scale-in there is no lower alarm", () => {
  assert.equal(trackingAlarms(50, { disableScaleIn: true }).low, undefined);
});

test("scale-out asks for the whole need at once", () => {
  const table: [capacity: number, metric: number, target: number, expected: number][] = [
    [1, 150, 50, 3],
    [1, 51, 50, 2],
    [2, 75, 50, 3],
    [3, 50, 50, 3],
    [10, 60, 50, 12],
    [7, 70, 70, 7],
    [1, 400, 50, 8],
  ];
  for (const [capacity, metric, target, expected] of table)
    assert.equal(proportionalCapacity(capacity, metric, target), expected, `${capacity} at ${metric} for ${target}`);
});

test("dust of a division costs no task, whatever the numbers", () => {
  const sized = fc.double({ min: 0.01, max: 1e9, noNaN: true });
  const asWritten = (value: number): number => Math.ceil(Number(value.toPrecision(12)));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5000 }), sized, sized, (capacity, metric, target) => {
      assert.equal(proportionalCapacity(capacity, metric, target), asWritten((capacity * metric) / target));
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: -20, max: 20 }), sized, (whole, ulps, target) => {
      const need = whole * (1 + ulps * Number.EPSILON);
      assert.equal(proportionalCapacity(1, need * target, target), asWritten((need * target) / target));
    }),
  );
});

test("scale-in goes a task or a tenth at a time and stops where the rest is needed", () => {
  const table: [capacity: number, metric: number, expected: number][] = [
    [3, 0, 2],
    [2, 1, 1],
    [2, 40, 2],
    [100, 10, 90],
    [100, 44, 90],
    [10, 44, 9],
    [1, 0, 0],
  ];
  for (const [capacity, metric, expected] of table)
    assert.equal(gradualCapacity(capacity, metric, 50), expected, `${capacity} at ${metric}`);
});

const capacities = fc.integer({ min: 1, max: 1000 });
const targets = fc.integer({ min: 1, max: 100 });
const metrics = fc.double({ min: 0, max: 1000, noNaN: true });

test("more load never asks for fewer tasks", () => {
  fc.assert(
    fc.property(capacities, targets, metrics, metrics, (capacity, target, one, other) => {
      const [less, more] = one < other ? [one, other] : [other, one];
      assert.ok(proportionalCapacity(capacity, less, target) <= proportionalCapacity(capacity, more, target));
      assert.ok(gradualCapacity(capacity, less, target) <= gradualCapacity(capacity, more, target));
    }),
  );
});

test("a constant load does not flap: where scale-in has arrived, the metric is not over the target", () => {
  const loads = fc.double({ min: 0, max: 50_000, noNaN: true });
  fc.assert(
    fc.property(capacities, targets, loads, (capacity, target, load) => {
      const next = gradualCapacity(capacity, load / capacity, target);
      if (next < capacity && next > 0) assert.ok(load / next <= target * (1 + 1e-9), `${load / next} over ${target}`);
    }),
  );
});

test("scale-out brings a constant load to the target, and one task fewer would not", () => {
  fc.assert(
    fc.property(capacities, targets, fc.double({ min: 1, max: 50_000, noNaN: true }), (capacity, target, load) => {
      const want = proportionalCapacity(capacity, load / capacity, target);
      assert.ok(load / want <= target * (1 + 1e-9));
      assert.ok(want === 1 || load / (want - 1) > target * (1 - 1e-9));
    }),
  );
});
