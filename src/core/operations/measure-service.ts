import type { Config } from "../config/schema.ts";
import type { Context } from "../context.ts";
import { readMetrics } from "../observe/read-metrics.ts";
import { readService, readTasks } from "../observe/read-tasks.ts";
import { median } from "../rehearsal/median.ts";
import type { Sourced } from "../rehearsal/model.ts";
import { readMetricsLoad } from "./metrics-load.ts";

/** What a running service tells of the model; what it does not tell is absent. Seconds and percent. */
export interface Measurements {
  taskStart?: Sourced<number>;
  boot?: Sourced<number>;
  capacity?: Sourced<number>;
  memory?: Sourced<number>;
  tasks?: Sourced<number>;
}

/** Looks at the service: its tasks' and instances' first minutes, and its requests against its CPU. */
export async function measureService(context: Context, config: Config): Promise<Measurements> {
  const subject = { cluster: config.cluster.name, service: config.service.name };
  const service = await readService(context.aws, subject, context.signal);
  const [starts, boots, metrics, capacity] = await Promise.all([
    readStarts(context, config),
    readBoots(context, config),
    readMetrics(context.aws, subject, 60, context.signal),
    readCapacity(context, config),
  ]);
  const memory = median(metrics.memory.map(({ value }) => value));
  return {
    ...sourced("taskStart", starts, `measured on ${count(starts, "task")}, created to started`),
    ...sourced("boot", boots, `measured on ${count(boots, "instance")}, launched to registered`),
    ...(capacity ? { capacity } : {}),
    ...(memory === undefined ? {} : { memory: { value: memory, source: "measured, the last hour" } }),
    tasks: { value: service.runningCount ?? 0, source: "running now" },
  };
}

const count = (values: readonly number[], what: string): string =>
  `${values.length} ${what}${values.length === 1 ? "" : "s"}`;

function sourced(name: "taskStart" | "boot", values: readonly number[], source: string): Measurements {
  const value = median(values);
  return value === undefined ? {} : { [name]: { value: Math.max(1, Math.round(value)), source } };
}

/** Also tasks that have stopped since: each start tells something. */
async function readStarts({ aws, signal }: Context, config: Config): Promise<number[]> {
  const subject = { cluster: config.cluster.name, service: config.service.name };
  const both = await Promise.all(
    (["RUNNING", "STOPPED"] as const).map((status) => readTasks(aws, subject, status, signal)),
  );
  return both
    .flat()
    .flatMap(({ createdAt, startedAt }) =>
      createdAt && startedAt ? [(startedAt.getTime() - createdAt.getTime()) / 1000] : [],
    );
}

async function readBoots({ aws, signal }: Context, config: Config): Promise<number[]> {
  if (!config.cluster.capacity) return [];
  const cluster = config.cluster.name;
  const arns = await aws.all(
    "ecs",
    "ListContainerInstances",
    { cluster },
    (page) => page.containerInstanceArns,
    signal,
  );
  if (arns.length === 0) return [];
  const { containerInstances = [] } = await aws.call(
    "ecs",
    "DescribeContainerInstances",
    { cluster, containerInstances: arns.slice(0, 100) },
    signal,
  );
  const registered = new Map(
    containerInstances.map((one) => [one.ec2InstanceId ?? "", one.registeredAt?.getTime() ?? 0]),
  );
  const reservations = await aws.all(
    "ec2",
    "DescribeInstances",
    { InstanceIds: [...registered.keys()] },
    (page) => page.Reservations,
    signal,
  );
  return reservations
    .flatMap(({ Instances = [] }) => Instances)
    .map(({ InstanceId = "", LaunchTime }) => ((registered.get(InstanceId) ?? 0) - (LaunchTime?.getTime() ?? 0)) / 1000)
    .filter((seconds) => seconds > 0 && seconds < 3600);
}

/** Only a load balancer counts requests. */
async function readCapacity(context: Context, config: Config): Promise<Sourced<number> | undefined> {
  if (!config.loadBalancer) return undefined;
  const load = await readMetricsLoad(context, config, 3 * 3600).catch(() => undefined);
  return load?.capacity;
}
