/**
 * What AWS charges, on demand and without free tier, in us-east-1: facts with their source and the day on which a
 * public page was last seen to state them. `confirmed` null: from the price page as it is known, but no stored page
 * with the figure could be found to check it against. No price here was read from the price list API.
 */
export interface Price {
  usd: number;
  /** What one unit is. */
  unit: "hour" | "GB-hour" | "vCPU-hour" | "LCU-hour" | "GB-month" | "GB" | "metric-month" | "alarm-month" | "month";
  /** Name of AWS's price page. */
  source: string;
  /** ISO date. */
  confirmed: string | null;
  /** The same in every region. */
  everywhere?: true;
}

/** The day that the estimate as a whole speaks for. */
export const pricesAsOf = "2026-04-01";
/** The region whose prices are exact. */
export const exactRegion = "us-east-1";
/** A month of AWS's price pages. */
export const hoursAMonth = 730;

const cloudwatch = "Amazon CloudWatch pricing";
const fargate = "AWS Fargate pricing, Linux on x86";

export const prices = {
  fargateVcpu: { usd: 0.04048, unit: "vCPU-hour", source: fargate, confirmed: "2026-04-01" },
  fargateMemory: { usd: 0.004445, unit: "GB-hour", source: fargate, confirmed: "2026-04-01" },
  balancer: {
    usd: 0.0225,
    unit: "hour",
    source: "Elastic Load Balancing pricing, Application Load Balancer",
    confirmed: null,
  },
  balancerCapacity: {
    usd: 0.008,
    unit: "LCU-hour",
    source: "Elastic Load Balancing pricing, Application Load Balancer",
    confirmed: null,
  },
  publicIpv4: {
    usd: 0.005,
    unit: "hour",
    source: "Amazon VPC pricing, public IPv4 addresses",
    confirmed: "2024-06-01",
    everywhere: true,
  },
  gp3: { usd: 0.08, unit: "GB-month", source: "Amazon EBS pricing, gp3 storage", confirmed: null },
  logIngestion: { usd: 0.5, unit: "GB", source: `${cloudwatch}, standard logs`, confirmed: "2026-06-13" },
  logStorage: { usd: 0.03, unit: "GB-month", source: `${cloudwatch}, log storage, compressed`, confirmed: null },
  alarm: { usd: 0.1, unit: "alarm-month", source: `${cloudwatch}, standard resolution alarms`, confirmed: null },
  fastAlarm: { usd: 0.3, unit: "alarm-month", source: `${cloudwatch}, high resolution alarms`, confirmed: null },
  compositeAlarm: { usd: 0.5, unit: "alarm-month", source: `${cloudwatch}, composite alarms`, confirmed: null },
  metric: { usd: 0.3, unit: "metric-month", source: `${cloudwatch}, first 10,000 metrics`, confirmed: "2026-02-15" },
  dashboard: { usd: 3, unit: "month", source: `${cloudwatch}, custom dashboards`, confirmed: "2026-06-13" },
  secret: { usd: 0.4, unit: "month", source: "AWS Secrets Manager pricing, a secret", confirmed: null },
} as const satisfies Record<string, Price>;

export type PriceName = keyof typeof prices;

const ec2 = "Amazon EC2 on-demand pricing, Linux";

/** Burstable types do not double everywhere by the same rule as the others, so each stands for itself. */
const burstable: Readonly<Record<string, readonly [nano: number, micro: number, small: number, medium: number]>> = {
  t2: [0.0058, 0.0116, 0.023, 0.0464],
  t3: [0.0052, 0.0104, 0.0208, 0.0416],
  t3a: [0.0047, 0.0094, 0.0188, 0.0376],
  t4g: [0.0042, 0.0084, 0.0168, 0.0336],
};
/** `large` of each family; larger sizes double. */
const large: Readonly<Record<string, readonly [usd: number, confirmed: string | null]>> = {
  t2: [0.0928, null],
  t3: [0.0832, "2026-06-17"],
  t3a: [0.0752, null],
  t4g: [0.0672, null],
  m5: [0.096, null],
  m5a: [0.086, null],
  m6a: [0.0864, null],
  m6g: [0.077, null],
  m6i: [0.096, null],
  m7g: [0.0816, "2026-06-17"],
  m7i: [0.1008, null],
  c5: [0.085, "2023-01-01"],
  c5a: [0.077, null],
  c6g: [0.068, null],
  c6i: [0.085, null],
  c7g: [0.0725, null],
  c7i: [0.08925, null],
  r5: [0.126, null],
  r6g: [0.1008, null],
  r6i: [0.126, null],
  r7g: [0.1071, null],
};

/** The price of an hour of an EC2 instance type in us-east-1; undefined for types that the table does not know. */
export function instancePrice(type: string): Price | undefined {
  const [family = "", size = ""] = type.split(".");
  const small = ["nano", "micro", "small", "medium"].indexOf(size);
  if (small >= 0) {
    const usd = burstable[family]?.[small];
    return usd === undefined ? undefined : { usd, unit: "hour", source: ec2, confirmed: null };
  }
  const base = large[family];
  const times = size === "large" ? 1 : size === "xlarge" ? 2 : 2 * Number(/^(\d+)xlarge$/.exec(size)?.[1]);
  if (!base || !Number.isFinite(times)) return undefined;
  return { usd: Math.round(base[0] * times * 1e6) / 1e6, unit: "hour", source: ec2, confirmed: base[1] };
}

/**
 * How much dearer than us-east-1 a region is: the price of a t3.small there by its price in us-east-1. Other services
 * differ by about as much, so everything outside us-east-1 is an approximation.
 */
const regionFactors: Readonly<Record<string, number>> = {
  "us-east-1": 1,
  "us-east-2": 1,
  "us-west-1": 1.19,
  "us-west-2": 1,
  "af-south-1": 1.3,
  "ap-east-1": 1.4,
  "ap-northeast-1": 1.31,
  "ap-northeast-2": 1.25,
  "ap-northeast-3": 1.31,
  "ap-south-1": 1.08,
  "ap-southeast-1": 1.27,
  "ap-southeast-2": 1.27,
  "ca-central-1": 1.12,
  "eu-central-1": 1.15,
  "eu-north-1": 1.04,
  "eu-south-1": 1.15,
  "eu-west-1": 1.1,
  "eu-west-2": 1.13,
  "eu-west-3": 1.13,
  "me-south-1": 1.21,
  "sa-east-1": 1.62,
};

/** The factor of a region; 1.2 where it is not known, the middle of what is. */
export const regionFactor = (region: string): number => regionFactors[region] ?? 1.2;
