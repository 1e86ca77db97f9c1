import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { deploy } from "../../src/core/operations/deploy.ts";
import { destroy } from "../../src/core/operations/destroy.ts";
import type { FaultRequest } from "../../src/sandbox/faults.ts";
import { listInventory } from "../support/chaos.ts";
import { DeployWorld } from "../support/deployable.ts";

const faults: Readonly<Record<string, FaultRequest>> = {
  "30 % of the calls throttled": { kind: "throttle", percent: 30 },
  "10 % of the calls fail": { kind: "fail", percent: 10 },
  "20 % of the answers lost": { kind: "lose-answers", percent: 20 },
  "2 s of latency": { kind: "delay", seconds: 2 },
  "reads lag 3 s behind writes": { kind: "lag", seconds: 3 },
};

/** Where reads lag, what was pushed is seen a little later: waits for that, as who pushes with ecsctl need not. */
async function seeImage(world: DeployWorld, app: string, digest: string): Promise<void> {
  const { aws } = world.context();
  for (;;) {
    const question = { repositoryName: `${app}-web`, imageIds: [{ imageTag: "latest" }] };
    const { imageDetails } = await aws.call("ecr", "DescribeImages", question).catch(() => ({ imageDetails: [] }));
    if (imageDetails?.[0]?.imageDigest === digest) return;
    await setTimeout(5);
  }
}

/** What there is after a first deploy, after an update, and after a destroy. */
async function live(world: DeployWorld, app: string): Promise<string[][]> {
  const ends: string[][] = [];
  for (const image of ["1", "2"]) {
    await seeImage(world, app, await world.push(app, image));
    const { deployment } = await deploy(world.context(), world.project(app), {});
    assert.equal(deployment.status, "completed", deployment.reason ?? "");
    ends.push(listInventory(world, app));
  }
  const { remaining } = await destroy(world.context(), world.project(app), {});
  assert.deepEqual(remaining, []);
  return [...ends, listInventory(world, app)];
}

describe("under a fault: the same ends as without, nothing twice, nothing left", { concurrency: true }, async () => {
  await using calm = await DeployWorld.open(60);
  const expected = await live(calm, "calm-fault-app");
  assert.deepEqual(expected.at(-1), []);
  for (const [name, fault] of Object.entries(faults))
    test(name, async () => {
      await using world = await DeployWorld.open(60);
      world.sandbox.faults.add(fault);
      const ends = await live(world, "hard-fault-app");
      assert.deepEqual(ends, expected);
      assert.ok((world.sandbox.faults.list()[0]?.hits ?? 0) > 0, "it did happen");
    });
});
