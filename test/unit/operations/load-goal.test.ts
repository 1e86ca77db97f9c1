import assert from "node:assert/strict";
import { test } from "node:test";
import { parseUntil } from "../../../src/core/observe/goal.ts";
import { loadGoal } from "../../../src/core/operations/load-goal.ts";
import { makeSample } from "../../support/load-reports.ts";

type Look = [seconds: number, desired: number | null, running: number, answering: number];

const sampleOf = ([seconds, desired, running]: Look) => makeSample({ seconds, desired, running });

/** The index of the look at which the goal is met. */
function metAt(until: string, looks: Look[]): number {
  const isReached = loadGoal(parseUntil(until));
  return looks.findIndex((look) => isReached(sampleOf(look), look[3]));
}

test("a count is met when so many tasks run, and all have answered for three looks", () => {
  assert.equal(
    metAt("count=2", [
      [0, 1, 1, 1],
      [5, 2, 2, 1],
      [10, 2, 2, 2],
      [15, 2, 2, 2],
      [20, 2, 2, 2],
    ]),
    4,
  );
  assert.equal(
    metAt("count=2", [
      [0, 2, 2, 2],
      [5, 2, 2, 2],
      [10, 2, 1, 2],
      [15, 2, 2, 2],
    ]),
    -1,
  );
});

test("scaled needs more tasks than at the start", () => {
  assert.equal(
    metAt("scaled", [
      [0, 2, 2, 2],
      [5, 2, 2, 2],
      [10, 2, 2, 2],
      [15, 2, 2, 2],
    ]),
    -1,
  );
  assert.equal(
    metAt("scaled", [
      [0, 2, 2, 2],
      [5, 3, 3, 3],
      [10, 3, 3, 3],
      [15, 3, 3, 3],
    ]),
    3,
  );
});

test("steady needs five minutes without a change", () => {
  assert.equal(
    metAt("steady", [
      [0, 1, 1, 1],
      [200, 2, 1, 1],
      [210, 2, 2, 2],
      [500, 2, 2, 2],
      [510, 2, 2, 2],
    ]),
    4,
  );
});

test("a look that could not read the service neither meets nor breaks it", () => {
  assert.equal(
    metAt("count=1", [
      [0, 1, 1, 1],
      [5, 1, 1, 1],
      [10, null, 0, 1],
      [15, 1, 1, 1],
    ]),
    3,
  );
});
