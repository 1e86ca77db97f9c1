import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { closedLoop, openLoop, type ScheduleOptions } from "../../../src/core/loadtest/pacer.ts";

test("in the closed loop a request is due when it is asked for", () => {
  const pacer = closedLoop();
  assert.equal(pacer.next(17), 17);
  assert.equal(pacer.next(42.5), 42.5);
});

test("a limited loop hands out exactly so many requests", () => {
  const pacer = closedLoop({ limit: 2 });
  assert.deepEqual([pacer.next(1), pacer.next(2), pacer.next(3), pacer.next(4)], [1, 2, undefined, undefined]);
});

test("a highest rate spaces requests, and does not make up for time in which nobody asked", () => {
  const pacer = closedLoop({ maxRps: 100 });
  assert.deepEqual([pacer.next(0), pacer.next(0), pacer.next(0)], [0, 10, 20]);
  assert.deepEqual([pacer.next(1000), pacer.next(1000)], [1000, 1010]);
});

test("a constant rate is evenly spaced without end", () => {
  const { dueAt, countAt, endMs } = openLoop({ stages: [{ seconds: Infinity, rate: 500 }] });
  assert.deepEqual([dueAt(0), dueAt(1), dueAt(500), dueAt(1_000_000)], [0, 2, 1000, 2_000_000]);
  assert.deepEqual([countAt(0), countAt(1.9), countAt(2), countAt(1000)], [1, 1, 2, 501]);
  assert.equal(endMs, Infinity);
});

test("stages follow each other, and the schedule ends with the last", () => {
  const { dueAt, endMs } = openLoop({
    stages: [
      { seconds: 2, rate: 10 },
      { seconds: 1, rate: 100 },
    ],
  });
  assert.equal(endMs, 3000);
  assert.deepEqual([dueAt(19), dueAt(20), dueAt(119), dueAt(120)], [1900, 2000, 2990, undefined]);
});

test("a ramp goes up in a straight line, from the rate before", () => {
  const ramped = openLoop({ stages: [{ seconds: 10, rate: 100 }], rampSeconds: 10 });
  // Half of what the full rate would be.
  assert.equal(ramped.dueAt(499)! < 10_000, true);
  assert.equal(ramped.dueAt(500), undefined);
  assert.ok(Math.abs((ramped.dueAt(125) ?? 0) - 5000) < 1e-6, "a quarter of them in the first half");
});

const someSchedule: fc.Arbitrary<ScheduleOptions> = fc.record({
  stages: fc.array(
    fc.record({ seconds: fc.double({ min: 0.1, max: 60, noNaN: true }), rate: fc.integer({ min: 0, max: 5000 }) }),
    { minLength: 1, maxLength: 4 },
  ),
  rampSeconds: fc.constantFrom(0, 0, 1, 5, 100),
  limit: fc.option(fc.integer({ min: 1, max: 10_000 }), { nil: undefined }),
  maxRps: fc.option(fc.integer({ min: 1, max: 4000 }), { nil: undefined }),
});
const someIndex = fc.integer({ min: 0, max: 300_000 });

test("requests leave in order, within the schedule, and none after the limit", () => {
  fc.assert(
    fc.property(someSchedule, someIndex, (options, index) => {
      const { dueAt, endMs } = openLoop(options);
      const [due, next] = [dueAt(index), dueAt(index + 1)];
      if (due === undefined) return assert.equal(next, undefined);
      assert.ok(due >= 0 && due <= endMs + 1e-6, `${due} of ${endMs}`);
      if (next !== undefined) assert.ok(next >= due - 1e-6, `${next} before ${due}`);
      assert.ok(index < (options.limit ?? Infinity));
    }),
  );
});

test("as many have left at a moment as were due by then", () => {
  fc.assert(
    fc.property(someSchedule, someIndex, (options, index) => {
      const { dueAt, countAt } = openLoop(options);
      const due = dueAt(index);
      if (due === undefined) return;
      const count = countAt(due);
      assert.ok(Math.abs(count - (index + 1)) <= 1, `${count} at the moment of request ${index}`);
    }),
  );
});

test("never more than the highest rate", () => {
  fc.assert(
    fc.property(someSchedule, someIndex, (options, index) => {
      const { dueAt } = openLoop(options);
      const [due, later] = [dueAt(index), dueAt(index + 100)];
      const rate = Math.min(options.maxRps ?? Infinity, Math.max(...options.stages.map((stage) => stage.rate)));
      if (due !== undefined && later !== undefined) assert.ok(later - due >= (100 / rate) * 1000 - 1e-3);
    }),
  );
});

test("the parts of a schedule are the whole", () => {
  fc.assert(
    fc.property(someSchedule, fc.integer({ min: 1, max: 8 }), (options, count) => {
      const whole = openLoop(options);
      const parts = Array.from({ length: count }, (_, index) => openLoop({ ...options, part: { index, count } }));
      for (let number = 0; number < 50; number++)
        assert.equal(parts[number % count]?.dueAt(Math.floor(number / count)), whole.dueAt(number));
    }),
  );
});
