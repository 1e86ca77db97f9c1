import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { Service, Task } from "@aws-sdk/client-ecs";
import type { Aws } from "../aws/aws.ts";
import { assembleSnapshot } from "./assemble-snapshot.ts";
import type { InstanceAddress } from "./endpoints.ts";
import { pointsOfService, readAlarmPoints } from "./read-alarm-points.ts";
import { readBalancer } from "./read-balancer.ts";
import { type Capacity, readCapacity } from "./read-capacity.ts";
import { type GroupView, readGroups } from "./read-groups.ts";
import { readInterfaces } from "./read-interfaces.ts";
import { readMetrics, type ServiceMetrics } from "./read-metrics.ts";
import { type PolicyAlarm, readActivities, readAlarms, readScalingRules, readScheduled } from "./read-scaling.ts";
import { readService, readTasks } from "./read-tasks.ts";
import type { MetricPoint, Snapshot, Subject } from "./snapshot.ts";
import { waitingTasks } from "./waiting-tasks.ts";

/** How old a part may be, in server ms, before it is read again: what changes rarely is asked for rarely. */
const maxAge = {
  rules: 30_000,
  capacity: 10_000,
  groups: 10_000,
  balancer: 10_000,
  metrics: 10_000,
  activities: 10_000,
} as const;

/** Reads a service again and again with few calls: parts that change slowly are kept for some seconds of server time. */
export class ServiceReader {
  private readonly aws: Aws;
  private readonly subject: Subject;
  private readonly addresses = new Map<string, InstanceAddress>();
  private readonly interfaces = new Map<string, InstanceAddress>();
  private readonly kept = new Map<string, { at: number; value: unknown }>();

  constructor(aws: Aws, subject: Subject) {
    this.aws = aws;
    this.subject = subject;
  }

  /** One picture of the service now. Throws `ClusterNotFound` or `ServiceNotFound` when there is none. */
  async read(signal?: AbortSignal): Promise<Snapshot> {
    const { aws, subject } = this;
    // First, and alone in judging whether there is a service; its answer also teaches the server's clock.
    const service = await readService(aws, subject, signal);
    const [tasks, rules] = await Promise.all([
      readTasks(aws, subject, "RUNNING", signal),
      this.keep("rules", maxAge.rules, () => readScalingRules(aws, subject, signal)),
    ]);
    const [capacity, groups, interfaces, balancer, alarms, metrics, scheduled, activities] = await Promise.all([
      this.readCapacityFor(tasks, signal),
      this.readGroupsFor(service, tasks, signal),
      readInterfaces(aws, tasks, this.interfaces, signal),
      this.keep("balancer", maxAge.balancer, () => readBalancer(aws, service, signal)),
      readAlarms(aws, rules.policies, subject.alarms ?? [], signal),
      this.keep("metrics", maxAge.metrics, () => readMetrics(aws, subject, 30, signal)),
      rules.target ? this.keep("scheduled", maxAge.rules, () => readScheduled(aws, subject, signal)) : [],
      rules.target
        ? this.keep("activities", maxAge.activities, () =>
            readActivities(aws, subject, { notScaled: true, limit: 20 }, signal),
          )
        : [],
    ]);
    const points = await this.readPointsOf(alarms, metrics, signal);
    const parts = {
      service,
      tasks,
      capacity,
      groups,
      interfaces,
      balancer,
      rules,
      scheduled,
      alarms,
      points,
      metrics,
      activities,
    };
    return assembleSnapshot(parts, subject, aws.clock.now());
  }

  /** What the alarms judge: mostly the service's own metrics, which were read; the others are kept for a while. */
  private async readPointsOf(
    alarms: readonly PolicyAlarm[],
    metrics: ServiceMetrics,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, MetricPoint[]>> {
    const known = new Map<string, MetricPoint[]>();
    const others: MetricAlarm[] = [];
    for (const { described, view } of alarms) {
      // Of an alarm that sets off no policy, its state says enough.
      if (view.policy === "") continue;
      const points = pointsOfService(described, this.subject, metrics);
      if (points) known.set(described.AlarmName ?? "", points);
      else others.push(described);
    }
    if (others.length === 0) return known;
    const key = `points of ${others.map(({ AlarmName }) => AlarmName).join(" ")}`;
    const read = await this.keep(key, maxAge.metrics, () => readAlarmPoints(this.aws, others, signal));
    return new Map([...known, ...read]);
  }

  /** A task on an instance that is not known yet makes the kept picture of the instances too old. */
  private async readCapacityFor(tasks: readonly Task[], signal?: AbortSignal): Promise<Capacity> {
    const load = () => readCapacity(this.aws, this.subject.cluster, this.addresses, signal);
    const capacity = await this.keep("capacity", maxAge.capacity, load);
    const isNew = (task: Task) => task.containerInstanceArn && !capacity.get(task.containerInstanceArn)?.publicIp;
    return tasks.some(isNew) ? this.keep("capacity", 1000, load) : capacity;
  }

  /** Only when tasks wait for an instance is it worth asking what keeps the next one away. */
  private async readGroupsFor(
    service: Service,
    tasks: readonly Task[],
    signal?: AbortSignal,
  ): Promise<GroupView[] | undefined> {
    if (waitingTasks(service, tasks, this.aws.clock.now()) === 0) return undefined;
    return this.keep("groups", maxAge.groups, () => readGroups(this.aws, this.subject.cluster, signal));
  }

  private async keep<T>(name: string, age: number, load: () => Promise<T>): Promise<T> {
    const kept = this.kept.get(name);
    const now = this.aws.clock.now();
    if (kept && now - kept.at < age && now >= kept.at) return kept.value as T;
    const value = await load();
    this.kept.set(name, { at: now, value });
    return value;
  }
}
