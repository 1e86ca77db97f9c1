import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { changeDesired, stepGroups } from "../../../../src/sandbox/world/groups.ts";
import { stepInstances } from "../../../../src/sandbox/world/instances.ts";
import type { GroupRecord } from "../../../../src/sandbox/world/records/autoscaling.ts";
import { instances } from "../../../../src/sandbox/world/records/ec2.ts";
import { containerInstances } from "../../../../src/sandbox/world/records/ecs.ts";
import { cluster, EcsWorld } from "../../../support/ecs-world.ts";

interface Parts {
  world: EcsWorld;
  group: GroupRecord;
}

/** Two instances of a group behind a capacity provider, with one task of the service on each. */
async function start(settings: {
  protection: "ENABLED" | "DISABLED";
  draining: "ENABLED" | "DISABLED";
}): Promise<Parts> {
  const world = new EcsWorld([stepGroups, stepInstances]);
  await world.start(0);
  const group = world.addGroup({ desired: 2, min: 0, max: 3 });
  for (let count = 0; count < 2; count++) world.addMember(group);
  await world.call("CreateCapacityProvider", {
    name: "capacity",
    autoScalingGroupProvider: {
      autoScalingGroupArn: group.arn,
      managedScaling: { status: "ENABLED", targetCapacity: 100 },
      managedTerminationProtection: settings.protection,
      managedDraining: settings.draining,
    },
  });
  const strategy = [{ capacityProvider: "capacity", weight: 1 }];
  await world.call("PutClusterCapacityProviders", {
    cluster,
    capacityProviders: ["capacity"],
    defaultCapacityProviderStrategy: strategy,
  });
  await world.advance(30);
  await world.createService({ desiredCount: 2, launchType: undefined, capacityProviderStrategy: strategy });
  await world.until(() => world.isSteady());
  if (settings.protection === "DISABLED") for (const member of group.members) member.protectedFromScaleIn = false;
  return { world, group };
}

const states = ({ world, group }: Parts) =>
  group.members.map((member) => [member.lifecycleState, instances(world.region).get(member.instanceId)?.state]);
const running = async ({ world }: Parts): Promise<number> => (await world.service()).runningCount ?? 0;

describe("an instance that its group lets go", () => {
  test("with managed draining: its tasks move first, and only then it ends", async () => {
    const parts = await start({ protection: "DISABLED", draining: "ENABLED" });
    const { world, group } = parts;
    const counts: number[] = [];
    const watch = async (): Promise<void> => void counts.push(await running(parts));
    changeDesired(world.region, group, 1, "a user request explicitly set group desired capacity");
    await world.advance(1);
    const leaving = group.members.find((member) => member.lifecycleState === "Terminating:Wait");
    assert.ok(leaving, JSON.stringify(states(parts)));
    const agent = [...containerInstances(world.region).values()].find(
      (one) => one.ec2InstanceId === leaving.instanceId,
    );
    assert.equal(agent?.status, "DRAINING");
    assert.equal(instances(world.region).get(leaving.instanceId)?.state, "running");
    await world.until(async () => {
      await watch();
      return !group.members.includes(leaving);
    });
    assert.ok(Math.min(...counts) >= 2, `never fewer than before: ${counts.join(" ")}`);
    assert.deepEqual(states(parts), [["InService", "running"]]);
    assert.deepEqual(
      (await world.tasks("STOPPED")).map(({ stopCode }) => stopCode),
      ["ServiceSchedulerInitiated"],
    );
    await world.until(() => world.isSteady());
  });

  test("without it: its tasks end with it", async () => {
    const parts = await start({ protection: "DISABLED", draining: "DISABLED" });
    const { world, group } = parts;
    changeDesired(world.region, group, 1, "a user request explicitly set group desired capacity");
    await world.advance(1);
    assert.ok(states(parts).some(([lifecycle, state]) => lifecycle === "Terminating" && state === "shutting-down"));
    await world.until(async () => (await world.tasks("STOPPED")).length > 0);
    assert.equal((await world.tasks("STOPPED"))[0]?.stopCode, "TerminationNotice");
  });

  test("a group that is deleted by force waits for nobody", async () => {
    const parts = await start({ protection: "DISABLED", draining: "ENABLED" });
    const { world, group } = parts;
    group.deleting = true;
    group.desired = 0;
    await world.advance(1);
    assert.deepEqual(states(parts), [
      ["Terminating", "shutting-down"],
      ["Terminating", "shutting-down"],
    ]);
  });
});

describe("managed termination protection", () => {
  test("instances with tasks stay, and go when they have none", async () => {
    const parts = await start({ protection: "ENABLED", draining: "ENABLED" });
    const { world, group } = parts;
    changeDesired(world.region, group, 1, "a user request explicitly set group desired capacity");
    await world.advance(60);
    assert.deepEqual(states(parts), [
      ["InService", "running"],
      ["InService", "running"],
    ]);
    const told = group.activities.map(({ Description = "" }) => Description).join("\n");
    assert.match(told, /all remaining instances are protected from scale-in/);
    await world.call("UpdateService", { cluster, service: "web", desiredCount: 1 });
    await world.until(() => group.members.length === 1);
    const [left] = group.members;
    const [task] = await world.tasks();
    const agent = [...containerInstances(world.region).values()].find(({ arn }) => arn === task?.containerInstanceArn);
    assert.equal(agent?.ec2InstanceId, left?.instanceId, "the one with the task is still there");
  });
});
