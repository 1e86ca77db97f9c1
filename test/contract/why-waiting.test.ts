import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { groups } from "../../src/sandbox/world/records/autoscaling.ts";
import { cluster, service, Shop, target } from "../support/shop.ts";

describe("a service that cannot have the tasks it should", () => {
  const shop = new Shop();
  before(async () => {
    await shop.open();
    await shop.range(0, 9);
    await shop.track("CPU", 50);
    await shop.sandbox.advance(120);
  });
  after(() => shop.sandbox.close());
  const want = (desiredCount: number) =>
    shop.sandbox.aws().call("ecs", "UpdateService", { cluster, service, desiredCount });

  test("no running task: since when there is no data", async () => {
    await want(0);
    assert.match(
      await shop.until("no-data-no-task", 12),
      /^no CPU data since \d\d:\d\d UTC: the service has no running task, and nothing scales without data; start one with: ecsctl scale set 1$/,
    );
  });

  test("no room, and no group that could make some", async () => {
    await want(9);
    assert.match(
      await shop.note("no-capacity", 5),
      /^\d tasks? waits? for an instance: .*(no container instance met|insufficient)/,
    );
    const { service: counts } = await shop.look();
    assert.ok(counts.waiting > 0 && counts.running + counts.waiting === 9);
  });

  test("tasks that end as soon as they start", async () => {
    await want(1);
    await shop.sandbox.advance(60);
    shop.runtime.onStart = () => {
      throw new Error("exec format error");
    };
    await want(3);
    assert.match(await shop.note("tasks-keep-stopping", 20), /^tasks keep stopping soon after they start/);
  });
});

describe("a service that waits for instances of a capacity provider", () => {
  const shop = new Shop();
  const group = { AutoScalingGroupName: cluster };
  before(async () => {
    await shop.open();
    const aws = shop.sandbox.aws();
    const { AutoScalingGroups = [] } = await aws.call("autoscaling", "DescribeAutoScalingGroups", {});
    await aws.call("ecs", "CreateCapacityProvider", {
      name: "instances",
      autoScalingGroupProvider: {
        autoScalingGroupArn: AutoScalingGroups[0]?.AutoScalingGroupARN,
        managedScaling: { status: "ENABLED", targetCapacity: 100 },
        managedTerminationProtection: "DISABLED",
      },
    });
    const capacityProviderStrategy = [{ capacityProvider: "instances", weight: 1 }];
    await aws.call("ecs", "PutClusterCapacityProviders", {
      cluster,
      capacityProviders: ["instances"],
      defaultCapacityProviderStrategy: capacityProviderStrategy,
    });
    await aws.call("ecs", "UpdateService", {
      cluster,
      service,
      capacityProviderStrategy,
      forceNewDeployment: true,
      desiredCount: 9,
    });
  });
  after(() => shop.sandbox.close());

  test("the group is at its maximum", async () => {
    assert.match(
      await shop.note("group-at-maximum", 10),
      /^\d tasks? waits? for an instance: the group is at its maximum of 1; raise cluster.capacity.max$/,
    );
    assert.ok((await shop.look()).service.waiting > 0);
  });

  test("the group grows, and tasks wait until the instance has registered", async () => {
    await shop.sandbox.aws().call("autoscaling", "UpdateAutoScalingGroup", { ...group, MaxSize: 3 });
    assert.match(await shop.note("instance-starting", 10), /for an instance: .* goes to 2, 1 registered so far$/);
  });

  test("nothing makes the group grow: managed scaling is off, then launching is suspended, then it fails", async () => {
    const aws = shop.sandbox.aws();
    await aws.call("ecs", "UpdateService", { cluster, service, desiredCount: 30 });
    const managed = (status: "ENABLED" | "DISABLED") =>
      aws.call("ecs", "UpdateCapacityProvider", {
        name: "instances",
        autoScalingGroupProvider: { managedScaling: { status, targetCapacity: 100 } },
      });
    await managed("DISABLED");
    await aws.call("autoscaling", "UpdateAutoScalingGroup", { ...group, MaxSize: 9 });
    assert.match(
      await shop.note("managed-scaling-off", 15),
      /managed scaling of the capacity provider is off, so nothing makes \S+ grow$/,
    );
    groups(shop.sandbox.region).get(cluster)?.suspendedProcesses.push("Launch");
    assert.match(await shop.note("group-suspended", 1), /: the process Launch of \S+ is suspended$/);
    groups(shop.sandbox.region).get(cluster)?.suspendedProcesses.pop();
    await aws.call("ec2", "DeleteLaunchTemplate", { LaunchTemplateName: cluster });
    await managed("ENABLED");
    assert.match(await shop.note("instance-launch-failed", 15), /could not launch one: .*launch template/i);
  });

  test("a scheduled action says what it will set", async () => {
    await shop.range(1, 3);
    await shop.sandbox.aws().call("application-autoscaling", "PutScheduledAction", {
      ...target,
      ScheduledActionName: "morning",
      Schedule: "cron(0 8 * * ? *)",
      Timezone: "Europe/Berlin",
      ScalableTargetAction: { MinCapacity: 3 },
    });
    assert.equal(
      await shop.note("scheduled-action", 1),
      "scheduled action morning sets the minimum to 3: cron(0 8 * * ? *) Europe/Berlin",
    );
  });
});
