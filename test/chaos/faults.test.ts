import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { explainAwsError } from "../../src/core/aws/explain-error.ts";
import { eventRuleSchema } from "../../src/core/config/alarm-schema.ts";
import { deploy } from "../../src/core/operations/deploy.ts";
import { destroy } from "../../src/core/operations/destroy.ts";
import { rollback } from "../../src/core/operations/rollback.ts";
import type { FaultRequest } from "../../src/sandbox/faults.ts";
import { byHand, ruleToLogs } from "../support/chaos-by-hand.ts";
import { listInventory } from "../support/chaos.ts";
import { DeployWorld } from "../support/deployable.ts";

const single: Readonly<Record<string, FaultRequest>> = {
  "30 % of the calls throttled": { kind: "throttle", percent: 30 },
  "10 % of the calls fail": { kind: "fail", percent: 10 },
  "20 % of the answers lost": { kind: "lose-answers", percent: 20 },
  "2 s of latency": { kind: "delay", seconds: 2 },
  "reads lag 3 s behind writes": { kind: "lag", seconds: 3 },
};

const faults: Readonly<Record<string, readonly FaultRequest[]>> = {
  ...Object.fromEntries(Object.entries(single).map(([name, fault]) => [name, [fault]])),
  "all of them at once": Object.values(single),
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

/** Runs a command again when it gave up on AWS, as often as that; what it says then is that this goes on. */
async function persist<T>(command: () => Promise<T>, times: number): Promise<T> {
  try {
    return await command();
  } catch (error) {
    if (times === 0 || !gaveUpOn.test(explainAwsError(error)?.message ?? "")) throw error;
    return persist(command, times - 1);
  }
}
const gaveUpOn = /^AWS (asks to slow down|failed|cannot be reached)/;

/** What there is after a first deploy, an update, a rollback, each change by hand, and a destroy. */
async function live(world: DeployWorld, app: string, repetitions = 0): Promise<string[][]> {
  const ends: string[][] = [];
  for (const image of ["1", "2"]) {
    await seeImage(world, app, await world.push(app, image));
    const { deployment } = await persist(() => deploy(world.context(), world.project(app), {}), repetitions);
    assert.equal(deployment.status, "completed", deployment.reason ?? "");
    ends.push(listInventory(world, app));
  }
  const back = await persist(() => rollback(world.context(), world.project(app), {}), repetitions);
  assert.equal(back.running, true, back.deployment.reason ?? "");
  ends.push(listInventory(world, app));
  const project = world.project(app);
  for (const change of Object.values(byHand)) {
    await persist<unknown>(() => change(world.context(), project), repetitions);
    ends.push(listInventory(world, app));
  }
  // As ecsctl.yaml says by now: the way into the logs carries no tag.
  const rules = world.project(app, (config) => void (config.eventRules = [eventRuleSchema.parse(ruleToLogs(app))]));
  const { remaining } = await persist(() => destroy(world.context(), rules, {}), repetitions);
  assert.deepEqual(remaining, []);
  return [...ends, listInventory(world, app)];
}

describe("under a fault: the same ends as without, nothing twice, nothing left", { concurrency: true }, async () => {
  await using calm = await DeployWorld.open(60);
  const expected = await live(calm, "calm-fault-app");
  assert.deepEqual(expected.at(-1), []);
  for (const [name, requests] of Object.entries(faults))
    test(name, async () => {
      await using world = await DeployWorld.open(60);
      for (const request of requests) world.sandbox.faults.add(request);
      // With half of all attempts in vain, a call may be in vain eight times: the command is run again then.
      const ends = await live(world, "hard-fault-app", requests.length > 1 ? 5 : 0);
      assert.deepEqual(ends, expected);
      assert.ok(
        world.sandbox.faults.list().every(({ hits }) => hits > 0),
        "it did happen",
      );
    });
});
