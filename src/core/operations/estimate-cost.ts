import type { Config } from "../config/schema.ts";
import type { Cost } from "../plan/build.ts";

/** On-demand Linux prices of us-east-1 in USD an hour, from the EC2 price pages on this day. */
const pricesAsOf = "2025-11-01";
const hourlyByType: Readonly<Record<string, number>> = {
  "t2.micro": 0.0116,
  "t2.small": 0.023,
  "t2.medium": 0.0464,
  "t2.large": 0.0928,
  "t3.micro": 0.0104,
  "t3.small": 0.0208,
  "t3.medium": 0.0416,
  "t3.large": 0.0832,
  "m5.large": 0.096,
  "m5.xlarge": 0.192,
  "c5.large": 0.085,
  "c5.xlarge": 0.17,
};
/** gp3, a GiB and month; a month has 730 hours in AWS's price pages. */
const gp3Monthly = 0.08;
const hoursAMonth = 730;
const publicIpv4Hourly = 0.005;

const round = (usd: number): number => Math.round(usd * 10_000) / 10_000;

/** What the capacity costs an hour at its smallest and its largest; null where no price is known. */
export function estimateCost(config: Config, region: string): Cost | null {
  const { capacity } = config.cluster;
  const instance = capacity && hourlyByType[capacity.instanceType];
  if (!capacity || instance === undefined || region !== "us-east-1") return null;
  const one = instance + publicIpv4Hourly + (capacity.rootVolumeGiB * gp3Monthly) / hoursAMonth;
  return {
    currency: "USD",
    hourlyMin: round(one * capacity.min),
    hourlyMax: round(one * capacity.max),
    pricesAsOf,
    note: "instances on demand, their gp3 volumes and public IPv4 addresses in us-east-1; not traffic, logs, alarms or image storage",
  };
}
