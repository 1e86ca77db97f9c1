import type { ScalingActivity, ScheduledAction } from "@aws-sdk/client-application-auto-scaling";
import type { Service, Task } from "@aws-sdk/client-ecs";
import { currentValue } from "./datapoints.ts";
import {
  balancerEndpoint,
  explainNoEndpoint,
  findEndpoints,
  type InstanceAddress,
  type TaskPlace,
} from "./endpoints.ts";
import { factsOf } from "./policy-facts.ts";
import type { Capacity } from "./read-capacity.ts";
import type { GroupView } from "./read-groups.ts";
import { interfaceIdOf } from "./read-interfaces.ts";
import type { ServiceMetrics } from "./read-metrics.ts";
import { type PolicyAlarm, type ScalingRules, viewActivity } from "./read-scaling.ts";
import {
  type BalancerView,
  type InstanceView,
  type MetricPoint,
  type PolicyView,
  type ServiceNote,
  shortId,
  type Snapshot,
  type Subject,
  type TaskView,
} from "./snapshot.ts";
import { recentEvents, waitingTasks } from "./waiting-tasks.ts";
import { explainService, mayStillRun } from "./why-service.ts";
import type { ServiceState } from "./why-state.ts";
import { explainPolicies } from "./why.ts";

/** What was read of a service. */
export interface Parts {
  service: Service;
  tasks: Task[];
  capacity: Capacity;
  /** Undefined when no task waits for an instance. */
  groups: GroupView[] | undefined;
  interfaces: ReadonlyMap<string, InstanceAddress>;
  balancer: BalancerView | undefined;
  rules: ScalingRules;
  scheduled: ScheduledAction[];
  alarms: PolicyAlarm[];
  /** What the alarms judge, by their names. */
  points: ReadonlyMap<string, MetricPoint[]>;
  metrics: ServiceMetrics;
  /** Newest first, also those that changed nothing. */
  activities: ScalingActivity[];
}

/** One picture of the service from what was read of it; `now` is the server's time in ms. */
export function assembleSnapshot(parts: Parts, subject: Subject, now: number): Snapshot {
  const { service, capacity, balancer, metrics } = parts;
  const placeOf = (task: Task): TaskPlace => ({
    address: parts.interfaces.get(interfaceIdOf(task) ?? "") ?? capacity.get(task.containerInstanceArn ?? ""),
    port: subject.port,
    balancer: balancer?.name,
  });
  const newest = service.deployments?.find((deployment) => deployment.status === "PRIMARY");
  const event = service.events?.[0];
  const tasks = parts.tasks.map((task) => viewTask(task, placeOf(task), capacity));
  const cpuPercent = currentValue(metrics.cpu, now);
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
      waiting: waitingTasks(service, parts.tasks, now),
      taskDefinition: shortId(service.taskDefinition ?? ""),
      rollout: newest?.rolloutState ?? "COMPLETED",
      deployments: service.deployments?.length ?? 0,
      cpuPercent,
      memoryPercent: currentValue(metrics.memory, now),
    },
    tasks,
    endpoints: [
      ...(balancer ? [balancerEndpoint(balancer)] : []),
      ...parts.tasks.flatMap((task) => findEndpoints(task, placeOf(task))),
    ],
    ...(balancer ? { balancer } : {}),
    instances: [...capacity.values()].toSorted((a, b) => a.id.localeCompare(b.id)),
    scaling: viewScaling(parts, now),
    alarms: parts.alarms.map(({ view }) => view),
    metrics,
    activities: parts.activities
      .filter((one) => !isNotScaled(one))
      .slice(0, 10)
      .map(viewActivity),
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

const isNotScaled = (activity: ScalingActivity): boolean => (activity.NotScaledReasons ?? []).length > 0;

function viewScaling(parts: Parts, now: number): Snapshot["scaling"] {
  const { target } = parts.rules;
  return {
    min: target?.MinCapacity ?? null,
    max: target?.MaxCapacity ?? null,
    suspended: suspendedOf(parts),
    policies: viewPolicies(parts, now),
    notes: noteService(parts, now),
  };
}

const suspendedOf = ({ rules }: Parts): string[] => {
  const state = rules.target?.SuspendedState;
  return [
    ...(state?.DynamicScalingOutSuspended ? ["scale-out"] : []),
    ...(state?.DynamicScalingInSuspended ? ["scale-in"] : []),
    ...(state?.ScheduledScalingSuspended ? ["scheduled"] : []),
  ];
};

function stateOf(parts: Parts, now: number): ServiceState {
  const { service, rules, activities } = parts;
  const state = rules.target?.SuspendedState;
  return {
    desired: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    min: rules.target?.MinCapacity ?? 0,
    max: rules.target?.MaxCapacity ?? Number.POSITIVE_INFINITY,
    deploying: (service.deployments ?? []).some(({ rolloutState }) => rolloutState === "IN_PROGRESS"),
    suspended: {
      out: state?.DynamicScalingOutSuspended ?? false,
      in: state?.DynamicScalingInSuspended ?? false,
    },
    activities: activities.filter((one) => !isNotScaled(one)).map(viewActivity),
    notScaled: activities
      .filter(isNotScaled)
      .map((one) => ({ ...viewActivity(one), code: one.NotScaledReasons?.[0]?.Code ?? "" })),
    now,
  };
}

function viewPolicies(parts: Parts, now: number): PolicyView[] {
  const states = parts.rules.policies.map((policy) => {
    const described = factsOf(policy);
    const own = parts.alarms.filter(({ view }) => view.policy === described.name);
    // A step policy does not say what it is about: its alarm does.
    const facts = { ...described, metric: described.metric || (own[0]?.view.metric ?? "") };
    return { facts, alarms: own.map(({ view }) => ({ ...view, points: parts.points.get(view.name) ?? [] })) };
  });
  const whys = explainPolicies(stateOf(parts, now), states);
  return states.map(({ facts }, index) => ({
    name: facts.name,
    type: facts.type,
    metric: facts.metric,
    target: facts.target,
    scaleOutCooldownSeconds: facts.scaleOutCooldownSeconds,
    scaleInCooldownSeconds: facts.scaleInCooldownSeconds,
    cause: whys[index]?.cause ?? "steady",
    why: whys[index]?.text ?? "",
  }));
}

const noteService = (parts: Parts, now: number): ServiceNote[] =>
  explainService({
    desired: parts.service.desiredCount ?? 0,
    running: parts.service.runningCount ?? 0,
    waiting: waitingTasks(parts.service, parts.tasks, now),
    scalable: parts.rules.target !== undefined,
    policies: parts.rules.policies.length,
    suspended: suspendedOf(parts),
    groups: parts.groups,
    instances: parts.capacity.size,
    scheduled: parts.scheduled.filter((action) => mayStillRun(action, now)),
    events: recentEvents(parts.service, now),
  });
