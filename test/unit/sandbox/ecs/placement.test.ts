import assert from "node:assert/strict";
import { test } from "node:test";
import type { PlacementConstraint, PlacementStrategy } from "@aws-sdk/client-ecs";
import { cluster, EcsWorld } from "../../../support/ecs-world.ts";

/** How many of the tasks run on each of three instances (in zones a, b and c), most first. */
async function spreadOf(
  desiredCount: number,
  placementStrategy: PlacementStrategy[],
  placementConstraints: PlacementConstraint[] = [],
): Promise<{ counts: number[]; world: EcsWorld }> {
  const world = new EcsWorld();
  await world.start(3);
  await world.createService({ desiredCount, placementStrategy, placementConstraints });
  await world.advance(30);
  const counts = new Map<string, number>();
  for (const { containerInstanceArn = "" } of await world.tasks())
    counts.set(containerInstanceArn, (counts.get(containerInstanceArn) ?? 0) + 1);
  return { counts: [...counts.values()].toSorted((a, b) => b - a), world };
}

test("without a strategy tasks spread over zones", async () => {
  assert.deepEqual((await spreadOf(3, [])).counts, [1, 1, 1]);
});

test("binpack fills an instance before it takes the next", async () => {
  assert.deepEqual((await spreadOf(4, [{ type: "binpack", field: "memory" }])).counts, [3, 1]);
});

test("spread over instances is even", async () => {
  assert.deepEqual((await spreadOf(6, [{ type: "spread", field: "instanceId" }])).counts, [2, 2, 2]);
});

test("random places every task somewhere", async () => {
  const { counts } = await spreadOf(5, [{ type: "random" }]);
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    5,
  );
});

test("distinctInstance allows one task an instance", async () => {
  const { counts, world } = await spreadOf(4, [], [{ type: "distinctInstance" }]);
  assert.deepEqual(counts, [1, 1, 1]);
  const [event] = (await world.events()).toReversed();
  assert.match(event ?? "", /placement constraint unsatisfied/);
});

test("memberOf keeps tasks in the zone it names", async () => {
  const expression = "attribute:ecs.availability-zone == us-east-1b";
  const { counts } = await spreadOf(2, [], [{ type: "memberOf", expression }]);
  assert.deepEqual(counts, [2]);
});

test("binpack takes cpu or memory only", async () => {
  const world = new EcsWorld();
  await world.start(0);
  await assert.rejects(world.createService({ placementStrategy: [{ type: "binpack", field: "zone" }] }), {
    name: "InvalidParameterException",
  });
  assert.deepEqual((await world.call("ListServices", { cluster })).serviceArns, []);
});
