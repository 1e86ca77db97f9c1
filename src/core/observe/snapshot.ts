/** Which service is looked at. */
export interface Subject {
  cluster: string;
  service: string;
  /** The port at which the containers listen: all that tells where a task with a network of its own answers. */
  port?: number | undefined;
  /** Names of the app's own alarms, besides those of its scaling policies. */
  alarms?: readonly string[] | undefined;
}

/** One running or starting task. `id` is the last part of its ARN; times are ISO 8601 of the server. */
export interface TaskView {
  id: string;
  lastStatus: string;
  desiredStatus: string;
  health: string;
  /** Where it answers; null until it runs on an instance with a public address. */
  url: string | null;
  /** Why `url` is null. */
  noUrlBecause: string | null;
  /** EC2 instance id. */
  instance: string | null;
  startedAt: string | null;
  /** The service's average when this is its only running task; null otherwise (plain `AWS/ECS` has no figure for one task). */
  cpuPercent: number | null;
}

/**
 * One way in: a host port of a task's instance, a port of the task's own network interface (then `instance` is that), or
 * the load balancer (then `task` is `load-balancer/NAME`).
 */
export interface Endpoint {
  task: string;
  url: string;
  publicIp: string;
  hostPort: number;
  containerPort: number;
  instance: string;
}

/** The load balancer in front of the service. */
export interface BalancerView {
  name: string;
  url: string;
  dnsName: string;
  port: number;
  state: string;
  /** Targets that take requests, of all that do not just leave. */
  healthy: number;
  targets: number;
}

/** One EC2 instance of the cluster, as ECS sees it; cpu in units (1024 a vCPU), memory in MiB. */
export interface InstanceView {
  id: string;
  publicIp: string | null;
  privateIp: string | null;
  status: string;
  remainingCpu: number;
  remainingMemory: number;
  runningTasks: number;
}

/** An alarm that a scaling policy made or uses, or one of the app's own. */
export interface AlarmView {
  name: string;
  state: "OK" | "ALARM" | "INSUFFICIENT_DATA";
  reason: string;
  since: string | null;
  /** The policy that it triggers; empty for an alarm that only tells. */
  policy: string;
  /** What it looks at: `cpu`, `memory`, another metric of ECS's by its name, or `NAMESPACE/NAME`. */
  metric: string;
  actionsEnabled: boolean;
  comparison: string;
  threshold: number;
  periodSeconds: number;
  evaluationPeriods: number;
  datapointsToAlarm: number;
}

/** One scaling policy; `why` says in a sentence what it does now and why, `cause` says it for scripts. */
export interface PolicyView {
  name: string;
  type: string;
  metric: string;
  target: number | null;
  scaleOutCooldownSeconds: number;
  scaleInCooldownSeconds: number;
  cause: string;
  why: string;
}

/** What keeps the service as a whole from having the tasks that it should, or will change how many it should. */
export interface ServiceNote {
  cause: string;
  text: string;
}

/** One minute of a metric: its average in percent of what the tasks reserve. */
export interface MetricPoint {
  at: string;
  value: number;
}

/** A scaling activity, the newest of which decide about cooldowns. */
export interface ActivityView {
  at: string;
  status: string;
  description: string;
  cause: string;
}

/** Everything about a service at one moment of the server: the document of `status`, and with `at` a line of `watch`. */
export interface Snapshot {
  at: string;
  service: {
    name: string;
    cluster: string;
    status: string;
    desired: number;
    running: number;
    pending: number;
    /** Tasks that wait for an instance, among the pending ones or not even made. */
    waiting: number;
    taskDefinition: string;
    /** State of the newest deployment: COMPLETED, IN_PROGRESS, FAILED. */
    rollout: string;
    /** Deployments under way, the newest included. */
    deployments: number;
    /** The newest CPU and memory averages in percent. */
    cpuPercent: number | null;
    memoryPercent: number | null;
  };
  tasks: TaskView[];
  endpoints: Endpoint[];
  balancer?: BalancerView | undefined;
  instances: InstanceView[];
  scaling: {
    min: number | null;
    max: number | null;
    suspended: string[];
    policies: PolicyView[];
    notes: ServiceNote[];
  };
  alarms: AlarmView[];
  metrics: { cpu: MetricPoint[]; memory: MetricPoint[] };
  activities: ActivityView[];
  /** The newest service event. */
  lastEvent: { at: string; message: string } | null;
}

/** `arn:aws:ecs:…/abc` → `abc`. */
export const shortId = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);
