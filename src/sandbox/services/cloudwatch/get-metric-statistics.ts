import type * as cloudwatch from "@aws-sdk/client-cloudwatch";
import type { Handler } from "../../wire/api.ts";
import { metricIdOf } from "../../world/metric-queries.ts";
import { findMetric, readBuckets, statisticOf } from "../../world/metrics.ts";
import type { MetricBucket } from "../../world/records/cloudwatch.ts";
import { invalidCombination, missingParameter } from "./errors.ts";

/** In no particular order on AWS; oldest first here. */
export const getMetricStatistics: Handler<typeof cloudwatch, "GetMetricStatistics"> = (input, { region }) => {
  if (!input.Statistics?.length && !input.ExtendedStatistics?.length) throw missingParameter("Statistics");
  if (!input.StartTime || !input.EndTime) throw missingParameter(input.StartTime ? "EndTime" : "StartTime");
  if (input.StartTime >= input.EndTime)
    throw invalidCombination("The parameter StartTime must be less than the parameter EndTime.");
  const period = input.Period ?? 60;
  const from = Math.floor(input.StartTime.getTime() / (period * 1000)) * period * 1000;
  const id = metricIdOf(input);
  const unit = findMetric(region, id)?.unit ?? "None";
  if (input.Unit && input.Unit !== unit) return { Label: input.MetricName, Datapoints: [] };
  const buckets = readBuckets(region, id, { from, to: input.EndTime.getTime(), period });
  const Datapoints = [...buckets.values()].map((bucket) => describePoint(bucket, unit, input));
  return { Label: input.MetricName, Datapoints };
};

function describePoint(
  bucket: MetricBucket,
  Unit: cloudwatch.StandardUnit,
  input: cloudwatch.GetMetricStatisticsCommandInput,
): cloudwatch.Datapoint {
  const point: cloudwatch.Datapoint = { Timestamp: new Date(bucket.at), Unit };
  for (const statistic of input.Statistics ?? []) point[statistic] = statisticOf(bucket, statistic);
  if (!input.ExtendedStatistics?.length) return point;
  const extended = input.ExtendedStatistics.map((name) => [name, statisticOf(bucket, name)] as const);
  point.ExtendedStatistics = Object.fromEntries(
    extended.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  return point;
}
