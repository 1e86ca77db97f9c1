import { readInstanceSize } from "../config/instance-size.ts";
import type { Config } from "../config/schema.ts";
import { hoursAMonth, instancePrice, prices, regionFactor, type Price, type PriceName } from "./prices.ts";

/** What can be paid by the hour: a named price, or an EC2 instance type. */
export type Priced = PriceName | { instanceType: string };

/** One unit for an hour in USD in a region (what is paid by the month: a 730th); undefined when the table does not know the instance type. */
export function hourlyPrice(what: Priced, region: string): number | undefined {
  const price: Price | undefined = typeof what === "string" ? prices[what] : instancePrice(what.instanceType);
  if (!price) return undefined;
  const monthly = ["GB", "GB-month", "metric-month", "alarm-month", "month"].includes(price.unit);
  return inRegion(price, region) / (monthly ? hoursAMonth : 1);
}

/** A price in a region: exact in us-east-1, elsewhere by the region's factor. */
export const inRegion = (price: Price, region: string): number =>
  price.everywhere ? price.usd : price.usd * regionFactor(region);

/** ECS registers a little over nine tenths of an instance's memory: the kernel and the agent keep the rest. */
const registeredShare = 0.93;

/** How many tasks of the configuration fit one instance of its type; undefined when its size is not known. */
export function tasksPerInstance(config: Config): number | undefined {
  const { capacity } = config.cluster;
  const size = capacity && readInstanceSize(capacity.instanceType);
  if (!size) return undefined;
  const { cpu, memory, container } = config.task;
  const fit = Math.min(Math.floor(size.cpu / cpu), Math.floor((size.memory * registeredShare) / memory));
  return Math.max(1, container.hostPort === 0 ? fit : Math.min(1, fit));
}

/** An instance with its disk and its public address, an hour in USD; undefined when its price is not known. */
export function costOfInstanceHour(config: Config, region: string): number | undefined {
  const { capacity } = config.cluster;
  const machine = capacity && hourlyPrice({ instanceType: capacity.instanceType }, region);
  if (!capacity || machine === undefined) return undefined;
  return (
    machine + capacity.rootVolumeGiB * (hourlyPrice("gp3", region) ?? 0) + (hourlyPrice("publicIpv4", region) ?? 0)
  );
}

/**
 * What one more task costs an hour in USD: on Fargate its vCPU, memory and public address; on EC2 its share of a full
 * instance. Undefined when the instance type's price or size is not known.
 */
export function costOfTaskHour(config: Config, region: string): number | undefined {
  if (config.service.launchType !== "FARGATE") {
    const instance = costOfInstanceHour(config, region);
    const fit = tasksPerInstance(config);
    return instance === undefined || fit === undefined ? undefined : instance / fit;
  }
  const { cpu, memory } = config.task;
  const address = (config.service.publicIp ?? true) ? (hourlyPrice("publicIpv4", region) ?? 0) : 0;
  return (
    (cpu / 1024) * (hourlyPrice("fargateVcpu", region) ?? 0) +
    (memory / 1024) * (hourlyPrice("fargateMemory", region) ?? 0) +
    address
  );
}
