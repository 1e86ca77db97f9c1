import type { PutScalingPolicyCommandInput } from "@aws-sdk/client-application-auto-scaling";
import { NoRuntime } from "../../src/sandbox/runtime/none.ts";
import { recordMetric } from "../../src/sandbox/world/metrics.ts";
import { services, tasks } from "../../src/sandbox/world/records/ecs.ts";
import { addCapacity } from "./capacity.ts";
import { webTask } from "./ecs-world.ts";
import { startSandbox, type TestSandbox } from "./sandbox.ts";

const cluster = "shop";
export const bounds = { min: 1, max: 12 };
const id = {
  ServiceNamespace: "ecs",
  ResourceId: `service/${cluster}/web`,
  ScalableDimension: "ecs:service:DesiredCount",
} as const;
/** The least at which the agent measures once a minute: a faster world gives real programs longer to fail, see `isHealthy`. */
const speed = 67;
const dayMs = 86_400_000;

/** Tasks that share a load given in vCPUs at a time of the world. */
class CommonLoad extends NoRuntime {
  demand: (at: number) => number = () => 0;
  now = (): number => 0;
  private readonly used = new Map<string, { at: number; cpuSeconds: number }>();
  override load = ({ taskId }: { taskId: string }) => {
    const now = this.now();
    const before = this.used.get(taskId) ?? { at: now, cpuSeconds: 0 };
    const share = Math.min(0.25, this.demand(now) / Math.max(1, this.running.size));
    const cpuSeconds = before.cpuSeconds + (share * (now - before.at)) / 1000 / speed;
    this.used.set(taskId, { at: now, cpuSeconds });
    return { cpuSeconds, memoryBytes: (100 + share * 800) * 2 ** 20 };
  };
}

export interface Week {
  sandbox: TestSandbox;
  /** Desired count at the end of each minute that was played. */
  desired: number[];
  /** Tasks that ran, likewise. */
  running: number[];
  /** Plays so many minutes, leaping or second by second. */
  play(minutes: number, way?: "leap" | "seconds"): Promise<void>;
}

/** Working days are busy from eight to eighteen with a peak at noon, nights and Sundays are quiet. In vCPUs. */
function demandAt(at: number): number {
  const date = new Date(at);
  const hour = date.getUTCHours() + date.getUTCMinutes() / 60;
  const busy = date.getUTCDay() % 6 === 0 ? 0.2 : 1;
  const day = Math.max(0, Math.sin(((hour - 6) / 14) * Math.PI));
  return 0.05 + busy * day * 0.9 + (hour >= 12 && hour < 12.5 ? busy * 0.3 : 0);
}

/** Messages that wait: a batch each night at two. */
const backlogAt = (at: number): number => (at % dayMs < 2.5 * 3_600_000 && at % dayMs >= 2 * 3_600_000 ? 90 : 5);

const policies: readonly Partial<PutScalingPolicyCommandInput>[] = [
  {
    PolicyName: "cpu",
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 50,
      PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" },
      ScaleInCooldown: 120,
      ScaleOutCooldown: 60,
    },
  },
  {
    PolicyName: "memory",
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 80,
      PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageMemoryUtilization" },
    },
  },
  {
    PolicyName: "backlog-per-task",
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 20,
      CustomizedMetricSpecification: {
        Metrics: [
          { Id: "backlog", MetricStat: { Metric: { Namespace: "app", MetricName: "backlog" }, Stat: "Average" } },
          { Id: "tasks", MetricStat: { Metric: { Namespace: "app", MetricName: "tasks" }, Stat: "Average" } },
          { Id: "each", Expression: "backlog / tasks", ReturnData: true },
        ].map((query) => ({ ReturnData: false, ...query })),
      },
    },
  },
  {
    PolicyName: "spike",
    PolicyType: "StepScaling",
    StepScalingPolicyConfiguration: {
      AdjustmentType: "PercentChangeInCapacity",
      MinAdjustmentMagnitude: 2,
      Cooldown: 120,
      StepAdjustments: [
        { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: 20 },
        { MetricIntervalLowerBound: 10, ScalingAdjustment: 50 },
      ],
    },
  },
  {
    PolicyName: "ahead",
    PolicyType: "PredictiveScaling",
    PredictiveScalingPolicyConfiguration: {
      Mode: "ForecastAndScale",
      MetricSpecifications: [
        { TargetValue: 50, PredefinedMetricPairSpecification: { PredefinedMetricType: "ECSServiceCPUUtilization" } },
      ],
    },
  },
];

async function addPolicies({ aws }: TestSandbox): Promise<void> {
  const { call } = { call: aws().call.bind(aws()) };
  await call("application-autoscaling", "RegisterScalableTarget", {
    ...id,
    MinCapacity: bounds.min,
    MaxCapacity: bounds.max,
  });
  for (const policy of policies)
    await call("application-autoscaling", "PutScalingPolicy", { PolicyName: "", ...id, ...policy });
  const { ScalingPolicies } = await call("application-autoscaling", "DescribeScalingPolicies", {
    ServiceNamespace: "ecs",
    PolicyNames: ["spike"],
  });
  await call("cloudwatch", "PutMetricAlarm", {
    AlarmName: "spike",
    Namespace: "AWS/ECS",
    MetricName: "CPUUtilization",
    Dimensions: [
      { Name: "ClusterName", Value: cluster },
      { Name: "ServiceName", Value: "web" },
    ],
    Statistic: "Maximum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 85,
    ComparisonOperator: "GreaterThanOrEqualToThreshold",
    AlarmActions: [ScalingPolicies?.[0]?.PolicyARN ?? ""],
  });
  await call("application-autoscaling", "PutScheduledAction", {
    ...id,
    ScheduledActionName: "working-hours",
    Schedule: "cron(0 8 ? * MON-FRI *)",
    Timezone: "Europe/Berlin",
    ScalableTargetAction: { MinCapacity: 3 },
  });
  await call("application-autoscaling", "PutScheduledAction", {
    ...id,
    ScheduledActionName: "evening",
    Schedule: "cron(0 19 ? * MON-FRI *)",
    Timezone: "Europe/Berlin",
    ScalableTargetAction: { MinCapacity: bounds.min },
  });
}

/** A service under the load of a week with five policies and two schedules, at its first full minute. */
export async function startWeek(): Promise<Week> {
  const runtime = new CommonLoad();
  const sandbox = await startSandbox({ runtime, stepped: true, speed });
  const { world, region } = sandbox;
  runtime.now = () => world.clock.now();
  runtime.demand = demandAt;
  // A Monday at midnight, whenever the test runs.
  world.clock.set(Date.parse("2026-11-16T00:00:00Z"));
  const aws = sandbox.aws();
  await aws.call("ecs", "CreateCluster", { clusterName: cluster });
  await addCapacity(sandbox, cluster, { instanceType: "m5.xlarge", size: 1 });
  await aws.call("ecs", "RegisterTaskDefinition", webTask);
  await aws.call("ecs", "CreateService", { cluster, serviceName: "web", taskDefinition: "web", desiredCount: 1 });
  await sandbox.advance(60);
  await addPolicies(sandbox);
  await sandbox.advance(60 - ((world.clock.now() / 1000) % 60));
  const desired: number[] = [];
  const running: number[] = [];
  const play = async (minutes: number, way: "leap" | "seconds" = "leap"): Promise<void> => {
    for (let minute = 0; minute < minutes; minute++) {
      const at = world.clock.date();
      const put = (name: string, value: number) =>
        recordMetric(region, { namespace: "app", name, dimensions: {}, at, value });
      const count = [...tasks(region).values()].filter(({ phase }) => phase === "RUNNING").length;
      put("backlog", backlogAt(at.getTime()));
      put("tasks", count);
      await (way === "leap" ? sandbox.leap(60) : sandbox.advance(60));
      desired.push(services(region).get(`${cluster}/web`)?.desiredCount ?? 0);
      running.push(count);
    }
  };
  return { sandbox, desired, running, play };
}
