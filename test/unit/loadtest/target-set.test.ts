import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { type Target, TargetSet } from "../../../src/core/loadtest/target-set.ts";

const [a, b] = ["a", "b"].map((task) => ({ task, url: `http://${task}/` })) as [Target, Target];
let answering: Set<string>;
let changes: string[];
let admitted: string[];
let now: number;
let set: TargetSet;

beforeEach(() => {
  answering = new Set(["a"]);
  changes = [];
  admitted = [];
  now = 0;
  set = new TargetSet({
    probe: async (target) => answering.has(target.task),
    onChange: (targets) => changes.push(targets.map((target) => target.task).join("")),
    onAdmitted: (target) => admitted.push(target.task),
    graceMs: 1000,
    now: () => now,
  });
  set.admit([a]);
});

async function find(...targets: Target[]): Promise<void> {
  set.update(targets);
  await setImmediate();
}

test("a new target gets its share once it answers", async () => {
  await find(a, b);
  assert.deepEqual(changes, ["a"]);
  answering.add("b");
  await find(a, b);
  assert.deepEqual(changes, ["a", "ab"]);
  assert.deepEqual(admitted, ["a", "b"]);
});

test("one that never answers gets load after a while, so that its errors show", async () => {
  await find(a, b);
  now = 1000;
  await find(a, b);
  assert.deepEqual(changes, ["a", "ab"]);
  assert.deepEqual(admitted, ["a"], "it did not answer");
});

test("one that is no longer found loses its share", async () => {
  answering.add("b");
  await find(a, b);
  await find(b);
  assert.deepEqual(changes, ["a", "ab", "b"]);
});

test("the same targets again change nothing", async () => {
  await find(a);
  assert.deepEqual(changes, ["a"]);
});

test("one whose connections fail is left until it answers again", async () => {
  answering.add("b");
  await find(a, b);
  answering.delete("b");
  set.lose(b);
  set.lose(b);
  assert.deepEqual(changes, ["a", "ab", "a"]);
  now = 5000;
  await find(a, b);
  assert.deepEqual(changes, ["a", "ab", "a"], "no grace for one that was lost");
  answering.add("b");
  await find(a, b);
  assert.deepEqual(changes, ["a", "ab", "a", "ab"]);
});

test("the only target is never given up", () => {
  set.lose(a);
  assert.deepEqual(changes, ["a"]);
});

test("a probe that ends after discovery dropped the target changes nothing", async () => {
  answering.add("b");
  set.update([a, b]);
  set.update([a]);
  await setImmediate();
  assert.deepEqual(changes, ["a"]);
});
