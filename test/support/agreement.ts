import { setImmediate } from "node:timers/promises";
import type { LoadCurve } from "../../src/core/rehearsal/load-curve.ts";
import type { RehearsedPolicy } from "../../src/core/rehearsal/policy.ts";
import type { CountChange } from "../../src/core/rehearsal/simulate.ts";
import { type ContainerSpec, type RunningContainer } from "../../src/sandbox/runtime/runtime.ts";
import { NoRuntime } from "../../src/sandbox/runtime/none.ts";
import { groups } from "../../src/sandbox/world/records/autoscaling.ts";
import { services, tasks } from "../../src/sandbox/world/records/ecs.ts";
import type { TestSandbox } from "./sandbox.ts";

/** CPU units and MiB of a task. */
export interface TaskSize {
  cpu: number;
  memory: number;
}

/** One service of the world, and the load on it in percent of a task. */
export interface Loaded {
  name: string;
  cluster: string;
  rates: LoadCurve["rates"];
  size: TaskSize;
  memory?: { idle: number; full: number } | undefined;
}

/** Containers that share their service's load equally, as ones behind a perfect load balancer would. */
export class ScriptedLoad extends NoRuntime {
  /** Nothing is measured before. */
  begun = false;
  private readonly used = new Map<string, { cpuSeconds: number; memoryBytes: number }>();

  override load = ({ taskId }: { taskId: string }) => this.used.get(taskId) ?? { cpuSeconds: 0, memoryBytes: 0 };

  override async start(spec: ContainerSpec): Promise<RunningContainer> {
    const container = await super.start(spec);
    return { ...container, usage: async () => (this.begun ? container.usage() : undefined) };
  }

  /** One second under so many percent of what the task reserves. */
  spend(taskId: string, percent: number, { size, memory = { idle: 0, full: 0 } }: Loaded): void {
    const before = this.used.get(taskId)?.cpuSeconds ?? 0;
    const share = memory.idle + ((memory.full - memory.idle) * Math.min(100, percent)) / 100;
    this.used.set(taskId, {
      cpuSeconds: before + (percent / 100) * (size.cpu / 1024),
      memoryBytes: (share / 100) * size.memory * 2 ** 20,
    });
  }
}

/** Follows a count while it changes. */
class Course {
  readonly changes: CountChange[] = [];
  private last: number | undefined;

  look(seconds: number, count: number): void {
    if (this.last !== undefined && this.last !== count)
      this.changes.push({ seconds, from: this.last, to: count, policy: "" });
    this.last = count;
  }
}

/** The changes of each service's desired count, and of each Auto Scaling group's, by their names. */
export type Seen = ReadonlyMap<string, readonly CountChange[]>;

/** The key of an Auto Scaling group among what was seen. */
export const groupName = (name: string): string => `group ${name}`;

/**
 * Steps the world through a load. In strides of more than a second it leaps, and a task that starts within a stride
 * takes no load until the next one.
 */
export async function play(
  sandbox: TestSandbox,
  runtime: ScriptedLoad,
  loaded: readonly Loaded[],
  { seconds, stride = 1 }: { seconds: number; stride?: number },
): Promise<Seen> {
  const { region, world } = sandbox;
  const names = [...loaded.map(({ name }) => name), ...[...groups(region).keys()].map(groupName)];
  const courses = new Map(names.map((name) => [name, new Course()]));
  for (let second = 0; second < seconds; second += stride) {
    const running = Map.groupBy(
      [...tasks(region).values()].filter(({ phase }) => phase === "RUNNING"),
      ({ serviceName }) => serviceName ?? "",
    );
    for (const one of loaded) {
      const own = running.get(one.name) ?? [];
      for (const { id } of own)
        for (let ahead = second; ahead < second + stride; ahead++)
          runtime.spend(id, (one.rates[ahead] ?? 0) / own.length, one);
      courses.get(one.name)?.look(second, services(region).get(`${one.cluster}/${one.name}`)?.desiredCount ?? 0);
    }
    for (const [name, group] of groups(region)) courses.get(groupName(name))?.look(second, group.desired);
    if (stride > 1) await sandbox.leap(stride);
    else {
      world.step(1);
      await setImmediate();
    }
  }
  return new Map([...courses].map(([name, { changes }]) => [name, changes]));
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
  if (policy.kind === "predictive") {
    await aws.call("application-autoscaling", "PutScalingPolicy", {
      ...target,
      PolicyName: policy.name,
      PolicyType: "PredictiveScaling",
      PredictiveScalingPolicyConfiguration: {
        Mode: "ForecastAndScale",
        SchedulingBufferTime: policy.buffer,
        MetricSpecifications: [
          {
            TargetValue: policy.target,
            PredefinedMetricPairSpecification: { PredefinedMetricType: "ECSServiceCPUUtilization" },
          },
        ],
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
