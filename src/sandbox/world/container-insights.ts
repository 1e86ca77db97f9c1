import { recordMetric } from "./metrics.ts";
import { type ClusterRecord, clusters, isWanted, services } from "./records/ecs.ts";
import { tasksOf } from "./services.ts";
import type { Region } from "./world.ts";

const minuteMs = 60_000;

const isEnabled = (cluster: ClusterRecord): boolean =>
  cluster.status === "ACTIVE" &&
  cluster.settings.some(({ name, value }) => name === "containerInsights" && value !== "disabled");

/** Counts the tasks of every service once a minute, in clusters that have Container Insights switched on. */
export function stepContainerInsights(region: Region, now: number): void {
  const slot = Math.floor(now / minuteMs);
  const table = region.table<{ slot: number }>("ecs/insight-slots");
  const last = table.get("last")?.slot;
  if (last === slot) return;
  table.set("last", { slot });
  if (last === undefined) return;
  const at = new Date(slot * minuteMs - minuteMs / 2);
  for (const cluster of clusters(region).values()) if (isEnabled(cluster)) countCluster(region, cluster, at);
}

function countCluster(region: Region, cluster: ClusterRecord, at: Date): void {
  const own = [...services(region).values()].filter(
    (one) => one.clusterName === cluster.name && one.status === "ACTIVE",
  );
  const put = (name: string, dimensions: Record<string, string>, value: number) =>
    recordMetric(region, { namespace: "ECS/ContainerInsights", name, dimensions, at, value, unit: "Count" });
  for (const service of own) {
    const dimensions = { ClusterName: cluster.name, ServiceName: service.name };
    const tasks = tasksOf(region, service);
    const running = tasks.filter((task) => task.phase === "RUNNING").length;
    const pending = tasks.filter((task) => isWanted(task) && task.phase !== "RUNNING").length;
    put("DesiredTaskCount", dimensions, service.desiredCount);
    put("RunningTaskCount", dimensions, running);
    put("PendingTaskCount", dimensions, pending);
    put("DeploymentCount", dimensions, service.deployments.filter((one) => one.status !== "GONE").length);
  }
  put("ServiceCount", { ClusterName: cluster.name }, own.length);
}
