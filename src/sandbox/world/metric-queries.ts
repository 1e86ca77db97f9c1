import type { MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { computeMetrics, type MathQuery } from "../../core/scaling/metric-set.ts";
import type { MathNode } from "../../core/scaling/math-syntax.ts";
import { readMath } from "../../core/scaling/metric-math.ts";
import { hasOtherUnit, readSeries, type MetricId, type Series, type Window } from "./metrics.ts";
import type { Region, World } from "./world.ts";

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
  const byId = new Map(queries.map((query) => [query.Id ?? "", query]));
  const readOne = (id: string): Series => readQuery(region, byId.get(id), window);
  const known = mathQueries.get(queries) ?? mathQueriesOf(queries);
  mathQueries.set(queries, known);
  return computeMetrics(known, {
    read: readOne,
    get periods() {
      return periodStarts({ ...window, period: periodOf(queries) });
    },
    parse: parserOf(region.world),
  });
}

/** What an alarm's list comes to, which stays the same list. */
const mathQueries = new WeakMap<readonly MetricDataQuery[], MathQuery[]>();
/** Expressions that were read before: an alarm's is needed every minute of the world. */
const expressions = new WeakMap<World, Map<string, MathNode>>();
const keptExpressions = 500;

function parserOf(world: World): (expression: string) => MathNode {
  const known = expressions.get(world) ?? new Map<string, MathNode>();
  expressions.set(world, known);
  return (expression) => {
    const node = known.get(expression) ?? readMath(expression);
    if (known.size >= keptExpressions) known.clear();
    known.set(expression, node);
    return node;
  };
}

function readQuery(region: Region, query: MetricDataQuery | undefined, window: { from: number; to: number }): Series {
  const stat = query?.MetricStat;
  const id = metricIdOf(stat?.Metric ?? {});
  if (hasOtherUnit(region, id, stat?.Unit)) return new Map();
  return readSeries(region, id, { ...window, period: stat?.Period ?? 60 }, stat?.Stat ?? "Average");
}

/** Starts (ms) of the periods of a window. */
function periodStarts({ from, to, period }: Window): number[] {
  const count = Math.max(0, Math.ceil((to - from) / (period * 1000)));
  return Array.from({ length: count }, (_, index) => from + index * period * 1000);
}
