import { addToDistribution, type Distribution } from "./distribution.ts";
import type { MetricBucket, MetricRecord } from "./records/cloudwatch.ts";

const hourMs = 3_600_000;
/**
 * AWS keeps high-resolution data for 3 hours, minutes for 15 days, five minutes for 63 days and hours for 455. The state of
 * a sandbox is to stay small: minutes are kept for a day, hours for 15 days (a forecast looks back 14).
 */
const highResolutionMs = 3 * hourMs;
const minutesMs = 24 * hourMs;
const hoursMs = 15 * 24 * hourMs;

/** The bucket that begins at `at` (ms), made when there is none. */
export function openBucket(buckets: MetricBucket[], at: number): MetricBucket {
  let index = buckets.length;
  while (index > 0 && (buckets[index - 1]?.at ?? 0) > at) index--;
  const found = buckets[index - 1];
  if (found?.at === at) return found;
  const made: MetricBucket = { at, count: 0, sum: 0, min: Infinity, max: -Infinity, values: [] };
  // Mostly it is the newest.
  if (index === buckets.length) buckets.push(made);
  else buckets.splice(index, 0, made);
  return made;
}

type Sums = Pick<MetricBucket, "count" | "sum" | "min" | "max">;

/** Adds values, of which at least the sums are known, to a bucket in place. */
export function addToBucket(into: MetricBucket, added: Sums, distribution: Distribution | undefined): void {
  addSums(into, added);
  addToDistribution(into, distribution);
}

/** Adds what a bucket holds to another one, in place. */
export const mergeBucket = (into: MetricBucket, added: MetricBucket): void => addToBucket(into, added, added);

/** `mergeBucket` for who asks for no percentiles: the values are left alone. */
export function addSums(into: Sums, added: Sums): void {
  into.count += added.count;
  into.sum += added.sum;
  into.min = Math.min(into.min, added.min);
  into.max = Math.max(into.max, added.max);
}

/** A copy whose period begins at `at`; merging into it leaves the original alone. */
export const copyBucket = ({ values, bins, ...bucket }: MetricBucket, at: number): MetricBucket => ({
  ...bucket,
  at,
  ...(values ? { values: [...values] } : {}),
  ...(bins ? { bins: { ...bins } } : {}),
});

/** Puts what has become old into coarser buckets, and forgets the oldest. */
export function rollUp(metric: MetricRecord): void {
  const newest = metric.buckets.at(-1)?.at ?? 0;
  if (metric.resolution === 1) moveOld(metric.buckets, (metric.minutes ??= []), newest - highResolutionMs, 60_000);
  const minutes = metric.resolution === 1 ? (metric.minutes ?? []) : metric.buckets;
  moveOld(minutes, (metric.hours ??= []), newest - minutesMs, hourMs);
  dropBefore(metric.hours, newest - hoursMs);
}

function moveOld(from: MetricBucket[], to: MetricBucket[], before: number, periodMs: number): void {
  // An hour at a time: moving one each minute would copy the others each minute.
  if ((from[0]?.at ?? before) >= before - hourMs) return;
  for (const bucket of dropBefore(from, before))
    mergeBucket(
      openBucket(to, Math.floor(bucket.at / periodMs) * periodMs),
      periodMs < hourMs ? bucket : sumsOf(bucket),
    );
}

/** Hours keep no percentiles: their values would be most of the state. */
export const sumsOf = ({ at, count, sum, min, max }: MetricBucket): MetricBucket => ({ at, count, sum, min, max });

function dropBefore(buckets: MetricBucket[], before: number): MetricBucket[] {
  if ((buckets[0]?.at ?? before) >= before) return [];
  let gone = 0;
  while (gone < buckets.length && (buckets[gone]?.at ?? 0) < before) gone++;
  return buckets.splice(0, gone);
}

/**
 * Coarse ones first; each kind is in order. Who asks for a `period` (seconds) finer than what is kept gets nothing of it, as
 * on AWS.
 */
export function bucketsSince(metric: MetricRecord | undefined, from: number, period: number): MetricBucket[] {
  if (!metric) return [];
  const { buckets, minutes = [], hours = [] } = metric;
  return [
    ...(period >= 3600 ? newestSince(hours, from) : []),
    ...(period >= 60 ? newestSince(minutes, from) : []),
    ...newestSince(buckets, from),
  ];
}

const newestSince = (buckets: MetricBucket[], from: number): MetricBucket[] => buckets.slice(indexSince(buckets, from));

/** Where the buckets from a time (ms) on begin. Alarms look at the end, so the search begins there. */
export function indexSince(buckets: readonly MetricBucket[], from: number): number {
  let index = buckets.length;
  while (index > 0 && (buckets[index - 1]?.at ?? 0) >= from) index--;
  return index;
}
