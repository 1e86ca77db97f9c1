import type * as cloudwatch from "@aws-sdk/client-cloudwatch";
import type { Handler } from "../../wire/api.ts";
import { MathError } from "../../../core/scaling/metric-math.ts";
import { checkMetrics } from "../../../core/scaling/metric-set.ts";
import { mathQueriesOf } from "../../world/metric-queries.ts";
import { alarmPeriod, putAlarm } from "../../world/alarms.ts";
import { isStatistic } from "../../world/metrics.ts";
import { alarms, cloudwatchTags } from "../../world/records/cloudwatch.ts";
import { invalidCombination, missingParameter, validationError } from "./errors.ts";

type Input = cloudwatch.PutMetricAlarmCommandInput;

const comparisons = new Set([
  "GreaterThanOrEqualToThreshold",
  "GreaterThanThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
]);
const treatments = new Set(["breaching", "notBreaching", "ignore", "missing"]);

/** Makes an alarm or replaces everything about one but its state. Tags count only for a new alarm. */
export const putMetricAlarm: Handler<typeof cloudwatch, "PutMetricAlarm"> = (input, { region }) => {
  if (!input.AlarmName) throw missingParameter("AlarmName");
  checkRule(input);
  if (input.Metrics?.length) checkExpression(input);
  else checkMetric(input);
  const existed = alarms(region).has(input.AlarmName);
  const { Tags, AlarmName, ...settings } = input;
  const { alarm } = putAlarm(region, {
    ...settings,
    AlarmName,
    OKActions: input.OKActions ?? [],
    AlarmActions: input.AlarmActions ?? [],
    InsufficientDataActions: input.InsufficientDataActions ?? [],
    ...(input.Metrics?.length ? {} : { Dimensions: input.Dimensions ?? [] }),
  });
  if (!existed && Tags?.length)
    cloudwatchTags(region).set(
      alarm.AlarmArn,
      Object.fromEntries(Tags.map(({ Key, Value }) => [Key ?? "", Value ?? ""])),
    );
  return {};
};

function checkRule(input: Input): void {
  if (input.EvaluationPeriods === undefined) throw missingParameter("EvaluationPeriods");
  if (input.ComparisonOperator === undefined) throw missingParameter("ComparisonOperator");
  if (!comparisons.has(input.ComparisonOperator))
    throw validationError(`The sandbox does not evaluate ${input.ComparisonOperator}: it has no anomaly detection.`);
  if (input.Threshold === undefined) throw missingParameter("Threshold");
  if (input.TreatMissingData !== undefined && !treatments.has(input.TreatMissingData))
    throw validationError(
      `The value ${input.TreatMissingData} is not supported for TreatMissingData parameter. Supported values are [breaching, notBreaching, ignore, missing].`,
    );
  if (input.EvaluationPeriods * alarmPeriod(input) > 86_400)
    throw validationError(
      "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).",
    );
  if ((input.DatapointsToAlarm ?? 0) > input.EvaluationPeriods)
    throw validationError("DatapointsToAlarm must be less than or equal to EvaluationPeriods.");
}

function checkMetric(input: Input): void {
  if (!input.MetricName) throw missingParameter("MetricName");
  if (!input.Namespace) throw missingParameter("Namespace");
  if (input.Period === undefined) throw missingParameter("Period");
  if (![10, 20, 30].includes(input.Period) && (input.Period <= 0 || input.Period % 60 !== 0))
    throw validationError("Period must be 10, 20, 30 or a multiple of 60");
  if (!input.Statistic && !input.ExtendedStatistic)
    throw validationError("At least one of the parameters ExtendedStatistic and Statistic must be specified.");
  if (!isStatistic(input.Statistic ?? input.ExtendedStatistic ?? ""))
    throw validationError(`The value ${input.ExtendedStatistic} for parameter ExtendedStatistic is not supported.`);
}

function checkExpression(input: Input): void {
  if (input.MetricName || input.Namespace || input.Statistic || input.Period !== undefined)
    throw invalidCombination(
      "The parameters MetricName and Metrics list are mutually exclusive and you have specified both.",
    );
  const shown = input.Metrics?.filter(({ ReturnData }) => ReturnData !== false) ?? [];
  if (shown.length !== 1) throw validationError("Exactly one element of the metrics list should return data.");
  try {
    checkMetrics(mathQueriesOf(input.Metrics ?? []));
  } catch (error) {
    if (error instanceof MathError) throw validationError(error.message);
    throw error;
  }
}
