import type * as aas from "@aws-sdk/client-application-auto-scaling";
import type * as cloudwatch from "@aws-sdk/client-cloudwatch";
import { NoRuntime } from "../../../../src/sandbox/runtime/none.ts";
import { handlersFor } from "../../../../src/sandbox/services/application-autoscaling/service.ts";
import { service as cloudwatchService } from "../../../../src/sandbox/services/cloudwatch/service.ts";
import type { Call } from "../../../../src/sandbox/wire/api.ts";
import { stepAlarms } from "../../../../src/sandbox/world/alarms.ts";
import { stepCompositeAlarms } from "../../../../src/sandbox/world/composite-alarms.ts";
import { createAutoscaler } from "../../../../src/sandbox/world/autoscaler.ts";
import { Clock } from "../../../../src/sandbox/world/clock.ts";
import { recordMetric } from "../../../../src/sandbox/world/metrics.ts";
import type { ScalableResource } from "../../../../src/sandbox/world/scalable.ts";
import { World, type Region } from "../../../../src/sandbox/world/world.ts";

export const start = Date.parse("2026-11-22T07:00:00Z");
export const ecsTarget = {
  ServiceNamespace: "ecs",
  ResourceId: "service/c/s",
  ScalableDimension: "ecs:service:DesiredCount",
} as const;

/** A service whose tasks start after ten seconds, and a load that they share; no processes, a stepped clock. */
export class ScaledService {
  desired = 1;
  running = 1;
  /** Percent of one task's cpu that all tasks together are asked for; undefined publishes nothing. */
  load: number | undefined = 0;
  exists = true;
  /** Publishes every 20 s, as a service with `monitoring` does. */
  fine = false;
  deploying = false;
  /** Seconds of the world and desired count, at each change. */
  readonly changes: [seconds: number, desired: number][] = [];
  readonly world: World;
  readonly region: Region;
  readonly aas: ReturnType<typeof handlersFor>;
  readonly cloudwatch = cloudwatchService.handlers;
  private changedAt = start;

  constructor() {
    const resource: ScalableResource = {
      read: (_region, resourceId) =>
        this.exists && resourceId === ecsTarget.ResourceId
          ? { desired: this.desired, running: this.running, deploying: this.deploying }
          : undefined,
      write: (_region, _resourceId, desired) => this.setDesired(desired),
    };
    const reactions = [stepAlarms, stepCompositeAlarms, createAutoscaler(resource)];
    const engines = [() => this.startTasks(), () => this.publish(), ...reactions];
    this.world = new World({ clock: new Clock({ stepped: true, start }), runtime: new NoRuntime(), engines });
    this.region = this.world.region("us-east-1");
    this.aas = handlersFor(resource);
  }

  get seconds(): number {
    return (this.world.clock.now() - start) / 1000;
  }

  get call(): Call {
    return { service: "", operation: "", region: this.region, requestId: "", protocol: "json1.1" };
  }

  setDesired(desired: number): void {
    this.desired = desired;
    this.changedAt = this.world.clock.now();
    this.changes.push([this.seconds, desired]);
  }

  register(min: number, max: number): void {
    void this.aas.RegisterScalableTarget?.({ ...ecsTarget, MinCapacity: min, MaxCapacity: max }, this.call);
  }

  /** Target tracking on CPU at 50 %, with the guided project's cooldowns unless told. */
  async track(config: Partial<aas.TargetTrackingScalingPolicyConfiguration> = {}, name = "cpu-target-tracking") {
    const policy = {
      ...ecsTarget,
      PolicyName: name,
      PolicyType: "TargetTrackingScaling",
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 50,
        PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" },
        ScaleOutCooldown: 30,
        ScaleInCooldown: 30,
        ...config,
      },
    } as const;
    return this.aas.PutScalingPolicy?.(policy, this.call);
  }

  async activities(IncludeNotScaledActivities = false): Promise<aas.ScalingActivity[]> {
    const input = { ServiceNamespace: "ecs", IncludeNotScaledActivities } as const;
    return (await this.aas.DescribeScalingActivities?.(input, this.call))?.ScalingActivities ?? [];
  }

  async alarms(): Promise<cloudwatch.MetricAlarm[]> {
    return (await this.cloudwatch.DescribeAlarms?.({}, this.call))?.MetricAlarms ?? [];
  }

  async history(type: cloudwatch.HistoryItemType, alarmName?: string): Promise<cloudwatch.AlarmHistoryItem[]> {
    const input = { HistoryItemType: type, AlarmName: alarmName };
    return (await this.cloudwatch.DescribeAlarmHistory?.(input, this.call))?.AlarmHistoryItems ?? [];
  }

  private startTasks(): void {
    if (this.world.clock.now() - this.changedAt >= 10_000) this.running = this.desired;
  }

  /** One sample a minute, at its 30th second; a fine one every 20 s, at the tenth of them. */
  private publish(): void {
    const now = this.world.clock.now();
    const due = this.fine ? now % 20_000 === 10_000 : now % 60_000 === 30_000;
    if (this.load === undefined || !due) return;
    const dimensions = { ClusterName: "c", ServiceName: "s" };
    const value = Math.min(400, this.load / this.running);
    recordMetric(this.region, {
      namespace: "AWS/ECS",
      name: "CPUUtilization",
      dimensions,
      at: new Date(now),
      value,
      unit: "Percent",
      resolution: this.fine ? 1 : 60,
    });
  }
}
