import assert from "node:assert/strict";
import { test } from "node:test";
import type { StepScalingPolicyConfiguration } from "@aws-sdk/client-application-auto-scaling";
import { ScaledService, ecsTarget, start } from "./scaled-service.ts";

const cpuAlarm = (policyArn: string | undefined) => ({
  AlarmName: "cpu-gt-60",
  Namespace: "AWS/ECS",
  MetricName: "CPUUtilization",
  Dimensions: [
    { Name: "ClusterName", Value: "c" },
    { Name: "ServiceName", Value: "s" },
  ],
  Statistic: "Average" as const,
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 60,
  ComparisonOperator: "GreaterThanOrEqualToThreshold" as const,
  AlarmActions: policyArn ? [policyArn] : [],
});

const putSteps = (service: ScaledService, config: StepScalingPolicyConfiguration) =>
  service.aas.PutScalingPolicy?.(
    { ...ecsTarget, PolicyName: "steps", PolicyType: "StepScaling", StepScalingPolicyConfiguration: config },
    service.call,
  );

test("a step policy acts on an alarm of the user's own, by how far the metric is over the threshold", async () => {
  const service = new ScaledService();
  service.register(1, 10);
  const put = await putSteps(service, {
    AdjustmentType: "ChangeInCapacity",
    Cooldown: 60,
    StepAdjustments: [
      { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 20, ScalingAdjustment: 1 },
      { MetricIntervalLowerBound: 20, ScalingAdjustment: 3 },
    ],
  });
  await service.cloudwatch.PutMetricAlarm?.(cpuAlarm(put?.PolicyARN), service.call);
  service.load = 85;
  service.world.step(66);
  assert.equal(service.desired, 4, "85 is 25 over the threshold");
  const [activity] = await service.activities();
  assert.equal(activity?.Cause, "monitor alarm cpu-gt-60 in state ALARM triggered policy steps");
  const described = await service.aas.DescribeScalingPolicies?.({ ServiceNamespace: "ecs" }, service.call);
  assert.deepEqual(
    described?.ScalingPolicies?.[0]?.Alarms?.map(({ AlarmName }) => AlarmName),
    ["cpu-gt-60"],
  );
});

test("while its alarm lasts, a step policy acts again at every evaluation after its cooldown", async () => {
  const service = new ScaledService();
  service.register(1, 10);
  const put = await putSteps(service, {
    AdjustmentType: "ChangeInCapacity",
    Cooldown: 120,
    StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
  });
  await service.cloudwatch.PutMetricAlarm?.(cpuAlarm(put?.PolicyARN), service.call);
  service.load = 4000;
  service.world.step(6 * 60);
  assert.deepEqual(service.changes, [
    [65, 2],
    [185, 3],
    [305, 4],
  ]);
  await service.cloudwatch.DisableAlarmActions?.({ AlarmNames: ["cpu-gt-60"] }, service.call);
  service.world.step(10 * 60);
  assert.equal(service.desired, 4, "disabled actions do nothing");
});

test("a custom metric with an expression can be tracked", async () => {
  const service = new ScaledService();
  service.register(1, 10);
  const metric = (MetricName: string) => ({
    Metric: { Namespace: "app", MetricName, Dimensions: [] },
    Stat: "Average",
  });
  await service.aas.PutScalingPolicy?.(
    {
      ...ecsTarget,
      PolicyName: "backlog",
      PolicyType: "TargetTrackingScaling",
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 10,
        CustomizedMetricSpecification: {
          Metrics: [
            { Id: "queued", MetricStat: metric("Queued"), ReturnData: false },
            { Id: "workers", MetricStat: metric("Workers"), ReturnData: false },
            { Id: "backlog", Expression: "queued / workers", ReturnData: true },
          ],
        },
      },
    },
    service.call,
  );
  for (let minute = 0; minute < 3; minute++) {
    const MetricData = [
      { MetricName: "Queued", Value: 50 },
      { MetricName: "Workers", Value: 1 },
    ];
    await service.cloudwatch.PutMetricData?.({ Namespace: "app", MetricData }, service.call);
    service.world.step(60);
  }
  service.world.step(6);
  assert.equal(service.desired, 5);
});

test("registering outside the desired count moves it to the nearer bound and says why", async () => {
  const service = new ScaledService();
  service.register(2, 5);
  assert.equal(service.desired, 2);
  service.world.step(11);
  const [activity] = await service.activities();
  assert.equal(activity?.Cause, "minimum capacity was set to 2");
  assert.equal(activity?.StatusMessage, "Successfully set desired count to 2. Change successfully fulfilled by ecs.");
  service.register(0, 1);
  assert.equal(service.desired, 1);
  assert.equal((await service.activities())[0]?.Cause, "maximum capacity was set to 1");
});

test("a change that somebody else undoes is overridden", async () => {
  const service = new ScaledService();
  service.register(3, 5);
  service.world.step(1);
  service.setDesired(4);
  service.world.step(1);
  const [activity] = await service.activities();
  assert.equal(activity?.StatusCode, "Overridden");
  assert.equal(activity?.StatusMessage, "Successfully set desired count to 3. Found it was later changed to 4.");
});

test("a scheduled action changes the bounds at its time and brings the desired count along", async () => {
  const service = new ScaledService();
  service.register(1, 3);
  const action = {
    ...ecsTarget,
    ScheduledActionName: "sale",
    Schedule: "at(2026-11-22T07:10:00)",
    ScalableTargetAction: { MinCapacity: 4, MaxCapacity: 8 },
  };
  await service.aas.PutScheduledAction?.(action, service.call);
  service.world.step(11 * 60);
  assert.deepEqual(service.changes, [[600, 4]]);
  const [desired, bounds] = await service.activities();
  assert.equal(desired?.Cause, "minimum capacity was set to 4");
  assert.equal(bounds?.Cause, "scheduled action name sale was triggered");
  assert.equal(bounds?.StatusMessage, "Successfully set min capacity to 4 and max capacity to 8");
  const targets = await service.aas.DescribeScalableTargets?.({ ServiceNamespace: "ecs" }, service.call);
  assert.equal(targets?.ScalableTargets?.[0]?.MaxCapacity, 8);
  assert.equal(targets?.ScalableTargets?.[0]?.CreationTime?.getTime(), start);
});

test("a scheduled action has a name without : / | and without blanks at its ends, as the API reference has it", async () => {
  const service = new ScaledService();
  service.register(1, 3);
  const put = async (ScheduledActionName: string) =>
    service.aas.PutScheduledAction?.(
      { ...ecsTarget, ScheduledActionName, Schedule: "rate(1 day)", ScalableTargetAction: { MinCapacity: 1 } },
      service.call,
    );
  for (const name of ["a/b", "a:b", "a|b", " a", "a ", "a\u0007b", ""])
    await assert.rejects(put(name), { name: "ValidationException", message: /'scheduledActionName' failed/ }, name);
  await put("night and day_2.0");
});

test("a repeated schedule runs at its start too; an update that names neither start nor end deletes both", async () => {
  const service = new ScaledService();
  service.register(1, 10);
  const put = (change: object) =>
    service.aas.PutScheduledAction?.({ ...ecsTarget, ScheduledActionName: "daily", ...change }, service.call);
  await put({
    Schedule: "cron(30 7 * * ? *)",
    StartTime: new Date(start + 5 * 60_000),
    EndTime: new Date(start + 86_400_000),
    ScalableTargetAction: { MinCapacity: 3 },
  });
  service.world.step(6 * 60);
  assert.deepEqual(service.changes, [[300, 3]]);
  await put({ ScalableTargetAction: { MinCapacity: 4 } });
  const told = await service.aas.DescribeScheduledActions?.({ ServiceNamespace: "ecs" }, service.call);
  const [action] = told?.ScheduledActions ?? [];
  assert.deepEqual(
    [action?.Schedule, action?.StartTime, action?.EndTime],
    ["cron(30 7 * * ? *)", undefined, undefined],
  );
  service.world.step(25 * 60);
  assert.deepEqual(service.changes.slice(1), [[1800, 4]]);
});

test("deregistering takes policies, their alarms and schedules along", async () => {
  const service = new ScaledService();
  service.register(1, 3);
  await service.track();
  assert.equal((await service.alarms()).length, 2);
  await service.aas.DeregisterScalableTarget?.(ecsTarget, service.call);
  assert.equal((await service.alarms()).length, 0);
  const policies = await service.aas.DescribeScalingPolicies?.({ ServiceNamespace: "ecs" }, service.call);
  assert.deepEqual(policies?.ScalingPolicies, []);
});

test("what AWS refuses is refused in its words", async () => {
  const service = new ScaledService();
  const where = "service namespace: ecs, resource ID: service/c/s, scalable dimension: ecs:service:DesiredCount";
  const refused = async (attempt: () => unknown, name: string, message: string | RegExp) =>
    assert.rejects(async () => attempt(), { name, message });
  const register = (change: object) =>
    service.aas.RegisterScalableTarget?.({ ...ecsTarget, MinCapacity: 1, MaxCapacity: 3, ...change }, service.call);
  await refused(
    () => register({ ResourceId: "service/c/x" }),
    "ValidationException",
    "ECS service doesn't exist: service/c/x",
  );
  await refused(
    () => register({ ServiceNamespace: "dynamodb" }),
    "ValidationException",
    /^Unsupported service namespace/,
  );
  await refused(
    () => register({ MinCapacity: 4 }),
    "ValidationException",
    "Maximum capacity cannot be less than minimum capacity",
  );
  await refused(() => service.track(), "ObjectNotFoundException", `No scalable target registered for ${where}`);
  const { aas, call } = service;
  await refused(
    () => aas.DeregisterScalableTarget?.(ecsTarget, call),
    "ObjectNotFoundException",
    `No scalable target found for ${where}`,
  );
  service.register(1, 3);
  await service.track();
  await refused(
    () => service.track({}, "again"),
    "ValidationException",
    "Only one TargetTrackingScaling policy for a given metric specification is allowed.",
  );
  await refused(
    () => aas.DeleteScalingPolicy?.({ ...ecsTarget, PolicyName: "none" }, call),
    "ObjectNotFoundException",
    `No scaling policy found for ${where}, policy name: none`,
  );
  await refused(
    () =>
      aas.PutScheduledAction?.(
        { ...ecsTarget, ScheduledActionName: "none", Schedule: "rate(1 hour)", ScalableTargetAction: {} },
        call,
      ),
    "ValidationException",
    "At least one of minimum capacity and maximum capacity should be provided",
  );
  const foreign = { PredefinedMetricType: "RDSReaderAverageCPUUtilization" } as const;
  await refused(
    () => service.track({ PredefinedMetricSpecification: foreign }, "fast"),
    "ValidationException",
    /RDSReader/,
  );
});

test("changing a policy keeps its ARN and its alarms' names", async () => {
  const service = new ScaledService();
  service.register(1, 3);
  const first = await service.track();
  const second = await service.track({ TargetValue: 70 });
  assert.deepEqual(second, first);
  const thresholds = (await service.alarms()).map(({ Threshold }) => Threshold);
  assert.deepEqual(thresholds, [70, 63]);
});

test("a schedule keeps to local time across the change of daylight saving", async () => {
  const service = new ScaledService();
  // In Berlin summer time begins on the 28th of March 2027, at one o'clock of Greenwich.
  service.world.clock.set(Date.parse("2027-03-27T00:00:00Z"));
  service.register(1, 5);
  for (const [ScheduledActionName, Schedule, MinCapacity] of [
    ["morning", "cron(0 8 * * ? *)", 3],
    ["evening", "cron(0 20 * * ? *)", 1],
  ] as const)
    await service.aas.PutScheduledAction?.(
      {
        ...ecsTarget,
        ScheduledActionName,
        Schedule,
        Timezone: "Europe/Berlin",
        ScalableTargetAction: { MinCapacity },
        EndTime: new Date("2027-03-28T12:00:00Z"),
      },
      service.call,
    );
  const raised: string[] = [];
  for (let minute = 0; minute < 2 * 24 * 60; minute++) {
    const { desired } = service;
    service.world.clock.advance(60_000);
    service.world.pass();
    if (service.desired > desired) raised.push(service.world.clock.date().toISOString().slice(5, 16));
    // What the evening allows, nobody but a policy would do.
    if (minute % (24 * 60) === 23 * 60) service.setDesired(1);
  }
  assert.deepEqual(raised, ["03-27T07:00", "03-28T06:00"]);
});
