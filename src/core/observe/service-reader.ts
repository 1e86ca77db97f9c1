import type { ScalingPolicy } from "@aws-sdk/client-application-auto-scaling";
import type { Service, Task } from "@aws-sdk/client-ecs";
import type { Aws } from "../aws/aws.ts";
import {
  balancerEndpoint,
  explainNoEndpoint,
  findEndpoints,
  type InstanceAddress,
  type TaskPlace,
} from "./endpoints.ts";
import { readBalancer } from "./read-balancer.ts";
import { type Capacity, readCapacity } from "./read-capacity.ts";
import { interfaceIdOf, readInterfaces } from "./read-interfaces.ts";
import { readMetrics, type ServiceMetrics } from "./read-metrics.ts";
import { readActivities, readAlarms, readScalingRules, type ScalingRules, viewActivity } from "./read-scaling.ts";
import { readService, readTasks } from "./read-tasks.ts";
import {
  type ActivityView,
  type AlarmView,
  type BalancerView,
  type InstanceView,
  type PolicyView,
  shortId,
  type Snapshot,
  type Subject,
  type TaskView,
} from "./snapshot.ts";
import { explainPolicy } from "./why.ts";

/** How old a part may be, in server ms, before it is read again: what changes rarely is asked for rarely. */
const maxAge = { rules: 30_000, capacity: 10_000, balancer: 10_000, metrics: 10_000, activities: 10_000 } as const;

interface Parts {
  service: Service;
  tasks: Task[];
  capacity: Capacity;
  interfaces: ReadonlyMap<string, InstanceAddress>;
  balancer: BalancerView | undefined;
  rules: ScalingRules;
  alarms: AlarmView[];
  metrics: ServiceMetrics;
  activities: ActivityView[];
}

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
    const [capacity, interfaces, balancer, alarms, metrics, activities] = await Promise.all([
      this.readCapacityFor(tasks, signal),
      readInterfaces(aws, tasks, this.interfaces, signal),
      this.keep("balancer", maxAge.balancer, () => readBalancer(aws, service, signal)),
      readAlarms(aws, rules.policies, signal),
      this.keep("metrics", maxAge.metrics, () => readMetrics(aws, subject, 30, signal)),
      rules.target ? this.keep("activities", maxAge.activities, () => this.readNewestActivities(signal)) : [],
    ]);
    return assemble(
      { service, tasks, capacity, interfaces, balancer, rules, alarms, metrics, activities },
      subject,
      aws.clock.now(),
    );
  }

  /** A task on an instance that is not known yet makes the kept picture of the instances too old. */
  private async readCapacityFor(tasks: readonly Task[], signal?: AbortSignal): Promise<Capacity> {
    const load = () => readCapacity(this.aws, this.subject.cluster, this.addresses, signal);
    const capacity = await this.keep("capacity", maxAge.capacity, load);
    const isNew = (task: Task) => task.containerInstanceArn && !capacity.get(task.containerInstanceArn)?.publicIp;
    return tasks.some(isNew) ? this.keep("capacity", 1000, load) : capacity;
  }

  private async readNewestActivities(signal?: AbortSignal): Promise<ActivityView[]> {
    const activities = await readActivities(this.aws, this.subject, { notScaled: false, limit: 10 }, signal);
    return activities.map(viewActivity);
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

function assemble(parts: Parts, subject: Subject, now: number): Snapshot {
  const { service, capacity, balancer, metrics } = parts;
  const placeOf = (task: Task): TaskPlace => ({
    address: parts.interfaces.get(interfaceIdOf(task) ?? "") ?? capacity.get(task.containerInstanceArn ?? ""),
    port: subject.port,
    balancer: balancer?.name,
  });
  const newest = service.deployments?.find((deployment) => deployment.status === "PRIMARY");
  const event = service.events?.[0];
  const tasks = parts.tasks.map((task) => viewTask(task, placeOf(task), capacity));
  const cpuPercent = metrics.cpu.at(-1)?.value ?? null;
  const running = tasks.filter((task) => task.lastStatus === "RUNNING");
  if (running.length === 1 && running[0]) running[0].cpuPercent = cpuPercent;
  return {
    at: new Date(now).toISOString(),
    service: {
      name: subject.service,
      cluster: subject.cluster,
      status: service.status ?? "UNKNOWN",
      desired: service.desiredCount ?? 0,
      running: service.runningCount ?? 0,
      pending: service.pendingCount ?? 0,
      taskDefinition: shortId(service.taskDefinition ?? ""),
      rollout: newest?.rolloutState ?? "COMPLETED",
      deployments: service.deployments?.length ?? 0,
      cpuPercent,
      memoryPercent: metrics.memory.at(-1)?.value ?? null,
    },
    tasks,
    endpoints: [
      ...(balancer ? [balancerEndpoint(balancer)] : []),
      ...parts.tasks.flatMap((task) => findEndpoints(task, placeOf(task))),
    ],
    ...(balancer ? { balancer } : {}),
    instances: [...capacity.values()].toSorted((a, b) => a.id.localeCompare(b.id)),
    scaling: viewScaling(parts, now),
    alarms: parts.alarms,
    metrics,
    activities: parts.activities,
    lastEvent: event ? { at: event.createdAt?.toISOString() ?? "", message: event.message ?? "" } : null,
  };
}

function viewTask(task: Task, place: TaskPlace, capacity: Capacity): TaskView {
  const instance: InstanceView | undefined = capacity.get(task.containerInstanceArn ?? "");
  return {
    id: shortId(task.taskArn ?? ""),
    lastStatus: task.lastStatus ?? "UNKNOWN",
    desiredStatus: task.desiredStatus ?? "UNKNOWN",
    health: task.healthStatus ?? "UNKNOWN",
    url: findEndpoints(task, place)[0]?.url ?? null,
    noUrlBecause: explainNoEndpoint(task, place),
    instance: instance?.id ?? null,
    startedAt: task.startedAt?.toISOString() ?? null,
    cpuPercent: null,
  };
}

const metricNames: Record<string, string> = {
  ECSServiceAverageCPUUtilization: "cpu",
  ECSServiceAverageMemoryUtilization: "memory",
};

function viewScaling(parts: Parts, now: number): Snapshot["scaling"] {
  const state = parts.rules.target?.SuspendedState;
  const suspended = [
    ...(state?.DynamicScalingOutSuspended ? ["scale-out"] : []),
    ...(state?.DynamicScalingInSuspended ? ["scale-in"] : []),
  ];
  return {
    min: parts.rules.target?.MinCapacity ?? null,
    max: parts.rules.target?.MaxCapacity ?? null,
    suspended,
    policies: parts.rules.policies.map((policy) => viewPolicy(policy, parts, suspended, now)),
  };
}

function viewPolicy(policy: ScalingPolicy, parts: Parts, suspended: string[], now: number): PolicyView {
  const tracking = policy.TargetTrackingScalingPolicyConfiguration;
  const predefined = tracking?.PredefinedMetricSpecification?.PredefinedMetricType ?? "";
  const metric = metricNames[predefined] ?? (predefined || (tracking?.CustomizedMetricSpecification?.MetricName ?? ""));
  const view = {
    name: policy.PolicyName ?? "",
    type: policy.PolicyType === "TargetTrackingScaling" ? "target-tracking" : (policy.PolicyType ?? "").toLowerCase(),
    metric,
    target: tracking?.TargetValue ?? null,
    // Application Auto Scaling's own default for ECS services when a policy names none.
    scaleOutCooldownSeconds: tracking?.ScaleOutCooldown ?? 300,
    scaleInCooldownSeconds: tracking?.ScaleInCooldown ?? 300,
  };
  const why = explainPolicy({
    policy: { ...view, disableScaleIn: tracking?.DisableScaleIn ?? false },
    alarms: parts.alarms.filter((alarm) => alarm.policy === view.name),
    points: metric === "memory" ? parts.metrics.memory : metric === "cpu" ? parts.metrics.cpu : [],
    desired: parts.service.desiredCount ?? 0,
    min: parts.rules.target?.MinCapacity ?? 0,
    max: parts.rules.target?.MaxCapacity ?? Number.POSITIVE_INFINITY,
    suspended,
    activities: parts.activities,
    now,
  });
  return { ...view, why };
}
