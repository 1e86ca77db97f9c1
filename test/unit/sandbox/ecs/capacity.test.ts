import assert from "node:assert/strict";
import { test } from "node:test";
import { readSeries } from "../../../../src/sandbox/world/metrics.ts";
import { cluster, EcsWorld } from "../../../support/ecs-world.ts";
import { groupPolicies, type GroupRecord } from "../../../../src/sandbox/world/records/autoscaling.ts";
import { alarms } from "../../../../src/sandbox/world/records/cloudwatch.ts";

const strategy = [{ capacityProvider: "cp", weight: 1 }];

/** A cluster with a capacity provider, and a group that launches what managed scaling asks for. */
async function managed(options: Partial<GroupRecord> = {}): Promise<{ world: EcsWorld; group: GroupRecord }> {
  const world = new EcsWorld();
  const group = world.addGroup(options);
  await world.call("CreateCluster", { clusterName: cluster });
  await world.call("CreateCapacityProvider", {
    name: "cp",
    autoScalingGroupProvider: {
      autoScalingGroupArn: group.arn,
      managedScaling: { status: "ENABLED", targetCapacity: 100 },
      managedTerminationProtection: "ENABLED",
    },
  });
  await world.call("PutClusterCapacityProviders", {
    cluster,
    capacityProviders: ["cp"],
    defaultCapacityProviderStrategy: strategy,
  });
  return { world, group };
}

/** Lets the group follow its desired count, as Auto Scaling does. */
async function follow(world: EcsWorld, group: GroupRecord, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 10) {
    while (group.members.length < group.desired) world.addMember(group);
    await world.advance(10);
  }
}

test("tasks without room wait in PROVISIONING, and managed scaling adds just enough instances", async () => {
  const { world, group } = await managed();
  await world.createService({ launchType: undefined, desiredCount: 4 });
  await world.advance(5);
  const waiting = await world.tasks();
  assert.deepEqual(
    waiting.map((task) => [task.lastStatus, task.capacityProviderName]),
    Array.from({ length: 4 }, () => ["PROVISIONING", "cp"]),
  );
  await world.advance(60);
  // Three tasks of 512 MiB fit on a t2.small with 1968 MiB; the type is not known before the first instance runs.
  assert.ok(group.desired >= 2, String(group.desired));
  await follow(world, group, 180);
  await world.until(() => world.isSteady());
  assert.equal(group.desired <= 3, true);
});

test("the group's maximum bounds managed scaling", async () => {
  const { world, group } = await managed({ max: 1, desired: 1 });
  world.addMember(group);
  await world.createService({ launchType: undefined, desiredCount: 7 });
  await follow(world, group, 300);
  assert.equal(group.desired, 1);
  const { runningCount, pendingCount } = await world.service();
  assert.deepEqual([runningCount, pendingCount], [3, 4]);
  const running = (await world.tasks()).find(({ lastStatus }) => lastStatus === "RUNNING");
  await world.call("StopTask", { cluster, task: running?.taskArn ?? "" });
  await world.until(async () => (await world.tasks("STOPPED")).some(({ lastStatus }) => lastStatus === "STOPPED"));
  const placed = (await world.tasks()).filter(({ lastStatus }) => lastStatus === "PENDING");
  assert.equal(placed.length, 1, "one of those that wait takes the place in the second in which it is free");
});

test("idle instances go after 15 minutes below the target, busy ones are protected", async () => {
  const { world, group } = await managed({ desired: 2, min: 1 });
  world.addMember(group);
  world.addMember(group);
  await world.advance(25);
  await world.createService({ launchType: undefined, desiredCount: 1 });
  await world.until(() => world.isSteady());
  await world.advance(13 * 60);
  assert.equal(group.desired, 2);
  await world.advance(3 * 60);
  assert.equal(group.desired, 1);
  assert.deepEqual(group.members.map((member) => member.protectedFromScaleIn).toSorted(), [false, true]);
});

test("the reservation is published each minute", async () => {
  const { world, group } = await managed({ desired: 2, min: 2 });
  world.addMember(group);
  world.addMember(group);
  await world.advance(25);
  await world.createService({ launchType: undefined, desiredCount: 1 });
  await world.advance(300);
  const now = world.world.clock.now();
  const series = readSeries(
    world.region,
    {
      namespace: "AWS/ECS/ManagedScaling",
      name: "CapacityProviderReservation",
      dimensions: { CapacityProviderName: "cp", ClusterName: cluster },
    },
    { from: now - 180_000, to: now, period: 60 },
    "Average",
  );
  assert.deepEqual(new Set(series.values()), new Set([50]));
});

test("a cluster whose attachments change is busy, a provider in use is not removed", async () => {
  const { world } = await managed();
  const detach = () =>
    world.call("PutClusterCapacityProviders", {
      cluster,
      capacityProviders: [],
      defaultCapacityProviderStrategy: [],
    });
  await assert.rejects(detach(), { name: "UpdateInProgressException" });
  const attachments = async () =>
    (await world.call("DescribeClusters", { clusters: [cluster], include: ["ATTACHMENTS"] })).clusters?.[0]
      ?.attachmentsStatus;
  assert.equal(await attachments(), "UPDATE_IN_PROGRESS");
  await world.advance(12);
  assert.equal(await attachments(), "UPDATE_COMPLETE");
  await world.createService({ launchType: undefined, desiredCount: 0 });
  await assert.rejects(detach(), {
    name: "ResourceInUseException",
    message: "The specified capacity provider is in use and cannot be removed.",
  });
  await world.call("DeleteService", { cluster, service: "web" });
  await world.advance(2);
  await assert.rejects(world.call("DeleteCapacityProvider", { capacityProvider: "cp" }), {
    message: /^The capacity provider cannot be deleted because it is associated with cluster: shop\./,
  });
  await detach();
  await world.advance(12);
  const { capacityProvider } = await world.call("DeleteCapacityProvider", { capacityProvider: "cp" });
  assert.equal(capacityProvider?.status, "INACTIVE");
  const { cluster: deleted } = await world.call("DeleteCluster", { cluster });
  assert.equal(deleted?.status, "INACTIVE");
  assert.deepEqual((await world.call("ListClusters", {})).clusterArns, []);
});

test("managed termination protection needs a group that protects its instances", async () => {
  const world = new EcsWorld();
  const group = world.addGroup({ newInstancesProtected: false });
  await assert.rejects(
    world.call("CreateCapacityProvider", {
      name: "cp",
      autoScalingGroupProvider: {
        autoScalingGroupArn: group.arn,
        managedScaling: { status: "ENABLED" },
        managedTerminationProtection: "ENABLED",
      },
    }),
    {
      message:
        "The managed termination protection setting for the capacity provider is invalid. To enable managed termination protection for a capacity provider, the Auto Scaling group must have instance protection from scale in enabled.",
    },
  );
});

test("FARGATE and FARGATE_SPOT are there from the start", async () => {
  const { capacityProviders = [] } = await new EcsWorld().call("DescribeCapacityProviders", {});
  assert.deepEqual(
    capacityProviders.map((one) => one.name),
    ["FARGATE", "FARGATE_SPOT"],
  );
});

test("managed scaling is a policy of the group with two alarms, which go when the provider is detached", async () => {
  const { world, group } = await managed({ desired: 1 });
  world.addMember(group);
  await world.advance(70);
  const [policy, ...others] = [...groupPolicies(world.region).values()];
  assert.deepEqual(others, []);
  assert.match(policy?.policy.PolicyName ?? "", /^ECSManagedAutoScalingPolicy-[0-9a-f-]{36}$/);
  const found = [...alarms(world.region).values()].map(({ alarm }) => [
    alarm.AlarmName.replace(/-[0-9a-f-]{36}$/, ""),
    alarm.ComparisonOperator,
    alarm.Threshold,
    alarm.EvaluationPeriods,
  ]);
  assert.deepEqual(found, [
    ["TargetTracking-asg-AlarmHigh", "GreaterThanThreshold", 100, 1],
    ["TargetTracking-asg-AlarmLow", "LessThanThreshold", 100, 15],
  ]);
  await world.call("PutClusterCapacityProviders", {
    cluster,
    capacityProviders: [],
    defaultCapacityProviderStrategy: [],
  });
  await world.advance(2);
  assert.deepEqual([groupPolicies(world.region).size, alarms(world.region).size], [0, 0]);
});

test("a second step out waits until the instances of the first are warm", async () => {
  const { world, group } = await managed({ desired: 1, max: 9 });
  world.addMember(group);
  await world.advance(301);
  await world.createService({ launchType: undefined, desiredCount: 6 });
  await world.advance(70);
  assert.equal(group.desired, 2);
  await follow(world, group, 30);
  await world.call("UpdateService", { cluster, service: "web", desiredCount: 12 });
  await follow(world, group, 240);
  assert.equal(group.desired, 2, "less than the warm-up of 300 s after the launch");
  await follow(world, group, 90);
  assert.equal(group.desired, 4);
});

test("nothing scales in while an instance warms up, nor while the group's alarms are suspended", async () => {
  const { world, group } = await managed({ desired: 2, max: 4 });
  await world.call("UpdateCapacityProvider", {
    name: "cp",
    autoScalingGroupProvider: {
      managedScaling: { status: "ENABLED", targetCapacity: 100, instanceWarmupPeriod: 1800 },
    },
  });
  for (let count = 0; count < 2; count++) world.addMember(group);
  await world.advance(20 * 60);
  assert.equal(group.desired, 2, "idle for 20 minutes, warm only after 30");
  group.suspendedProcesses = ["AlarmNotification"];
  await world.advance(12 * 60);
  assert.equal(group.desired, 2);
  group.suspendedProcesses = [];
  const steps: number[] = [];
  for (let second = 0; second < 120; second++) {
    await world.advance(1);
    if (group.desired !== steps.at(-1)) steps.push(group.desired);
  }
  assert.deepEqual(steps, [1, 0], "by half of the group at a step");
});
