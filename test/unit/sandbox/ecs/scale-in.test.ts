import assert from "node:assert/strict";
import { test } from "node:test";
import type { TaskRecord } from "../../../../src/sandbox/world/records/ecs.ts";
import { leastNeeded } from "../../../../src/sandbox/world/service-fleet.ts";

/** A task as far as scale-in looks at it. */
const task = (id: number, containerInstanceId: string, phase = "RUNNING"): TaskRecord =>
  ({ containerInstanceId, phase, task: { taskArn: String(id), createdAt: new Date(id) } }) as unknown as TaskRecord;
const idsOf = (tasks: readonly TaskRecord[]): string[] => tasks.map(({ task: { taskArn } }) => taskArn ?? "");

test("scale-in takes what does not run yet, then from the instance that is the fullest by then, then the newest", () => {
  const fleet = [task(1, "a"), task(2, "a"), task(3, "a"), task(4, "b"), task(5, "b"), task(6, "c", "PENDING")];
  assert.deepEqual(idsOf(leastNeeded(fleet, 4)), ["6", "3", "5", "2"]);
  assert.deepEqual(idsOf(leastNeeded(fleet, 99)).length, fleet.length);
  assert.deepEqual(leastNeeded([], 1), []);
});

test("thousands of tasks go as fast as they are counted", () => {
  const fleet = Array.from({ length: 5000 }, (_, id) => task(id, `instance-${id % 50}`));
  const taken = idsOf(leastNeeded(fleet, 5000));
  assert.equal(new Set(taken).size, 5000);
  assert.deepEqual(taken.slice(0, 2), ["4999", "4998"]);
});
