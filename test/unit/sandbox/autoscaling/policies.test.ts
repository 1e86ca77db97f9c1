import assert from "node:assert/strict";
import { test } from "node:test";
import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { putAlarm } from "../../../../src/sandbox/world/alarms.ts";
import { recordMetric } from "../../../../src/sandbox/world/metrics.ts";
import { alarms } from "../../../../src/sandbox/world/records/cloudwatch.ts";
import { makeGroup, makeMachines, type Machines } from "../../../support/machines.ts";

const AutoScalingGroupName = "web";

/** A metric that is recorded once a minute with the value that `level` has then. */
function run(machines: Machines, minutes: number, level: number): void {
  for (let minute = 0; minute < minutes; minute++) {
    machines.world.step(30);
    const at = machines.world.clock.date();
    recordMetric(machines.region, { namespace: "app", name: "queue", dimensions: {}, at, value: level });
    machines.world.step(30);
  }
  machines.world.step(6);
}

async function desiredOf({ autoscaling }: Machines): Promise<number | undefined> {
  return (await autoscaling("DescribeAutoScalingGroups", {})).AutoScalingGroups?.[0]?.DesiredCapacity;
}

const queueAlarm = (PolicyARN: string | undefined, settings: Partial<MetricAlarm> = {}) => ({
  AlarmName: "queue",
  Namespace: "app",
  MetricName: "queue",
  Dimensions: [],
  Period: 60,
  Statistic: "Average" as const,
  EvaluationPeriods: 1,
  Threshold: 100,
  ComparisonOperator: "GreaterThanThreshold" as const,
  AlarmActions: [PolicyARN ?? ""],
  ...settings,
});

test("a group scales by the step that its alarm's metric falls into, and tells by which policy", async () => {
  const machines = makeMachines();
  await makeGroup(machines, { min: 1, max: 4, desired: 1 });
  const { PolicyARN } = await machines.autoscaling("PutScalingPolicy", {
    AutoScalingGroupName,
    PolicyName: "out",
    PolicyType: "StepScaling",
    AdjustmentType: "ChangeInCapacity",
    StepAdjustments: [
      { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 100, ScalingAdjustment: 1 },
      { MetricIntervalLowerBound: 100, ScalingAdjustment: 2 },
    ],
  });
  assert.match(PolicyARN ?? "", /:scalingPolicy:[0-9a-f-]{36}:autoScalingGroupName\/web:policyName\/out$/);
  putAlarm(machines.region, queueAlarm(PolicyARN));
  run(machines, 2, 250);
  assert.equal(await desiredOf(machines), 4, "two and then one more: four is the maximum");
  const { ScalingPolicies } = await machines.autoscaling("DescribePolicies", { AutoScalingGroupName });
  assert.deepEqual(
    ScalingPolicies?.map(({ PolicyName, Alarms }) => [PolicyName, Alarms?.map(({ AlarmName }) => AlarmName)]),
    [["out", ["queue"]]],
  );
  const { Activities } = await machines.autoscaling("DescribeScalingActivities", { AutoScalingGroupName });
  assert.match(
    Activities?.map(({ Cause }) => Cause).join("\n") ?? "",
    /a monitor alarm queue in state ALARM triggered policy out changing the desired capacity from 1 to 3/,
  );
});

test("simple scaling waits for its cooldown; a suspended AlarmNotification for nothing at all", async () => {
  const machines = makeMachines();
  await makeGroup(machines, { min: 1, max: 4, desired: 1 });
  const { PolicyARN } = await machines.autoscaling("PutScalingPolicy", {
    AutoScalingGroupName,
    PolicyName: "one-more",
    AdjustmentType: "ChangeInCapacity",
    ScalingAdjustment: 1,
    Cooldown: 180,
  });
  putAlarm(machines.region, queueAlarm(PolicyARN));
  run(machines, 3, 250);
  assert.equal(await desiredOf(machines), 2);
  run(machines, 3, 250);
  assert.equal(await desiredOf(machines), 3);
  await machines.autoscaling("SuspendProcesses", { AutoScalingGroupName, ScalingProcesses: ["AlarmNotification"] });
  run(machines, 6, 250);
  assert.equal(await desiredOf(machines), 3);
});

test("a group tracks a metric of the user's own with two alarms, which go with it", async () => {
  const machines = makeMachines();
  await makeGroup(machines, { min: 1, max: 4, desired: 1 });
  await machines.autoscaling("PutScalingPolicy", {
    AutoScalingGroupName,
    PolicyName: "queue",
    PolicyType: "TargetTrackingScaling",
    TargetTrackingConfiguration: {
      TargetValue: 100,
      CustomizedMetricSpecification: { Namespace: "app", MetricName: "queue", Statistic: "Average", Dimensions: [] },
    },
  });
  assert.equal(alarms(machines.region).size, 2);
  run(machines, 3, 250);
  assert.equal(await desiredOf(machines), 3);
  await machines.autoscaling("DeletePolicy", { AutoScalingGroupName, PolicyName: "queue" });
  assert.equal(alarms(machines.region).size, 0);
});

test("a group's schedule is a cron expression of five fields in its own time zone", async () => {
  const machines = makeMachines();
  await makeGroup(machines, { min: 1, max: 4, desired: 1 });
  const put = (change: object) =>
    machines.autoscaling("PutScheduledUpdateGroupAction", {
      AutoScalingGroupName,
      ScheduledActionName: "morning",
      Recurrence: "0 9 * * 1-5",
      TimeZone: "Europe/Berlin",
      MinSize: 3,
      ...change,
    });
  await assert.rejects(put({ Recurrence: "every day" }), { message: "Given recurrence string: every day is invalid" });
  await assert.rejects(put({ TimeZone: "Mars/Base" }), { message: "The time zone specified Mars/Base is not valid" });
  await put({});
  const { ScheduledUpdateGroupActions } = await machines.autoscaling("DescribeScheduledActions", {});
  // The world begins on Thursday, the first of January 2026, at midnight UTC.
  assert.equal(ScheduledUpdateGroupActions?.[0]?.StartTime?.toISOString(), "2026-01-01T08:00:00.000Z");
  machines.world.step(8 * 3600 + 1);
  assert.equal(await desiredOf(machines), 3);
  await machines.autoscaling("DeleteScheduledAction", { AutoScalingGroupName, ScheduledActionName: "morning" });
  await assert.rejects(
    machines.autoscaling("DeleteScheduledAction", { AutoScalingGroupName, ScheduledActionName: "morning" }),
    { message: "Scheduled action name not found" },
  );
});

test("what cannot be a policy is refused", async () => {
  const machines = makeMachines();
  await makeGroup(machines, {});
  const put = (change: object) =>
    machines.autoscaling("PutScalingPolicy", { AutoScalingGroupName, PolicyName: "p", ...change });
  await assert.rejects(put({ PolicyType: "PredictiveScaling" }), { message: /does not act on group policies/ });
  await assert.rejects(put({ AdjustmentType: "Sideways" }), {
    message: /^Invalid value 'Sideways' for AdjustmentType/,
  });
  await assert.rejects(put({ PolicyType: "StepScaling", AdjustmentType: "ExactCapacity" }), {
    message: "At least one step adjustment must be specified.",
  });
  await assert.rejects(machines.autoscaling("DeletePolicy", { AutoScalingGroupName, PolicyName: "none" }), {
    message: "Policy does not exist",
  });
});
