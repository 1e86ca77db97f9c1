import type { StandardUnit } from "@aws-sdk/client-cloudwatch";
import { type Distribution, extendedStatistic, isExtendedStatistic } from "./distribution.ts";
import {
  addSums,
  addToBucket,
  bucketsSince,
  copyBucket,
  indexSince,
  mergeBucket,
  openBucket,
  rollUp,
  sumsOf,
} from "./metric-buckets.ts";
import { metrics, type MetricBucket, type MetricRecord } from "./records/cloudwatch.ts";
import type { Region } from "./world.ts";

export interface MetricId {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
}

export interface MetricSample extends MetricId {
  at: Date;
  value: number;
  unit?: StandardUnit | undefined;
  /** 1 for high-resolution metrics; 60 unless told. */
  resolution?: 1 | 60 | undefined;
}

/** Several values at once: what `StatisticValues` of PutMetricData says. */
export interface StatisticSample extends Omit<MetricSample, "value"> {
  count: number;
  sum: number;
  min: number;
  max: number;
  /** Absent when only the sums are known. */
  distribution?: Distribution | undefined;
}

export interface Window {
  /** Start, ms; the first period begins here. */
  from: number;
  /** End, ms, exclusive. */
  to: number;
  /** Seconds. */
  period: number;
}

/** Values by the start of their period (ms), oldest first. Periods without data are absent. */
export type Series = Map<number, number>;

/** Under which a metric is in its table. */
export function metricKey({ namespace, name, dimensions }: MetricId): string {
  const names = Object.keys(dimensions);
  if (names.length > 1) names.sort();
  let key = `${namespace}\n${name}`;
  for (const dimension of names) key += `\n${dimension}=${dimensions[dimension]}`;
  return key;
}

/** Adds one value to a metric, which is made on first use. */
export function recordMetric(region: Region, sample: MetricSample): void {
  const { value } = sample;
  recordStatistics(region, {
    ...sample,
    count: 1,
    sum: value,
    min: value,
    max: value,
    distribution: { values: [value] },
  });
}

/** Adds a set of values to a metric, which is made on first use. */
export function recordStatistics(region: Region, sample: StatisticSample): void {
  const metric = openMetric(region, sample);
  const at = Math.floor(sample.at.getTime() / (metric.resolution * 1000)) * metric.resolution * 1000;
  addToBucket(openBucket(metric.buckets, at), sample, sample.distribution);
  rollUp(metric);
}

function openMetric(region: Region, sample: StatisticSample): MetricRecord {
  const table = metrics(region);
  const key = metricKey(sample);
  const existing = table.get(key);
  if (existing) {
    if (sample.resolution === 1) existing.resolution = 1;
    return existing;
  }
  const { namespace, name, unit, resolution = 60 } = sample;
  const dimensions = Object.entries(sample.dimensions).map(([Name, Value]) => ({ Name, Value }));
  const made: MetricRecord = { namespace, name, dimensions, unit, resolution, buckets: [] };
  table.set(key, made);
  return made;
}

/** The metric of exactly these dimensions, if anything was ever recorded for it. */
export const findMetric = (region: Region, id: MetricId): MetricRecord | undefined =>
  metrics(region).get(metricKey(id));

/** Whether somebody asks for a metric in a unit that it is not recorded in. */
export const hasOtherUnit = (metric: MetricRecord | undefined, asked: string | undefined): boolean =>
  asked !== undefined && metric?.unit !== undefined && metric.unit !== asked;

/** One aggregate for each period of the window that has data: to be read only. */
export const readBuckets = (region: Region, id: MetricId, window: Window): Map<number, MetricBucket> =>
  bucketsByPeriod(findMetric(region, id), window);

/** `sumsOnly`: nobody looks at the values of the buckets, which need not be put together then. */
function bucketsByPeriod(
  metric: MetricRecord | undefined,
  window: Window,
  sumsOnly = false,
): Map<number, MetricBucket> {
  const copy = sumsOnly ? (bucket: MetricBucket, at: number) => ({ ...sumsOf(bucket), at }) : copyBucket;
  const merge = sumsOnly ? addSums : mergeBucket;
  const periodMs = window.period * 1000;
  const result = new Map<number, MetricBucket>();
  const copied = new Set<number>();
  for (const bucket of bucketsSince(metric, window.from, window.period)) {
    if (bucket.at >= window.to) continue;
    const start = window.from + Math.floor((bucket.at - window.from) / periodMs) * periodMs;
    const former = result.get(start);
    if (!former) result.set(start, bucket.at === start ? bucket : copy(bucket, start));
    else if (copied.has(start)) merge(former, bucket);
    else {
      // Most periods have one bucket, which is shown as it is; of several a sum is made.
      const sum = copy(former, start);
      copied.add(start);
      merge(sum, bucket);
      result.set(start, sum);
    }
  }
  return result;
}

/** One statistic for each period of the window that has data: `Average`, `Sum`, `Minimum`, `Maximum`, `SampleCount`, `p99`, `tm90`. */
export const readSeries = (region: Region, id: MetricId, window: Window, statistic: string): Series =>
  readMetric(findMetric(region, id), window, statistic);

/** `readSeries` of a metric that was found before. */
export function readMetric(metric: MetricRecord | undefined, window: Window, statistic: string): Series {
  const series: Series = new Map();
  if (metric && isPlain(metric, window)) {
    // What alarms ask for every minute: one bucket a period, all of them still there.
    const { buckets } = metric;
    for (let index = indexSince(buckets, window.from); index < buckets.length; index++) {
      const bucket = buckets[index];
      const value = bucket && bucket.at < window.to ? statisticOf(bucket, statistic) : undefined;
      if (bucket && value !== undefined) series.set(bucket.at, value);
    }
    return series;
  }
  for (const [at, bucket] of bucketsByPeriod(metric, window, isPlainStatistic(statistic))) {
    const value = statisticOf(bucket, statistic);
    if (value !== undefined) series.set(at, value);
  }
  return series;
}

/** The same, one value for every period of the window, undefined where there is no data. */
export function readValues(
  metric: MetricRecord | undefined,
  window: Window,
  statistic: string,
): (number | undefined)[] {
  if (!metric || !isPlain(metric, window)) return valuesOf(readMetric(metric, window, statistic), window);
  const { from, to, period } = window;
  const { buckets } = metric;
  const values: (number | undefined)[] = [];
  for (let at = from, index = indexSince(buckets, from); at < to; at += period * 1000) {
    const bucket = buckets[index]?.at === at ? buckets[index++] : undefined;
    values.push(bucket && statisticOf(bucket, statistic));
  }
  return values;
}

/** The values of a series in the periods of a window. */
export function valuesOf(series: Series | undefined, { from, to, period }: Window): (number | undefined)[] {
  const values: (number | undefined)[] = [];
  for (let at = from; at < to; at += period * 1000) values.push(series?.get(at));
  return values;
}

const isPlain = ({ resolution, buckets }: MetricRecord, { from, period }: Window): boolean =>
  resolution === period && from % (period * 1000) === 0 && from >= (buckets[0]?.at ?? Infinity);

/** Undefined for a statistic that is unknown, or for a percentile whose values are not known. */
export function statisticOf(bucket: MetricBucket, statistic: string): number | undefined {
  switch (statistic) {
    case "Average":
      return bucket.sum / bucket.count;
    case "Sum":
      return bucket.sum;
    case "Minimum":
      return bucket.min;
    case "Maximum":
      return bucket.max;
    case "SampleCount":
      return bucket.count;
    default:
      return extendedStatistic(bucket, statistic);
  }
}

/** The ones that sums are enough for. */
const isPlainStatistic = (statistic: string): boolean => /^(Average|Sum|Minimum|Maximum|SampleCount)$/.test(statistic);

/** True for what `readSeries` can compute. */
export const isStatistic = (statistic: string): boolean =>
  isPlainStatistic(statistic) || isExtendedStatistic(statistic);
