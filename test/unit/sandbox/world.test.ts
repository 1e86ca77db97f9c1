import assert from "node:assert/strict";
import { test } from "node:test";
import { NoRuntime } from "../../../src/sandbox/runtime/none.ts";
import { Clock } from "../../../src/sandbox/world/clock.ts";
import { type Engine, World } from "../../../src/sandbox/world/world.ts";

const makeWorld = (...engines: Engine[]): World =>
  new World({ clock: new Clock({ stepped: true, start: 1_000_000 }), runtime: new NoRuntime(), engines });

test("a fault in one engine does not keep the others from their pass", () => {
  const passes: string[] = [];
  const world = makeWorld(
    () => {
      throw new Error("first");
    },
    ({ name }) => void passes.push(name),
  );
  world.region("us-east-1");
  world.region("eu-west-1");
  assert.throws(() => world.pass(), /first/);
  assert.deepEqual(passes, ["us-east-1", "eu-west-1"]);
});

test("a stepped world passes once for each of its seconds", () => {
  const times: number[] = [];
  const world = makeWorld((_region, now) => void times.push(now));
  world.region("us-east-1");
  world.step(3);
  assert.deepEqual(times, [1_001_000, 1_002_000, 1_003_000]);
});

test("saved and loaded, a world has the same records and makes other ids than before", () => {
  const world = makeWorld();
  const region = world.region("us-east-1");
  const made = region.id("i-", 17);
  region.table<object>("ec2/instances").set(made, { launchedAt: new Date(5), tags: [], note: undefined });
  const passed: string[] = [];
  const again = makeWorld(({ name }) => void passed.push(name));
  again.store.load(world.store.save());
  assert.deepEqual(
    [...again.region("us-east-1").table("ec2/instances")],
    [[made, { launchedAt: new Date(5), tags: [] }]],
  );
  assert.notEqual(again.region("us-east-1").id("i-", 17), made);
  again.pass();
  assert.deepEqual(passed, ["us-east-1"], "the engines go on in every region that was saved");
});
