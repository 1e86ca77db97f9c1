import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { stringify } from "yaml";
import { loadConfig } from "../../src/core/config/load.ts";
import type { Project } from "../../src/core/config/project.ts";
import { policySchema, scalingSchema, type PolicyConfig } from "../../src/core/config/scaling-schema.ts";
import { addScalingPolicy } from "../../src/core/operations/add-scaling-policy.ts";
import { deploy } from "../../src/core/operations/deploy.ts";
import { destroy } from "../../src/core/operations/destroy.ts";
import { listScalingPolicies } from "../../src/core/operations/list-scaling-policies.ts";
import { plan } from "../../src/core/operations/plan-deploy.ts";
import { removeScalingPolicy } from "../../src/core/operations/remove-scaling-policy.ts";
import { changingCalls, DeployWorld } from "../support/deployable.ts";
import { runTool, versionOf } from "../support/run-tool.ts";

const app = "kinds";
const resource = { ServiceNamespace: "ecs", ResourceId: `service/${app}-cluster/${app}-service` } as const;
const serviceDimensions = [
  { Name: "ClusterName", Value: `${app}-cluster` },
  { Name: "ServiceName", Value: `${app}-service` },
];

const policies: PolicyConfig[] = [
  { name: "cpu", type: "target-tracking", metric: "cpu", target: 50, fast: true, scaleInCooldown: "60s" },
  {
    name: "queue",
    type: "target-tracking",
    metric: "Shop/Backlog",
    dimensions: { Queue: "orders", Stage: "prod" },
    statistic: "Maximum",
    target: 10,
  },
  {
    name: "per-task",
    type: "target-tracking",
    target: 5,
    metrics: [
      { id: "queue", metric: "AWS/SQS/Visible", dimensions: { QueueName: "jobs" }, statistic: "Sum" },
      { id: "tasks", metric: "running-tasks" },
      { id: "backlog", expression: "queue / tasks", label: "Backlog a task" },
    ],
  },
  { name: "steps", type: "step", metric: "memory", steps: ["80:+2", "95:+4", "20:-1"], cooldown: "60s", periods: 2 },
  { name: "peak", type: "step", metric: "cpu", steps: ["90:+3"], fast: true, period: "20s" },
  {
    name: "share",
    type: "step",
    metric: "Shop/Load",
    steps: ["1.5:+50%"],
    minAdjustmentMagnitude: 2,
    statistic: "p90",
  },
  { name: "morning", type: "scheduled", schedule: "cron(0 8 ? * MON-FRI *)", timezone: "Europe/Berlin", min: 2 },
  {
    name: "once",
    type: "scheduled",
    schedule: "at(2040-01-01T00:00:00)",
    start: "2039-01-01T00:00:00Z",
    min: 1,
    max: 3,
  },
  { name: "forecast", type: "predictive", metric: "cpu", target: 60, mode: "forecast-only", overMaximum: 10 },
].map((policy) => policySchema.parse(policy));

let world: DeployWorld;
let file: string;
const load = (): Project => loadConfig({ cwd: world.dir, file, env: {} });

before(async () => {
  world = await DeployWorld.open(200);
  const project = world.project(app);
  file = project.file;
  writeFileSync(file, `# kept\n${stringify(project.config)}`);
  await world.push(app);
  await deploy(world.context(), load(), {});
});
after(() => world.close());

const readAll = async () => {
  const aws = world.sandbox.aws();
  const [found, actions, alarms] = await Promise.all([
    aws.call("application-autoscaling", "DescribeScalingPolicies", resource),
    aws.call("application-autoscaling", "DescribeScheduledActions", resource),
    aws.call("cloudwatch", "DescribeAlarms", { AlarmNamePrefix: "StepScaling-" }),
  ]);
  return {
    policies: found.ScalingPolicies ?? [],
    actions: actions.ScheduledActions ?? [],
    alarms: alarms.MetricAlarms ?? [],
  };
};

/** What a plan would change, and that planning changes nothing. */
async function planned(project = load()): Promise<{ id: string; changes: unknown }[]> {
  const looking = world.context();
  const { steps } = await plan(looking, project, {});
  assert.deepEqual(changingCalls(looking.aws), []);
  return steps.filter(({ action }) => !["keep", "adopt"].includes(action)).map(({ id, changes }) => ({ id, changes }));
}

const noCli = versionOf("aws", ["--version"]) === undefined ? "the AWS CLI is not installed" : false;
const cli = async <T>(...args: string[]): Promise<T> => {
  const { code, stdout, stderr } = await runTool(world.sandbox.url, "aws", [...args, "--output", "json"]);
  assert.equal(code, 0, `aws ${args.join(" ")}: ${stderr}`);
  return JSON.parse(stdout || "{}") as T;
};
const at = [
  "--service-namespace",
  "ecs",
  "--resource-id",
  resource.ResourceId,
  "--scalable-dimension",
  "ecs:service:DesiredCount",
];

describe("every kind of policy", () => {
  it("is added to AWS and to ecsctl.yaml, whose comments stay", async () => {
    for (const policy of policies)
      await addScalingPolicy(world.context(), load(), { policy, range: { min: 1, max: 3 } });
    assert.deepEqual(load().config.scaling?.policies, policies);
    assert.match(readFileSync(file, "utf8"), /^# kept$/m);
  });

  it("is in AWS what was asked for", async () => {
    const { policies: found, actions, alarms } = await readAll();
    const of = (name: string) => found.find(({ PolicyName }) => PolicyName === name);
    const tracking = (name: string) => of(name)?.TargetTrackingScalingPolicyConfiguration;
    assert.deepEqual(tracking("cpu")?.PredefinedMetricSpecification, {
      PredefinedMetricType: "ECSServiceAverageCPUUtilizationHighResolution",
    });
    assert.deepEqual(tracking("queue")?.CustomizedMetricSpecification?.Dimensions, [
      { Name: "Queue", Value: "orders" },
      { Name: "Stage", Value: "prod" },
    ]);
    const queries = tracking("per-task")?.CustomizedMetricSpecification?.Metrics ?? [];
    assert.deepEqual(
      queries.map(({ Id, Expression, ReturnData }) => [Id, Expression, ReturnData]),
      [
        ["queue", undefined, false],
        ["tasks", undefined, false],
        ["backlog", "queue / tasks", true],
      ],
    );
    assert.deepEqual(queries[1]?.MetricStat?.Metric?.Dimensions, serviceDimensions);
    assert.equal(of("forecast")?.PredictiveScalingPolicyConfiguration?.Mode, "ForecastOnly");
    assert.deepEqual(actions.map(({ ScheduledActionName }) => ScheduledActionName).sort(), ["morning", "once"]);
    const alarm = alarms.find(({ AlarmName }) => AlarmName?.endsWith("/steps-out"));
    assert.deepEqual(alarm?.AlarmActions, [of("steps-out")?.PolicyARN]);
    assert.deepEqual(
      [alarm?.Threshold, alarm?.EvaluationPeriods, alarm?.ComparisonOperator],
      [80, 2, "GreaterThanOrEqualToThreshold"],
    );
    assert.equal(alarms.find(({ AlarmName }) => AlarmName?.endsWith("/peak"))?.Period, 20);
    const share = alarms.find(({ AlarmName }) => AlarmName?.endsWith("/share"));
    assert.deepEqual([share?.Threshold, share?.ExtendedStatistic], [1.5, "p90"]);
  });

  it("publishes fast what a fast policy looks at", async () => {
    const aws = world.sandbox.aws();
    const { services = [] } = await aws.call("ecs", "DescribeServices", {
      cluster: `${app}-cluster`,
      services: [`${app}-service`],
    });
    const serviceRevisionArns = [services[0]?.currentServiceRevisions?.[0]?.arn ?? ""];
    const { serviceRevisions = [] } = await aws.call("ecs", "DescribeServiceRevisions", { serviceRevisionArns });
    assert.deepEqual(serviceRevisions[0]?.monitoring?.metricConfigurations, [
      { metricNames: ["CPUUtilization"], resolutionSeconds: 20 },
    ]);
  });

  it("is planned without a change, and listed as the file's", async () => {
    assert.deepEqual(await planned(), []);
    const { policies: listed, suspended } = await listScalingPolicies(world.context(), load());
    assert.deepEqual(suspended, []);
    const does = (name: string) => listed.find((one) => one.name === name)?.does;
    assert.equal(does("steps-out"), "MemoryUtilization 80..95: +2, 95..: +4; cooldown 60 s");
    assert.match(does("per-task") ?? "", /^queue \/ tasks at /);
    assert.equal(does("share"), "Load 1.5..: +50 %, at least 2; cooldown 300 s");
    assert.equal(does("morning"), "cron(0 8 ? * MON-FRI *) Europe/Berlin: at least 2 tasks");
    assert.deepEqual(listed.map(({ name, type, inFile }) => [name, type, inFile]).sort(), [
      ["cpu", "TargetTrackingScaling", true],
      ["forecast", "PredictiveScaling", true],
      ["morning", "Scheduled", true],
      ["once", "Scheduled", true],
      ["peak", "StepScaling", true],
      ["per-task", "TargetTrackingScaling", true],
      ["queue", "TargetTrackingScaling", true],
      ["share", "StepScaling", true],
      ["steps-in", "StepScaling", true],
      ["steps-out", "StepScaling", true],
    ]);
  });

  it("is read back by the AWS CLI", { skip: noCli }, async () => {
    type Policy = { PolicyName: string; StepScalingPolicyConfiguration?: unknown };
    const read = await cli<{ ScalingPolicies: Policy[] }>(
      "application-autoscaling",
      "describe-scaling-policies",
      ...at,
    );
    assert.deepEqual(
      read.ScalingPolicies.find(({ PolicyName }) => PolicyName === "share")?.StepScalingPolicyConfiguration,
      {
        AdjustmentType: "PercentChangeInCapacity",
        StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 50 }],
        MinAdjustmentMagnitude: 2,
        Cooldown: 300,
        MetricAggregationType: "Average",
      },
    );
    type Action = { ScheduledActionName: string; Timezone?: string; ScalableTargetAction: unknown };
    const timed = await cli<{ ScheduledActions: Action[] }>(
      "application-autoscaling",
      "describe-scheduled-actions",
      ...at,
    );
    const morning = timed.ScheduledActions.find(({ ScheduledActionName }) => ScheduledActionName === "morning");
    assert.deepEqual([morning?.Timezone, morning?.ScalableTargetAction], ["Europe/Berlin", { MinCapacity: 2 }]);
  });

  it("is as wanted when the AWS CLI wrote it", { skip: noCli }, async () => {
    const morning = [...at, "--scheduled-action-name", "morning"];
    const steps = { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 15, ScalingAdjustment: 2 };
    const beyond = { ScalingAdjustment: 4, MetricIntervalLowerBound: 15 };
    const put = ["application-autoscaling", "put-scaling-policy", ...at, "--policy-name", "steps-out"];
    const config = { AdjustmentType: "ChangeInCapacity", StepAdjustments: [beyond, steps], Cooldown: 60 };
    const made = await cli<{ PolicyARN: string }>(
      ...put,
      "--policy-type",
      "StepScaling",
      "--step-scaling-policy-configuration",
      JSON.stringify(config),
    );
    const alarm = {
      Namespace: "AWS/ECS",
      MetricName: "MemoryUtilization",
      Statistic: "Average",
      Period: 60,
      EvaluationPeriods: 2,
    };
    await cli(
      "cloudwatch",
      "put-metric-alarm",
      "--cli-input-json",
      JSON.stringify({
        ...alarm,
        AlarmName: `StepScaling-${resource.ResourceId}/steps-out`,
        Dimensions: serviceDimensions.toReversed(),
        Threshold: 80,
        ComparisonOperator: "GreaterThanOrEqualToThreshold",
        AlarmActions: [made.PolicyARN],
      }),
    );
    await cli(
      "application-autoscaling",
      "put-scheduled-action",
      ...morning,
      "--schedule",
      "cron(0 8 ? * MON-FRI *)",
      "--timezone",
      "Europe/Berlin",
      "--scalable-target-action",
      "MinCapacity=2",
    );
    assert.deepEqual(await planned(), []);
    await cli(
      "application-autoscaling",
      "put-scheduled-action",
      ...morning,
      "--scalable-target-action",
      "MinCapacity=3",
    );
    assert.deepEqual(await planned(), [{ id: "scheduled-action/morning", changes: [{ path: "min", from: 3, to: 2 }] }]);
  });

  it("acts: the alarm of a step policy, set off by a metric of one's own, adds tasks", async () => {
    const { policies: found } = await readAll();
    const share = found.find(({ PolicyName }) => PolicyName === "share");
    const aws = world.sandbox.aws();
    const desired = async () =>
      (await aws.call("ecs", "DescribeServices", { cluster: `${app}-cluster`, services: [`${app}-service`] }))
        .services?.[0]?.desiredCount ?? 0;
    const from = await desired();
    for (let look = 0; look < 400 && (await desired()) === from; look++) {
      await aws.call("cloudwatch", "PutMetricData", {
        Namespace: "Shop",
        MetricData: [{ MetricName: "Load", Value: 3 }],
      });
      await setTimeout(50);
    }
    assert.equal(await desired(), 3, "half of one more, but at least two");
    const { ScalingActivities = [] } = await aws.call("application-autoscaling", "DescribeScalingActivities", resource);
    assert.match(ScalingActivities[0]?.Cause ?? "", new RegExp(`StepScaling-.*/share .*policy ${share?.PolicyName}`));
  });

  it("goes with its alarms when it is removed", async () => {
    const gone = await removeScalingPolicy(world.context(), load(), "steps");
    assert.equal(gone.alarms.length, 2);
    const { policies: left, alarms } = await readAll();
    assert.deepEqual(
      alarms.map(({ AlarmName }) => AlarmName?.split("/").at(-1)),
      ["peak", "share"],
    );
    assert.ok(left.every(({ PolicyName }) => !PolicyName?.startsWith("steps")));
    assert.ok(load().config.scaling?.policies.every(({ name }) => name !== "steps"));
  });

  it("stops being published fast with the last policy that looks at it", async () => {
    await removeScalingPolicy(world.context(), load(), "cpu");
    await removeScalingPolicy(world.context(), load(), "peak");
    assert.deepEqual(
      (await planned()).map(({ id }) => id),
      ["scheduled-action/morning"],
      "what the AWS CLI left, and no service",
    );
  });

  it("is made, changed and taken away by deploy, and destroyed", async () => {
    const fewer = load();
    fewer.config.scaling = scalingSchema.parse({
      min: 1,
      max: 3,
      policies: policies.filter(({ name }) => ["steps", "morning"].includes(name)),
    });
    await deploy(world.context(), fewer, {});
    const only = await readAll();
    assert.deepEqual(only.policies.map(({ PolicyName }) => PolicyName).sort(), ["steps-in", "steps-out"]);
    assert.deepEqual([only.actions.length, only.alarms.length], [1, 2]);
    assert.deepEqual(await planned(fewer), []);
    const { remaining, deleted } = await destroy(world.context(), fewer, {});
    assert.deepEqual(remaining, []);
    assert.equal(deleted.filter((id) => id.startsWith("alarm/StepScaling-")).length, 2);
    const end = await readAll();
    assert.deepEqual([end.policies, end.actions, end.alarms], [[], [], []]);
  });
});
