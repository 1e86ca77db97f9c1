import assert from "node:assert/strict";
import { test } from "node:test";
import { type GroupMoment, manageGroup } from "../../../src/core/scaling/managed-scaling.ts";

const at = (change: Partial<GroupMoment>): GroupMoment => ({
  needed: 1,
  inService: 1,
  desired: 1,
  min: 0,
  max: 100,
  targetCapacity: 100,
  warming: false,
  minutesBelow: 0,
  ...change,
});

test("the reservation is M / N × 100, 200 from nothing with tasks waiting, 100 with neither", () => {
  const table: [needed: number, inService: number, reservation: number][] = [
    [3, 2, 150],
    [2, 2, 100],
    [1, 4, 25],
    [5, 0, 200],
    [0, 0, 100],
  ];
  for (const [needed, inService, reservation] of table)
    assert.equal(manageGroup(at({ needed, inService, desired: inService })).reservation, reservation);
});

test("out by the whole need within the steps, from nothing to two", () => {
  const desired = (change: Partial<GroupMoment>): number => manageGroup(at(change)).desired;
  assert.equal(desired({ needed: 6 }), 6);
  assert.equal(desired({ needed: 6, largestStep: 2 }), 3);
  assert.equal(desired({ needed: 2, smallestStep: 4 }), 5);
  assert.equal(desired({ needed: 6, max: 4 }), 4);
  assert.equal(desired({ needed: 3, inService: 3, desired: 3, targetCapacity: 75 }), 4, "room to spare");
  assert.equal(desired({ needed: 9, inService: 0, desired: 0 }), 2);
  assert.equal(desired({ needed: 1, inService: 0, desired: 0 }), 2);
  assert.equal(desired({ needed: 1, inService: 0, desired: 0, max: 1 }), 1);
});

test("in after fifteen minutes, by one or by half of the group at a step", () => {
  const minutesBelow = 15;
  const steps: number[] = [];
  for (let desired = 12; desired > 1;) {
    desired = manageGroup(at({ inService: desired, desired, minutesBelow })).desired;
    steps.push(desired);
  }
  assert.deepEqual(steps, [6, 3, 2, 1]);
  assert.equal(manageGroup(at({ inService: 12, desired: 12, minutesBelow: 13 })).desired, 12);
  assert.equal(manageGroup(at({ inService: 4, desired: 4, min: 3, minutesBelow })).desired, 3);
});

test("nothing scales, out or in, while an instance is warming", () => {
  assert.equal(manageGroup(at({ needed: 6, warming: true })).desired, 1);
  assert.equal(manageGroup(at({ inService: 3, desired: 3, minutesBelow: 60, warming: true })).desired, 3);
});

test("whatever the moment: within the bounds, towards the need, and at rest where need and group agree", () => {
  for (let needed = 0; needed <= 12; needed++)
    for (let desired = 1; desired <= 12; desired++)
      for (const minutesBelow of [0, 15])
        for (const targetCapacity of [50, 90, 100]) {
          const moment = at({ needed, inService: desired, desired, min: 1, max: 10, minutesBelow, targetCapacity });
          const next = manageGroup(moment).desired;
          const said = JSON.stringify({ moment, next });
          const wanted = Math.min(10, Math.max(1, Math.ceil((needed * 100) / targetCapacity)));
          if (desired <= 10) assert.ok(next >= 1 && next <= 10, said);
          assert.ok(next >= Math.min(desired, wanted) && next <= Math.max(desired, wanted), said);
          if (minutesBelow === 0) assert.ok(next >= desired, said);
        }
});
