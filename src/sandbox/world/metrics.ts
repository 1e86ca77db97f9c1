import type { StandardUnit } from "@aws-sdk/client-cloudwatch";
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
  values?: readonly number[] | undefined;
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

const maxValuesInBucket = 100;
/** AWS keeps one-minute data for 15 days and high-resolution data for 3 hours; a day is enough here and keeps the state small. */
const keepMs = { 60: 24 * 3_600_000, 1: 3 * 3_600_000 };

const keyOf = ({ namespace, name, dimensions }: MetricId): string =>
  JSON.stringify([namespace, name, ...Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);

/** Adds one value to a metric, which is made on first use. */
export function recordMetric(region: Region, sample: MetricSample): void {
  const { value } = sample;
  recordStatistics(region, { ...sample, count: 1, sum: value, min: value, max: value, values: [value] });
}

/** Adds a set of values to a metric, which is made on first use. */
export function recordStatistics(region: Region, sample: StatisticSample): void {
  const metric = openMetric(region, sample);
  const at = Math.floor(sample.at.getTime() / (metric.resolution * 1000)) * metric.resolution * 1000;
  addToBucket(openBucket(metric, at), sample);
  pruneBuckets(metric);
}

function openMetric(region: Region, sample: StatisticSample): MetricRecord {
  const table = metrics(region);
  const key = keyOf(sample);
  const existing = table.get(key);
  if (existing) return existing;
  const { namespace, name, unit, resolution = 60 } = sample;
  const dimensions = Object.entries(sample.dimensions).map(([Name, Value]) => ({ Name, Value }));
  const made: MetricRecord = { namespace, name, dimensions, unit, resolution, buckets: [] };
  table.set(key, made);
  return made;
}

function openBucket({ buckets }: MetricRecord, at: number): MetricBucket {
  let index = buckets.length;
  while (index > 0 && (buckets[index - 1]?.at ?? 0) > at) index--;
  const found = buckets[index - 1];
  if (found?.at === at) return found;
  const made: MetricBucket = { at, count: 0, sum: 0, min: Infinity, max: -Infinity, values: [] };
  buckets.splice(index, 0, made);
  return made;
}

function addToBucket(bucket: MetricBucket, sample: StatisticSample): void {
  bucket.count += sample.count;
  bucket.sum += sample.sum;
  bucket.min = Math.min(bucket.min, sample.min);
  bucket.max = Math.max(bucket.max, sample.max);
  const values = bucket.values && sample.values ? [...bucket.values, ...sample.values] : undefined;
  if (values && values.length <= maxValuesInBucket) bucket.values = values;
  else delete bucket.values;
}

function pruneBuckets({ buckets, resolution }: MetricRecord): void {
  const oldest = (buckets.at(-1)?.at ?? 0) - keepMs[resolution];
  let gone = 0;
  while ((buckets[gone]?.at ?? Infinity) < oldest) gone++;
  if (gone > 0) buckets.splice(0, gone);
}

/** The metric of exactly these dimensions, if anything was ever recorded for it. */
export const findMetric = (region: Region, id: MetricId): MetricRecord | undefined => metrics(region).get(keyOf(id));

/** One aggregate for each period of the window that has data. */
export function readBuckets(region: Region, id: MetricId, window: Window): Map<number, MetricBucket> {
  const periodMs = window.period * 1000;
  const result = new Map<number, MetricBucket>();
  for (const bucket of bucketsSince(findMetric(region, id), window.from)) {
    if (bucket.at >= window.to) break;
    const start = window.from + Math.floor((bucket.at - window.from) / periodMs) * periodMs;
    const merged = result.get(start);
    if (merged) mergeBucket(merged, bucket);
    else result.set(start, { ...bucket, at: start });
  }
  return result;
}

/** Alarms look at the end of a day's buckets, so the search begins there. */
function bucketsSince(metric: MetricRecord | undefined, from: number): MetricBucket[] {
  const buckets = metric?.buckets ?? [];
  let index = buckets.length;
  while (index > 0 && (buckets[index - 1]?.at ?? 0) >= from) index--;
  return buckets.slice(index);
}

function mergeBucket(into: MetricBucket, { count, sum, min, max, values }: MetricBucket): void {
  into.count += count;
  into.sum += sum;
  into.min = Math.min(into.min, min);
  into.max = Math.max(into.max, max);
  if (into.values && values) into.values = [...into.values, ...values];
  else delete into.values;
}

/** One statistic for each period of the window that has data: `Average`, `Sum`, `Minimum`, `Maximum`, `SampleCount`, `p99`. */
export function readSeries(region: Region, id: MetricId, window: Window, statistic: string): Series {
  const series: Series = new Map();
  for (const [at, bucket] of readBuckets(region, id, window)) {
    const value = statisticOf(bucket, statistic);
    if (value !== undefined) series.set(at, value);
  }
  return series;
}

/** Undefined for a statistic that is unknown, or for a percentile whose values were not kept. */
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
      return percentileOf(bucket, statistic);
  }
}

function percentileOf({ values }: MetricBucket, statistic: string): number | undefined {
  const percent = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(statistic)?.[1];
  if (percent === undefined || !values?.length) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((Number(percent) / 100) * sorted.length) - 1)];
}

/** True for what `readSeries` can compute. */
export const isStatistic = (statistic: string): boolean =>
  /^(Average|Sum|Minimum|Maximum|SampleCount|p(\d{1,2}(\.\d+)?|100))$/.test(statistic);
