import type { MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { type MathQuery, type MetricSet, openMetricSet } from "../../core/scaling/metric-set.ts";
import { hasOtherUnit, metricKey, readMetric, type MetricId, type Series, type Window } from "./metrics.ts";
import { metrics } from "./records/cloudwatch.ts";
import type { Region } from "./world.ts";

/** A metric as the API names it. */
export function metricIdOf(metric: {
  Namespace?: string | undefined;
  MetricName?: string | undefined;
  Dimensions?: readonly { Name?: string | undefined; Value?: string | undefined }[] | undefined;
}): MetricId {
  const dimensions: Record<string, string> = {};
  for (const { Name = "", Value = "" } of metric.Dimensions ?? []) dimensions[Name] = Value;
  return { namespace: metric.Namespace ?? "", name: metric.MetricName ?? "", dimensions };
}

/** Seconds of a set's periods: the longest that any of its metrics names. */
export const periodOf = (queries: readonly MetricDataQuery[]): number =>
  Math.max(1, ...queries.map((query) => query.MetricStat?.Period ?? query.Period ?? 1));

/** The entries of a request as the arithmetic takes them. */
export const mathQueriesOf = (queries: readonly MetricDataQuery[]): MathQuery[] =>
  queries.map(({ Id = "", Expression, MetricStat, Label, Period }) => ({
    id: Id,
    expression: MetricStat ? undefined : (Expression ?? ""),
    label: `${Label ?? ""} ${MetricStat?.Metric?.MetricName ?? ""}`,
    period: MetricStat?.Period ?? Period ?? 60,
  }));

/**
 * The series of each query by its id, several where an expression is an array. Each metric is read in its own period,
 * from the window's start. Throws `MathError` for unknown ids, cycles and bad expressions.
 */
export function runQueries(
  region: Region,
  queries: readonly MetricDataQuery[],
  window: { from: number; to: number },
): Map<string, Series[]> {
  const { math, sources } = openSet(queries);
  return math.compute({
    read: (id) => readSource(region, sources.get(id), window),
    periods: () => periodStarts({ ...window, period: periodOf(queries) }),
  });
}

/** What a list of queries comes to: the arithmetic, and the metrics by id. */
interface QuerySet {
  math: MetricSet;
  sources: ReadonlyMap<string, Source>;
}

interface Source {
  /** In the table of metrics. */
  key: string;
  /** Seconds. */
  period: number;
  statistic: string;
  unit: string | undefined;
}

/** An alarm's list stays the same list, and is needed every minute of the world. */
const sets = new WeakMap<readonly MetricDataQuery[], QuerySet>();

function openSet(queries: readonly MetricDataQuery[]): QuerySet {
  const known = sets.get(queries);
  if (known) return known;
  const sources = new Map(queries.map((query) => [query.Id ?? "", sourceOf(query)]));
  const made = { math: openMetricSet(mathQueriesOf(queries)), sources };
  sets.set(queries, made);
  return made;
}

const sourceOf = ({ MetricStat: stat }: MetricDataQuery): Source => ({
  key: metricKey(metricIdOf(stat?.Metric ?? {})),
  period: stat?.Period ?? 60,
  statistic: stat?.Stat ?? "Average",
  unit: stat?.Unit,
});

function readSource(region: Region, source: Source | undefined, window: { from: number; to: number }): Series {
  const metric = source && metrics(region).get(source.key);
  if (!source || hasOtherUnit(metric, source.unit)) return new Map();
  const { from, to } = window;
  return readMetric(metric, { from, to, period: source.period }, source.statistic);
}

/** Starts (ms) of the periods of a window. */
function periodStarts({ from, to, period }: Window): number[] {
  const count = Math.max(0, Math.ceil((to - from) / (period * 1000)));
  return Array.from({ length: count }, (_, index) => from + index * period * 1000);
}
