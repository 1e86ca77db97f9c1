import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { test } from "node:test";
import { formatPlanAnswer } from "../../../src/core/output/plan-view.ts";
import type { Action, Step } from "../../../src/core/plan/build.ts";
import { neverPushed } from "../../../src/core/plan/resource.ts";

const step = (action: Action, ...changes: Step["changes"]): Step => ({
  id: `thing/${action}`,
  resource: "thing",
  title: `thing ${action}`,
  action,
  changes,
  needs: [],
  notes: [],
});

const show = (...steps: Step[]): string =>
  stripVTControlCharacters(formatPlanAnswer({ version: 1, changes: 1, steps, cost: null, warnings: [] }));

test("a plan says what is there now, also when that is nothing, and counts what changes before what stays", () => {
  const policy = { path: "policies[Read]", to: "attached" };
  const text = show(step("keep"), step("update", policy, { path: "max", from: 5, to: 3 }), step("create", policy));
  assert.match(text, /~ update {2}thing update\n {6}policies\[Read\]: nothing → attached\n {6}max: 5 → 3/);
  assert.match(text, /\+ create {2}thing create\n {6}policies\[Read\]: attached/);
  assert.match(text, /1 to create, 1 to update, 1 to keep\./);
  assert.match(text, /Next:\n {2}ecsctl deploy {2}/);
});

test("what comes next is the image, when it was never pushed", () => {
  assert.match(show(step("create", { path: "image", to: neverPushed })), /ecsctl deploy --build /);
});
