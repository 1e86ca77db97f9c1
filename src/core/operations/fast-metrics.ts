import type { PolicyConfig } from "../config/scaling-schema.ts";
import type { Config } from "../config/schema.ts";
import type { Context } from "../context.ts";
import { prices } from "../pricing/prices.ts";
import { fastSeconds, readFastMetrics, toMonitoring } from "../resources/service-monitoring.ts";

const names: Readonly<Record<string, string>> = { cpu: "CPUUtilization", memory: "MemoryUtilization" };

/** What `fast` asks the service to publish every 20 seconds, by CloudWatch's names. */
export const fastMetrics = (policies: readonly PolicyConfig[]): string[] =>
  [...new Set(policies.flatMap(({ fast, metric }) => (fast ? (names[metric ?? ""] ?? []) : [])))].sort();

/**
 * Lets the service publish every 20 seconds exactly what the policies look at: before such a policy is made, because AWS
 * refuses one on a metric that is not there, and after one has gone, because it costs. ECS starts a deployment for it.
 */
export async function followFastPolicies({ aws, emit }: Context, { cluster, service, scaling }: Config): Promise<void> {
  const wanted = fastMetrics(scaling?.policies ?? []);
  const { services = [] } = await aws.call("ecs", "DescribeServices", {
    cluster: cluster.name,
    services: [service.name],
  });
  const [found] = services;
  const there = found ? await readFastMetrics(aws, found) : [];
  if (wanted.join() === there.join()) return;
  const message =
    wanted.length === 0
      ? "metrics every minute again"
      : `${wanted.join(" and ")} every ${fastSeconds} seconds: ${describeCost(wanted.length)}`;
  emit({ type: "note", message: `${message}; ECS starts a deployment for it` });
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
