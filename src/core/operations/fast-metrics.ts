import type { PolicyConfig } from "../config/scaling-schema.ts";
import type { Config } from "../config/schema.ts";
import type { Context } from "../context.ts";
import { prices } from "../pricing/prices.ts";
import { readFastMetrics, toMonitoring } from "../resources/service-monitoring.ts";

const names: Readonly<Record<string, string>> = { cpu: "CPUUtilization", memory: "MemoryUtilization" };

/** What `fast` asks the service to publish every 20 seconds, by CloudWatch's names. */
export const fastMetrics = (policies: readonly PolicyConfig[]): string[] =>
  [...new Set(policies.flatMap(({ fast, metric }) => (fast ? (names[metric ?? ""] ?? []) : [])))].sort();

/**
 * Lets the service publish what the policies want every 20 seconds: AWS refuses a policy on a metric that is not there.
 * ECS starts a deployment for it.
 */
export async function turnOnFastMetrics({ aws, emit }: Context, { cluster, service, scaling }: Config): Promise<void> {
  const wanted = fastMetrics(scaling?.policies ?? []);
  const { services = [] } = await aws.call("ecs", "DescribeServices", {
    cluster: cluster.name,
    services: [service.name],
  });
  const [found] = services;
  const there = found ? await readFastMetrics(aws, found) : [];
  if (wanted.every((name) => there.includes(name))) return;
  emit({
    type: "note",
    message: `${wanted.join(" and ")} every 20 seconds: ${describeCost(wanted.length)}; ECS starts a deployment for it`,
  });
  await aws.call("ecs", "UpdateService", {
    cluster: cluster.name,
    service: service.name,
    monitoring: toMonitoring(wanted),
  });
}

/** What `--fast` adds to the bill: the metrics, and two alarms of each that look every 20 seconds. */
export function describeCost(metrics: number): string {
  const alarms = 2 * metrics;
  const monthly = metrics * prices.metric.usd + alarms * prices.fastAlarm.usd;
  return `about $${monthly.toFixed(2)} a month for ${metrics} metric${metrics === 1 ? "" : "s"} and ${alarms} high-resolution alarms`;
}
