import type * as cloudwatch from "@aws-sdk/client-cloudwatch";
import type { Handler } from "../../wire/api.ts";
import { MathError } from "../../../core/scaling/metric-math.ts";
import { periodOf, runQueries } from "../../world/metric-queries.ts";
import { isStatistic, type Series } from "../../world/metrics.ts";
import type { Region } from "../../world/world.ts";
import { missingParameter, validationError } from "./errors.ts";

/** Newest first unless told; all in one answer. */
export const getMetricData: Handler<typeof cloudwatch, "GetMetricData"> = (input, { region }) => {
  if (!input.StartTime || !input.EndTime) throw missingParameter(input.StartTime ? "EndTime" : "StartTime");
  const queries = input.MetricDataQueries ?? [];
  checkQueries(queries);
  if (input.StartTime >= input.EndTime)
    throw validationError("The parameter StartTime must be less than the parameter EndTime.");
  // Periods begin at whole multiples of themselves.
  const periodMs = periodOf(queries) * 1000;
  const from = Math.floor(input.StartTime.getTime() / periodMs) * periodMs;
  const series = run(region, queries, { from, to: input.EndTime.getTime() });
  const ascending = input.ScanBy === "TimestampAscending";
  const MetricDataResults = queries
    .filter(({ ReturnData }) => ReturnData !== false)
    .flatMap((query) => (series.get(query.Id ?? "") ?? []).map((one) => describeResult(query, one, ascending)));
  return { MetricDataResults, Messages: [] };
};

function checkQueries(queries: readonly cloudwatch.MetricDataQuery[]): void {
  const ids = new Set<string>();
  for (const { Id = "", MetricStat, Expression } of queries) {
    if (!/^[a-z][A-Za-z0-9_]*$/.test(Id))
      throw validationError(
        `The value ${Id} for parameter MetricDataQueries.member.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
      );
    if (ids.has(Id)) throw validationError(`The values for parameter id in MetricDataQueries are not unique: ${Id}.`);
    ids.add(Id);
    if ((MetricStat === undefined) === (Expression === undefined))
      throw validationError("Exactly one of MetricStat and Expression must be specified in a MetricDataQuery.");
    if (MetricStat && !isStatistic(MetricStat.Stat ?? ""))
      throw validationError(
        `The value ${MetricStat.Stat} for parameter MetricDataQueries.member.MetricStat.Stat is not a valid statistic.`,
      );
  }
}

function run(
  region: Region,
  queries: readonly cloudwatch.MetricDataQuery[],
  window: { from: number; to: number },
): Map<string, Series[]> {
  try {
    return runQueries(region, queries, window);
  } catch (error) {
    if (error instanceof MathError) throw validationError(error.message);
    throw error;
  }
}

function describeResult(
  query: cloudwatch.MetricDataQuery,
  series: Series,
  ascending: boolean,
): cloudwatch.MetricDataResult {
  const points = [...series].sort(([a], [b]) => (ascending ? a - b : b - a));
  return {
    Id: query.Id,
    Label: query.Label ?? query.MetricStat?.Metric?.MetricName ?? query.Id,
    Timestamps: points.map(([at]) => new Date(at)),
    Values: points.map(([, value]) => value),
    StatusCode: "Complete",
  };
}
