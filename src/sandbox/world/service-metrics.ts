import type { RunningContainer } from "../runtime/runtime.ts";
import { recordStatistics } from "./metrics.ts";
import { clusters, containerInstances, type ServiceRecord, services, type TaskRecord, tasks } from "./records/ecs.ts";
import { type LiveContainer, liveContainers } from "./task-handles.ts";
import type { Region } from "./world.ts";

/** The agent reports every 20 s of the world's time; a fast world is measured at most every 300 ms of ours. */
const sampleMs = 20_000;
const minuteMs = 60_000;
const leastRealMs = 300;
const namespace = "AWS/ECS";

/** Every 20 s, or once a minute where the world runs so fast that 20 s of it are no measurement. */
export function sampleInterval(speed: number): number {
  return sampleMs / speed >= leastRealMs ? sampleMs : minuteMs;
}

/** Measures every running task and publishes `AWS/ECS` utilization, relative to what the tasks reserve. */
export function stepServiceMetrics(region: Region, now: number): void {
  const interval = sampleInterval(region.world.clock.speed);
  const slot = Math.floor(now / interval);
  const table = region.table<{ slot: number }>("ecs/metric-slots");
  const last = table.get("last")?.slot;
  if (last === slot) return;
  table.set("last", { slot });
  if (last === undefined) return;
  // The value is about the time before now: its middle decides to which minute it belongs.
  const at = new Date(slot * interval - interval / 2);
  const running = [...tasks(region).values()].filter((task) => task.phase === "RUNNING");
  for (const cluster of clusters(region).values()) {
    if (cluster.status !== "ACTIVE") continue;
    const own = running.filter((task) => task.clusterName === cluster.name);
    void measureCluster(region, cluster.name, own, at);
  }
}

/** What a task used, in CPU units and MiB. */
interface Used {
  task: TaskRecord;
  cpu: number;
  memoryMiB: number;
}

async function measureCluster(region: Region, cluster: string, own: readonly TaskRecord[], at: Date): Promise<void> {
  const looks: Promise<Used | undefined>[] = [];
  for (const task of own)
    for (const live of liveContainers(region.world, task.id) ?? []) looks.push(measureContainer(region, task, live));
  const used = addUp(await Promise.all(looks));
  const byService = Map.groupBy(used, ({ task }) => task.serviceName);
  for (const [ServiceName, parts] of byService) {
    if (ServiceName === undefined) continue;
    const dimensions = { ClusterName: cluster, ServiceName };
    const service = services(region).get(`${cluster}/${ServiceName}`);
    const put = (name: string, values: number[]): void => {
      if (isHighResolution(service, name)) publishFinely(region, name, dimensions, at, values);
      else publish(region, name, dimensions, at, values);
    };
    put(
      "CPUUtilization",
      parts.map(({ task, cpu }) => (cpu / task.cpu) * 100),
    );
    put(
      "MemoryUtilization",
      parts.map(({ task, memoryMiB }) => (memoryMiB / task.memoryMiB) * 100),
    );
  }
  publishCluster(region, cluster, own, used, at);
}

function publishCluster(
  region: Region,
  cluster: string,
  own: readonly TaskRecord[],
  used: readonly Used[],
  at: Date,
): void {
  const hosts = [...containerInstances(region).values()].filter(
    (one) => one.clusterName === cluster && one.status !== "INACTIVE",
  );
  if (hosts.length === 0) return;
  const sum = <T>(items: readonly T[], pick: (item: T) => number) => items.reduce((total, one) => total + pick(one), 0);
  const [cpu, memory] = [sum(hosts, (one) => one.cpu), sum(hosts, (one) => one.memoryMiB)];
  const dimensions = { ClusterName: cluster };
  publish(region, "CPUUtilization", dimensions, at, [(sum(used, (one) => one.cpu) / cpu) * 100]);
  publish(region, "MemoryUtilization", dimensions, at, [(sum(used, (one) => one.memoryMiB) / memory) * 100]);
  publish(region, "CPUReservation", dimensions, at, [(sum(own, (one) => one.cpu) / cpu) * 100]);
  publish(region, "MemoryReservation", dimensions, at, [(sum(own, (one) => one.memoryMiB) / memory) * 100]);
}

const isHighResolution = (service: ServiceRecord | undefined, name: string): boolean =>
  service?.monitoring?.metricConfigurations?.some(
    ({ metricNames, resolutionSeconds }) => resolutionSeconds === 20 && metricNames?.includes(name),
  ) ?? false;

/** Where a fast world is measured once a minute, that value stands for each 20 s of it. */
function publishFinely(
  region: Region,
  name: string,
  dimensions: Record<string, string>,
  at: Date,
  values: number[],
): void {
  const interval = sampleInterval(region.world.clock.speed);
  const first = at.getTime() - interval / 2;
  for (let start = first; start < first + interval; start += sampleMs)
    publish(region, name, dimensions, new Date(start + sampleMs / 2), values, 1);
}

function publish(
  region: Region,
  name: string,
  dimensions: Record<string, string>,
  at: Date,
  all: number[],
  resolution: 1 | 60 = 60,
): void {
  const values = all.every(Number.isFinite) ? all : all.filter(Number.isFinite);
  if (values.length === 0) return;
  // What is seen several times a minute is one sample of that minute: "one sample count is actually the aggregate of
  // multiple data points during one minute" (ECS developer guide, cloudwatch-metrics), so samples count running tasks.
  const share = resolution === 1 ? 1 : sampleInterval(region.world.clock.speed) / minuteMs;
  const count = values.length * share;
  let [sum, min, max] = [0, Infinity, -Infinity];
  for (const value of values) {
    sum += value * share;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const distribution = { values };
  const unit = "Percent";
  recordStatistics(region, { namespace, name, dimensions, at, unit, resolution, count, sum, min, max, distribution });
}

/** What tasks used, from what their containers did; those of a task stand together. */
function addUp(parts: readonly (Used | undefined)[]): Used[] {
  const used: Used[] = [];
  for (const part of parts) {
    const last = used.at(-1);
    if (part && last?.task === part.task) {
      last.cpu += part.cpu;
      last.memoryMiB += part.memoryMiB;
    } else if (part) used.push(part);
  }
  return used;
}

/** Undefined for the first look at a container (there is nothing to compare with) and when it is gone. */
async function measureContainer(region: Region, task: TaskRecord, live: LiveContainer): Promise<Used | undefined> {
  const { clock } = region.world;
  let usage: Awaited<ReturnType<RunningContainer["usage"]>>;
  try {
    usage = await live.container?.usage();
  } catch {
    return undefined;
  }
  if (!usage) return undefined;
  const before = live.measured;
  live.measured = { cpuSeconds: usage.cpuSeconds, at: clock.now() };
  if (!before || live.measured.at <= before.at) return undefined;
  // CPU time is real time, whatever the speed of the world.
  const realSeconds = clock.toRealMs(live.measured.at - before.at) / 1000;
  const cpu = Math.max(0, ((usage.cpuSeconds - before.cpuSeconds) / realSeconds) * 1024);
  return { task, cpu, memoryMiB: usage.memoryBytes / 2 ** 20 };
}
