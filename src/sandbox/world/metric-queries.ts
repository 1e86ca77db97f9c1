import type { MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { evaluateMath, idsOf, MathError, type Operand } from "./metric-math.ts";
import { findMetric, readSeries, type MetricId, type Series, type Window } from "./metrics.ts";
import type { Region } from "./world.ts";

/** A metric as the API names it. */
export function metricIdOf(metric: {
  Namespace?: string | undefined;
  MetricName?: string | undefined;
  Dimensions?: readonly { Name?: string | undefined; Value?: string | undefined }[] | undefined;
}): MetricId {
  const dimensions = Object.fromEntries((metric.Dimensions ?? []).map(({ Name, Value }) => [Name ?? "", Value ?? ""]));
  return { namespace: metric.Namespace ?? "", name: metric.MetricName ?? "", dimensions };
}

/** Seconds of a set's periods: the longest that any of its metrics names. */
export const periodOf = (queries: readonly MetricDataQuery[]): number =>
  Math.max(1, ...queries.map((query) => query.MetricStat?.Period ?? query.Period ?? 1));

/**
 * The series of each query by its id. Each metric is read in its own period, from the window's start; expressions see
 * their ids. Throws `MathError` for unknown ids, cycles and bad expressions.
 */
export function runQueries(
  region: Region,
  queries: readonly MetricDataQuery[],
  window: { from: number; to: number },
): Map<string, Series> {
  const byId = new Map(queries.map((query) => [query.Id ?? "", query]));
  const done = new Map<string, Operand>();
  const period = periodOf(queries);
  const periods = periodStarts({ ...window, period });
  const compute = (id: string, path: readonly string[]): Operand => {
    const known = done.get(id);
    if (known !== undefined) return known;
    const query = byId.get(id);
    if (!query || path.includes(id)) throw new MathError(`Unknown metric id '${id}' in expression`);
    const operand = query.MetricStat
      ? readQuery(region, query, window)
      : computeExpression(query.Expression ?? "", (needed) => compute(needed, [...path, id]));
    done.set(id, operand);
    return operand;
  };
  const computeExpression = (expression: string, lookup: (id: string) => Operand): Operand => {
    for (const id of idsOf(expression)) lookup(id);
    const metrics = () => queries.flatMap((query) => (query.MetricStat ? [lookup(query.Id ?? "")] : []));
    return evaluateMath(expression, { lookup, metrics, periods });
  };
  return new Map([...byId.keys()].map((id) => [id, asSeries(compute(id, []), periods)]));
}

const asSeries = (operand: Operand, periods: readonly number[]): Series =>
  typeof operand === "number" ? new Map(periods.map((at) => [at, operand])) : operand;

function readQuery(region: Region, { MetricStat }: MetricDataQuery, window: { from: number; to: number }): Series {
  const id = metricIdOf(MetricStat?.Metric ?? {});
  const unit = findMetric(region, id)?.unit;
  if (MetricStat?.Unit && unit && MetricStat.Unit !== unit) return new Map();
  return readSeries(region, id, { ...window, period: MetricStat?.Period ?? 60 }, MetricStat?.Stat ?? "Average");
}

/** Starts (ms) of the periods of a window. */
function periodStarts({ from, to, period }: Window): number[] {
  const count = Math.max(0, Math.ceil((to - from) / (period * 1000)));
  return Array.from({ length: count }, (_, index) => from + index * period * 1000);
}
