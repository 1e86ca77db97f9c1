import type * as cloudwatch from "@aws-sdk/client-cloudwatch";
import type { Handler } from "../../wire/api.ts";
import { metricIdOf } from "../../world/metric-queries.ts";
import { distributionOf } from "../../world/distribution.ts";
import { recordStatistics, type StatisticSample } from "../../world/metrics.ts";
import type { Region } from "../../world/world.ts";
import { invalidCombination, invalidValue, missingParameter } from "./errors.ts";

/** Data is kept under its own time, now unless told; two weeks back and two hours ahead are allowed. */
export const putMetricData: Handler<typeof cloudwatch, "PutMetricData"> = (input, { region }) => {
  const Namespace = input.Namespace ?? "";
  if (Namespace === "") throw missingParameter("Namespace");
  if (Namespace.startsWith("AWS/"))
    throw invalidValue('The value AWS/ for parameter Namespace is invalid. Custom metrics must not begin with "AWS/".');
  const samples = (input.MetricData ?? []).map((datum, index) => readDatum(region, { Namespace, datum, index }));
  for (const sample of samples) recordStatistics(region, sample);
  return {};
};

interface Given {
  Namespace: string;
  datum: cloudwatch.MetricDatum;
  index: number;
}

function readDatum(region: Region, { Namespace, datum, index }: Given): StatisticSample {
  const at = datum.Timestamp ?? region.world.clock.date();
  const age = region.world.clock.now() - at.getTime();
  const place = `MetricData.member.${index + 1}`;
  if (age > 14 * 86_400_000 || age < -2 * 3_600_000)
    throw invalidValue(
      `The parameter ${place}.Timestamp must specify a time within the past two weeks and no more than two hours into the future.`,
    );
  const id = metricIdOf({ Namespace, ...datum });
  return {
    ...id,
    at,
    unit: datum.Unit,
    resolution: datum.StorageResolution === 1 ? 1 : 60,
    ...readValues(datum, place),
  };
}

type Aggregate = Pick<StatisticSample, "count" | "sum" | "min" | "max" | "distribution">;

function readValues(datum: cloudwatch.MetricDatum, place: string): Aggregate {
  const { Value, StatisticValues, Values, Counts } = datum;
  if ([Value, StatisticValues, Values].filter((given) => given !== undefined).length > 1)
    throw invalidCombination(
      `The parameters ${place}.Value, ${place}.Values and ${place}.StatisticValues are mutually exclusive and you have specified more than one.`,
    );
  if (StatisticValues) {
    const { SampleCount = 0, Sum = 0, Minimum = 0, Maximum = 0 } = StatisticValues;
    // What one value stands for is known without the others.
    const distribution =
      Minimum === Maximum || SampleCount === 1 ? distributionOf([Minimum], [SampleCount]) : undefined;
    return { count: SampleCount, sum: Sum, min: Minimum, max: Maximum, distribution };
  }
  const values = Values ?? (Value === undefined ? [] : [Value]);
  if (values.length === 0) throw missingParameter(`${place}.Value`);
  if (!values.every(Number.isFinite)) throw invalidValue(`The value NaN for parameter ${place}.Value is invalid.`);
  if (Counts && Counts.length !== values.length)
    throw invalidCombination(`The parameters ${place}.Values and ${place}.Counts must be of the same length.`);
  return aggregate(values, Counts ?? values.map(() => 1));
}

function aggregate(values: readonly number[], counts: readonly number[]): Aggregate {
  return {
    count: counts.reduce((sum, count) => sum + count, 0),
    sum: values.reduce((sum, value, index) => sum + value * (counts[index] ?? 0), 0),
    min: Math.min(...values),
    max: Math.max(...values),
    distribution: distributionOf(values, counts),
  };
}
