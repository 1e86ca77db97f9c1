import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { PutScalingPolicyCommandInput } from "@aws-sdk/client-application-auto-scaling";
import type { Snapshot } from "../../src/core/observe/snapshot.ts";
import { readStatus } from "../../src/core/operations/read-status.ts";
import { groups } from "../../src/sandbox/world/records/autoscaling.ts";
import { addFlashSale, project } from "../support/flash-sale.ts";
import { startSandbox, type TestSandbox } from "../support/sandbox.ts";
import { SharedLoad } from "../support/shared-load.ts";

const cluster = project.config.cluster.name;
const service = project.config.service.name;
const target = {
  ServiceNamespace: "ecs",
  ResourceId: `service/${cluster}/${service}`,
  ScalableDimension: "ecs:service:DesiredCount",
} as const;

/** A service whose load is set, and one look at what ecsctl says of it. */
class Shop {
  readonly runtime = new SharedLoad();
  sandbox!: TestSandbox;

  async open(): Promise<this> {
    this.sandbox = await startSandbox({ runtime: this.runtime });
    this.runtime.now = () => this.sandbox.world.clock.now();
    await addFlashSale(this.sandbox);
    return this;
  }

  /** Percent of one task's 256 CPU units, over all tasks together. */
  set load(percent: number) {
    this.runtime.vcpus = (percent / 100) * 0.25;
  }

  look(): Promise<Snapshot> {
    return readStatus(this.sandbox.context(), project);
  }

  async range(MinCapacity: number, MaxCapacity: number, suspended: "out" | "in" | "none" = "none"): Promise<void> {
    await this.sandbox.aws().call("application-autoscaling", "RegisterScalableTarget", {
      ...target,
      MinCapacity,
      MaxCapacity,
      SuspendedState: {
        DynamicScalingOutSuspended: suspended === "out",
        DynamicScalingInSuspended: suspended === "in",
        ScheduledScalingSuspended: false,
      },
    });
  }

  put(input: Partial<PutScalingPolicyCommandInput>): Promise<unknown> {
    const policy = { ...target, PolicyName: "cpu50", PolicyType: "TargetTrackingScaling" as const, ...input };
    return this.sandbox.aws().call("application-autoscaling", "PutScalingPolicy", policy);
  }

  track(metric: "CPU" | "Memory", TargetValue: number, more: object = {}): Promise<unknown> {
    return this.put({
      PolicyName: `${metric.toLowerCase()}${TargetValue}`,
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue,
        PredefinedMetricSpecification: { PredefinedMetricType: `ECSServiceAverage${metric}Utilization` },
        ScaleOutCooldown: 300,
        ScaleInCooldown: 300,
        ...more,
      },
    });
  }

  /** Moves on until the policy's cause is that one, at most so many minutes, and gives the sentence. */
  async until(cause: string, minutes = 20): Promise<string> {
    const seen: string[] = [];
    for (let at = 0; at < minutes * 60; at += 15) {
      const { scaling } = await this.look();
      const why = scaling.policies[0];
      if (why?.cause === cause) return why.why;
      if (why && seen.at(-1) !== `${why.cause}: ${why.why}`) seen.push(`${why.cause}: ${why.why}`);
      await this.sandbox.advance(15);
    }
    throw new Error(`no ${cause} within ${minutes} min; seen:\n${seen.join("\n")}`);
  }

  async note(cause: string, minutes = 10): Promise<string> {
    const seen: string[] = [];
    for (let at = 0; at < minutes * 60; at += 15) {
      const { scaling } = await this.look();
      const note = scaling.notes.find((one) => one.cause === cause);
      if (note) return note.text;
      seen.push(...scaling.notes.map((one) => `${one.cause}: ${one.text}`));
      await this.sandbox.advance(15);
    }
    throw new Error(`no ${cause} within ${minutes} min; seen:\n${[...new Set(seen)].join("\n")}`);
  }
}

describe("a target tracking policy, from nothing to the maximum and back", () => {
  const shop = new Shop();
  before(() => shop.open());
  after(() => shop.sandbox.close());

  test("nothing scales it", async () => {
    assert.match(
      await shop.note("no-scalable-target"),
      /^no policy scales it, and it has no scalable target; add one with: ecsctl scale policy add/,
    );
    await shop.range(1, 3);
    assert.match(await shop.note("no-policy"), /^no policy scales it; add/);
  });

  test("no datapoint yet", async () => {
    await shop.track("CPU", 50);
    assert.match(await shop.until("no-data-yet", 1), /^no CPU datapoint yet/);
  });

  test("little to do", async () => {
    assert.match(
      await shop.until("at-minimum", 5),
      /^CPU 0 % is under 45 %.*: at the minimum of 1, nothing to remove$/,
    );
    shop.load = 47;
    assert.equal(await shop.until("steady", 5), "CPU 47 % is near enough to the target of 50 %: nothing to do");
  });

  test("over the target: how many datapoints, how many tasks, when; and it comes true", async () => {
    shop.load = 83;
    const said = await shop.until("waiting-to-scale-out", 5);
    assert.match(
      said,
      /^CPU \d+ % is over 50 % for [12] of the 3 datapoints needed; if the next .*, desired goes from 1 to 2 in about/,
    );
    for (let minute = 0; minute < 5 && (await shop.look()).service.desired === 1; minute++)
      await shop.sandbox.advance(60);
    assert.equal((await shop.look()).service.desired, 2);
  });

  test("scale-out cooldown, with what is left of it", async () => {
    shop.load = 116;
    assert.match(
      await shop.until("scale-out-cooldown", 5),
      /^CPU \d+ % is over 50 %.*: held, scale-out cooldown for another \d+ (s|min)$/,
    );
  });

  test("suspended", async () => {
    await shop.range(1, 3, "out");
    shop.load = 170;
    assert.match(
      await shop.until("scale-out-suspended", 3),
      /: scale-out is suspended; resume it with: ecsctl scale resume out$/,
    );
    assert.match(await shop.note("suspended", 1), /^suspended: scale-out; go on with/);
    await shop.range(1, 3);
  });

  test("at the maximum, and what it asks for", async () => {
    shop.load = 270;
    await shop.until("at-maximum", 10);
    await shop.sandbox.advance(180);
    assert.equal(
      await shop.until("at-maximum", 1),
      "CPU 90 % is over 50 %: at the maximum of 3: raise it, the policy asks for 6",
    );
  });

  test("scale-in waits for fifteen datapoints, then for its cooldown", async () => {
    shop.load = 30;
    const said = await shop.until("waiting-to-scale-in", 5);
    assert.match(
      said,
      /^CPU \d+ % is under 45 % for \d+ of the 15 datapoints needed; .*desired goes from 3 to 2 in about \d+ min$/,
    );
    assert.match(
      await shop.until("scale-in-cooldown", 20),
      /^CPU 1\d % is under 45 %: held, scale-in cooldown for another \d/,
    );
  });

  test("removing one more would push it over the target again", async () => {
    shop.load = 88;
    assert.match(
      await shop.until("flapping", 30),
      /^CPU 44 % is under 45 %: held, removing a task would push it over the target/,
    );
  });

  test("a rollout is under way", async () => {
    await shop.sandbox.aws().call("ecs", "UpdateService", { cluster, service, forceNewDeployment: true });
    assert.match(await shop.until("rollout", 2), /^CPU \d+ % is under 45 %: held, .* while a rollout is under way$/);
    await shop.until("flapping", 15);
  });

  test("scale-in suspended; kept by another policy", async () => {
    shop.load = 30;
    await shop.range(1, 3, "in");
    assert.match(
      await shop.until("scale-in-suspended", 10),
      /: scale-in is suspended; resume it with: ecsctl scale resume in$/,
    );
    await shop.track("Memory", 26);
    await shop.range(1, 3);
    assert.match(
      await shop.until("other-policy", 10),
      /: another policy keeps it from scaling in: memory26 \(memory 25 % is over 23 %\)$/,
    );
  });

  test("scale-in disabled", async () => {
    await shop.track("CPU", 50, { DisableScaleIn: true });
    assert.match(
      await shop.until("scale-in-disabled", 5),
      /^CPU \d+ % is under the target of 50 %, but scale-in is disabled/,
    );
  });

  test("its alarms were deleted by hand", async () => {
    const { alarms } = await shop.look();
    const AlarmNames = alarms.filter(({ policy }) => policy === "cpu50").map(({ name }) => name);
    await shop.sandbox.aws().call("cloudwatch", "DeleteAlarms", { AlarmNames });
    assert.equal(await shop.until("no-alarms", 1), "its alarms do not exist (yet): nothing triggers it");
  });
});

describe("a step policy with an alarm of one's own", () => {
  const shop = new Shop();
  before(async () => {
    await shop.open();
    await shop.range(1, 9);
    await shop.put({
      PolicyName: "steps",
      PolicyType: "StepScaling",
      StepScalingPolicyConfiguration: {
        AdjustmentType: "ChangeInCapacity",
        Cooldown: 60,
        StepAdjustments: [{ MetricIntervalLowerBound: 10, ScalingAdjustment: 2 }],
      },
    });
    const aws = shop.sandbox.aws();
    const { ScalingPolicies = [] } = await aws.call("application-autoscaling", "DescribeScalingPolicies", target);
    await aws.call("cloudwatch", "PutMetricAlarm", {
      AlarmName: "backlog",
      Namespace: "Shop",
      MetricName: "Backlog",
      Statistic: "Maximum",
      Period: 60,
      EvaluationPeriods: 2,
      Threshold: 100,
      ComparisonOperator: "GreaterThanThreshold",
      AlarmActions: [ScalingPolicies[0]?.PolicyARN ?? ""],
    });
  });
  after(() => shop.sandbox.close());

  /** Publishes that backlog every half minute for so many minutes. */
  const publish = async (Value: number, minutes: number): Promise<void> => {
    for (let half = 0; half < minutes * 2; half++) {
      const MetricData = [{ MetricName: "Backlog", Value, Timestamp: new Date(shop.sandbox.world.clock.now()) }];
      await shop.sandbox.aws().call("cloudwatch", "PutMetricData", { Namespace: "Shop", MetricData });
      await shop.sandbox.advance(30);
    }
  };
  const why = async () => (await shop.look()).scaling.policies[0];

  test("which step is near, and what it will do", async () => {
    let said = await why();
    for (let half = 0; half < 6 && said?.cause !== "waiting-to-scale-out"; half++) {
      await publish(115, 0.5);
      said = await why();
    }
    assert.match(
      said?.why ?? "",
      /^Shop\/Backlog 115 is over 100 for 1 of the 2 datapoints needed; if the next one is too, desired goes from 1 to 3/,
    );
  });

  test("no step is meant for that figure", async () => {
    await publish(105, 3);
    assert.deepEqual(
      [(await why())?.cause, (await why())?.why],
      ["no-step", "Shop/Backlog 105 is over 100: no step of the policy is meant for that figure"],
    );
  });

  test("nobody publishes the metric any more", async () => {
    await shop.sandbox.advance(420);
    const said = await why();
    assert.equal(said?.cause, "no-data");
    assert.match(said.why, /^no Shop\/Backlog data since \d\d:\d\d: nothing publishes the metric any more/);
  });
});

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
      /^no CPU data since \d\d:\d\d: the service has no running task, and missing data never scales in$/,
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
