import { setImmediate } from "node:timers/promises";
import type { LoadCurve } from "../../src/core/rehearsal/load-curve.ts";
import type { RehearsedPolicy } from "../../src/core/rehearsal/policy.ts";
import type { CountChange } from "../../src/core/rehearsal/simulate.ts";
import { type ContainerSpec, type RunningContainer } from "../../src/sandbox/runtime/runtime.ts";
import { NoRuntime } from "../../src/sandbox/runtime/none.ts";
import { services, tasks } from "../../src/sandbox/world/records/ecs.ts";
import type { TestSandbox } from "./sandbox.ts";

/** CPU units and MiB of every task. */
export const taskSize = { cpu: 128, memory: 128 };

/** One service of the world, and the load on it in percent of a task. */
export interface Loaded {
  name: string;
  cluster: string;
  rates: LoadCurve["rates"];
  memory?: { idle: number; full: number };
}

/** Containers that share their service's load equally, as one behind a perfect load balancer would. */
export class ScriptedLoad extends NoRuntime {
  /** Nothing is measured before. */
  begun = false;
  private readonly used = new Map<string, { cpuSeconds: number; percent: number; memory: Loaded["memory"] }>();

  override load = ({ taskId }: { taskId: string }) => {
    const { cpuSeconds = 0, percent = 0, memory = { idle: 0, full: 0 } } = this.used.get(taskId) ?? {};
    const share = memory.idle + ((memory.full - memory.idle) * Math.min(100, percent)) / 100;
    return { cpuSeconds, memoryBytes: (share / 100) * taskSize.memory * 2 ** 20 };
  };

  override async start(spec: ContainerSpec): Promise<RunningContainer> {
    const container = await super.start(spec);
    return { ...container, usage: async () => (this.begun ? container.usage() : undefined) };
  }

  /** One second under load. */
  spend(taskId: string, percent: number, memory: Loaded["memory"]): void {
    const before = this.used.get(taskId)?.cpuSeconds ?? 0;
    const cpuSeconds = before + (percent / 100) * (taskSize.cpu / 1024);
    this.used.set(taskId, { cpuSeconds, percent, memory });
  }
}

/** Steps the world through a load, and gives the changes of each service's desired count. */
export async function play(
  sandbox: TestSandbox,
  runtime: ScriptedLoad,
  loaded: readonly Loaded[],
  seconds: number,
): Promise<Map<string, CountChange[]>> {
  const { region, world } = sandbox;
  const changes = new Map<string, CountChange[]>(loaded.map(({ name }) => [name, []]));
  const last = new Map<string, number>();
  for (let second = 0; second < seconds; second++) {
    const running = Map.groupBy(
      [...tasks(region).values()].filter(({ phase }) => phase === "RUNNING"),
      ({ serviceName }) => serviceName ?? "",
    );
    for (const { name, cluster, rates, memory } of loaded) {
      const own = running.get(name) ?? [];
      for (const { id } of own) runtime.spend(id, (rates[second] ?? 0) / own.length, memory);
      const desired = services(region).get(`${cluster}/${name}`)?.desiredCount ?? 0;
      const from = last.get(name) ?? desired;
      if (from !== desired) changes.get(name)?.push({ seconds: second, from, to: desired, policy: "" });
      last.set(name, desired);
    }
    world.step(1);
    await setImmediate();
  }
  return changes;
}

/** The policy as Application Auto Scaling and CloudWatch take it. */
export async function putPolicy(sandbox: TestSandbox, loaded: Loaded, policy: RehearsedPolicy): Promise<void> {
  const aws = sandbox.aws();
  const target = {
    ServiceNamespace: "ecs",
    ResourceId: `service/${loaded.cluster}/${loaded.name}`,
    ScalableDimension: "ecs:service:DesiredCount",
  } as const;
  if (policy.kind === "scheduled") {
    const { name, schedule, timeZone, min, max } = policy;
    await aws.call("application-autoscaling", "PutScheduledAction", {
      ...target,
      ScheduledActionName: name,
      Schedule: schedule,
      Timezone: timeZone,
      ScalableTargetAction: { MinCapacity: min, MaxCapacity: max },
    });
    return;
  }
  if (policy.kind === "target-tracking") {
    const fast = policy.period < 60 ? "HighResolution" : "";
    const PredefinedMetricType =
      policy.metric === "memory" ? "ECSServiceAverageMemoryUtilization" : "ECSServiceAverageCPUUtilization";
    await aws.call("application-autoscaling", "PutScalingPolicy", {
      ...target,
      PolicyName: policy.name,
      PolicyType: "TargetTrackingScaling",
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: policy.target,
        PredefinedMetricSpecification: {
          PredefinedMetricType: `${PredefinedMetricType}${fast}` as typeof PredefinedMetricType,
        },
        ScaleOutCooldown: policy.scaleOutCooldown,
        ScaleInCooldown: policy.scaleInCooldown,
        DisableScaleIn: policy.disableScaleIn,
      },
    });
    return;
  }
  const { PolicyARN = "" } = await aws.call("application-autoscaling", "PutScalingPolicy", {
    ...target,
    PolicyName: policy.name,
    PolicyType: "StepScaling",
    StepScalingPolicyConfiguration: {
      AdjustmentType: policy.steps.adjustmentType,
      MinAdjustmentMagnitude: policy.steps.minAdjustmentMagnitude,
      Cooldown: policy.cooldown,
      StepAdjustments: policy.steps.steps.map(({ lower, upper, adjustment }) => ({
        MetricIntervalLowerBound: lower,
        MetricIntervalUpperBound: upper,
        ScalingAdjustment: adjustment,
      })),
    },
  });
  await aws.call("cloudwatch", "PutMetricAlarm", {
    AlarmName: `${loaded.name}-${policy.name}`,
    Namespace: "AWS/ECS",
    MetricName: policy.metric === "memory" ? "MemoryUtilization" : "CPUUtilization",
    Dimensions: [
      { Name: "ClusterName", Value: loaded.cluster },
      { Name: "ServiceName", Value: loaded.name },
    ],
    Statistic: "Average",
    Period: policy.period,
    EvaluationPeriods: policy.alarm.evaluationPeriods,
    DatapointsToAlarm: policy.alarm.datapointsToAlarm,
    Threshold: policy.alarm.threshold,
    ComparisonOperator: policy.alarm.comparison,
    TreatMissingData: policy.alarm.missingData,
    AlarmActions: [PolicyARN],
  });
}
