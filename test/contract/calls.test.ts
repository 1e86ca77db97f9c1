import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { deploy } from "../../src/core/operations/deploy.ts";
import { plan } from "../../src/core/operations/plan-deploy.ts";
import { changingCalls, DeployWorld } from "../support/deployable.ts";

/** Reads that a plan of the guided project may take. */
const most = 20;

let world: DeployWorld;
before(async () => {
  world = await DeployWorld.open(100);
});
after(() => world.close());

test("a plan or a deploy without changes makes at most 20 calls, all of them reads", async () => {
  const project = world.project("calm");
  await world.push("calm");
  await deploy(world.context(), project, {});
  const looking = world.context();
  await plan(looking, project, {});
  const again = world.context();
  await deploy(again, project, {});
  for (const { aws } of [looking, again]) {
    assert.deepEqual(changingCalls(aws), []);
    assert.ok(aws.calls.length <= most, `${aws.calls.length}: ${aws.calls.map((call) => call.operation).join(" ")}`);
  }
});
