import { parseSteps } from "../config/policy-steps.ts";
import type { Config } from "../config/schema.ts";
import type { Cost, CostLine } from "./cost.ts";
import { exactRegion, hoursAMonth, instancePrice, prices, pricesAsOf, type Price, type PriceName } from "./prices.ts";
import { inRegion } from "./task-hour.ts";

/** What the estimate needs to know besides the configuration. */
export interface CostFacts {
  region: string;
  /** Zones that the load balancer stands in, each with a public address; 3 when absent, the least a default VPC has. */
  zones?: number | undefined;
}

/** GB of logs that a task writes in a month: a line of 120 bytes every three seconds. Named in the estimate. */
const logsPerTask = 0.1;
/** An LCU is 25 new connections a second, 3,000 active ones or 1 GB an hour. Named in the estimate. */
const capacityUnits = 1;
/** Container Insights counts metrics of the cluster, the service and the task family as custom ones. */
const insightMetrics = 30;

interface Part {
  name: string;
  price: Price;
  quantity: readonly [min: number, max: number];
  assumption?: string | undefined;
}

const one = (name: string, price: PriceName, min: number, max: number, assumption?: string): Part => ({
  name,
  price: prices[price],
  quantity: [min, max],
  assumption,
});

/** How many tasks run at the least and at the most. */
function taskRange({ scaling, service }: Config): readonly [number, number] {
  return scaling ? [scaling.min, Math.max(scaling.min, scaling.max)] : [service.desiredCount, service.desiredCount];
}

/** An hour and a month at the minimum and at the maximum, each thing on a line of its own. Pure. */
export function estimate(config: Config, facts: CostFacts): Cost {
  const { region } = facts;
  const { parts: machines, unknown } = instanceParts(config);
  const parts = [...machines, ...fargateParts(config), ...balancerParts(config, facts), ...watchParts(config)];
  const lines = parts.map((part) => toLine(part, region)).filter((line) => line.quantityMax > 0);
  const sum = (pick: (line: CostLine) => number): number => lines.reduce((total, line) => total + pick(line), 0);
  const [hourlyMin, hourlyMax] = [sum((line) => line.hourlyMin), sum((line) => line.hourlyMax)];
  return {
    currency: "USD",
    hourlyMin: round(hourlyMin, 4),
    hourlyMax: round(hourlyMax, 4),
    monthlyMin: round(hourlyMin * hoursAMonth, 2),
    monthlyMax: round(hourlyMax * hoursAMonth, 2),
    pricesAsOf,
    region,
    approximate: region !== exactRegion,
    lines,
    unknown,
    note: "on demand, without free tier, taxes and traffic to the internet",
  };
}

const round = (usd: number, digits: number): number => Math.round(usd * 10 ** digits) / 10 ** digits;

function toLine({ name, price, quantity: [quantityMin, quantityMax], assumption }: Part, region: string): CostLine {
  const unitPrice = round(inRegion(price, region), 6);
  const hours = price.unit.endsWith("hour") ? 1 : hoursAMonth;
  const seen = price.confirmed ? `seen ${price.confirmed}` : "not confirmed by a second source";
  return {
    name,
    unit: price.unit,
    unitPrice,
    quantityMin,
    quantityMax,
    hourlyMin: round((unitPrice * quantityMin) / hours, 6),
    hourlyMax: round((unitPrice * quantityMax) / hours, 6),
    ...(assumption === undefined ? {} : { assumption }),
    source: `${price.source}; ${seen}`,
  };
}

function instanceParts(config: Config): { parts: Part[]; unknown: string[] } {
  const { capacity } = config.cluster;
  if (!capacity) return { parts: [], unknown: [] };
  const { min, max, instanceType, rootVolumeGiB } = capacity;
  const price = instancePrice(instanceType);
  const parts = [
    ...(price ? [{ name: `${instanceType} instances`, price, quantity: [min, max] as const }] : []),
    one("gp3 root volumes", "gp3", min * rootVolumeGiB, max * rootVolumeGiB),
    one("public IPv4 addresses of instances", "publicIpv4", min, max),
  ];
  return { parts, unknown: price ? [] : [`${instanceType} instances`] };
}

function fargateParts(config: Config): Part[] {
  if (config.service.launchType !== "FARGATE") return [];
  const [min, max] = taskRange(config);
  const vcpu = config.task.cpu / 1024;
  const gigabytes = config.task.memory / 1024;
  return [
    one("Fargate vCPU", "fargateVcpu", min * vcpu, max * vcpu),
    one("Fargate memory", "fargateMemory", min * gigabytes, max * gigabytes),
    ...((config.service.publicIp ?? true) ? [one("public IPv4 addresses of tasks", "publicIpv4", min, max)] : []),
  ];
}

function balancerParts(config: Config, { zones = 3 }: CostFacts): Part[] {
  if (!config.loadBalancer) return [];
  const load = "1 LCU: 25 new connections a second, 3,000 open ones or 1 GB an hour";
  return [
    one("load balancer", "balancer", 1, 1),
    one("load balancer capacity units", "balancerCapacity", capacityUnits, capacityUnits, load),
    one("public IPv4 addresses of the load balancer", "publicIpv4", zones, zones, `one in each of ${zones} zones`),
  ];
}

/** The alarms of scaling policies, and the metrics that `fast` asks for. */
function scalingParts({ scaling }: Config): Part[] {
  const policies = scaling?.policies ?? [];
  const tracking = policies.filter(({ type }) => type === "target-tracking");
  const fast = tracking.filter(({ fast: wanted }) => wanted);
  const slow = (tracking.length - fast.length) * 2;
  const metrics = new Set(policies.filter((policy) => policy.fast).map(({ metric }) => metric)).size;
  const steps = policies
    .filter(({ type }) => type === "step")
    .map(({ steps: texts = [], period = "60s" }) => ({
      alarms: parseSteps(texts).length,
      quick: ["10s", "20s", "30s"].includes(period),
    }));
  const count = (quick: boolean): number =>
    steps.filter((one) => one.quick === quick).reduce((sum, one) => sum + one.alarms, 0);
  const quick = fast.length * 2 + count(true);
  return [
    one("alarms of target tracking", "alarm", slow, slow, "two for each policy"),
    ...(count(false) > 0
      ? [one("alarms of step policies", "alarm", count(false), count(false), "one for each side")]
      : []),
    ...(quick > 0 ? [one("alarms on metrics under a minute", "fastAlarm", quick, quick)] : []),
    ...(metrics > 0 ? [one("metrics every 20 seconds", "metric", metrics, metrics)] : []),
  ];
}

/** Logs, alarms, metrics and the dashboard. */
function watchParts(config: Config): Part[] {
  const [min, max] = taskRange(config);
  const logs = `${logsPerTask} GB a month from each task`;
  const insights = `${insightMetrics} metrics of cluster, service and task family`;
  return [
    one("log ingestion", "logIngestion", min * logsPerTask, max * logsPerTask, logs),
    ...alarmParts(config),
    ...scalingParts(config),
    ...providerParts(config),
    ...(config.cluster.containerInsights
      ? [one("Container Insights", "metric", insightMetrics, insightMetrics, insights)]
      : []),
    ...(config.dashboard ? [one("dashboard", "dashboard", 1, 1)] : []),
  ];
}

const always = (name: string, price: PriceName, count: number, assumption?: string): Part =>
  one(name, price, count, count, assumption);

const isFast = (period: string | undefined): boolean => /^(10|20|30)s$/.test(period ?? "");

function alarmParts({ alarms }: Config): Part[] {
  const composite = alarms.filter(({ rule }) => rule !== undefined).length;
  const fast = alarms.filter(({ rule, period }) => rule === undefined && isFast(period)).length;
  return [
    always("alarms", "alarm", alarms.length - composite - fast),
    always("high-resolution alarms", "fastAlarm", fast),
    always("composite alarms", "compositeAlarm", composite),
  ];
}

/** ECS watches the reservation of a capacity provider that it sizes. */
function providerParts({ cluster, service }: Config): Part[] {
  const managed = cluster.capacity?.managedScaling && service.launchType === "capacity-provider";
  return managed ? [always("alarms of the capacity provider", "alarm", 2, "two, made by ECS")] : [];
}
