import type * as cloudwatch from "@aws-sdk/client-cloudwatch";
import type { Handler } from "../../wire/api.ts";
import { MathError } from "../../../core/scaling/metric-math.ts";
import { checkMetrics } from "../../../core/scaling/metric-set.ts";
import { mathQueriesOf } from "../../world/metric-queries.ts";
import { alarmPeriod } from "../../world/alarm-sight.ts";
import { putAlarm } from "../../world/alarms.ts";
import { isStatistic } from "../../world/metrics.ts";
import { alarms, cloudwatchTags, compositeAlarms } from "../../world/records/cloudwatch.ts";
import { invalidCombination, missingParameter, validationError } from "./errors.ts";

type Input = cloudwatch.PutMetricAlarmCommandInput;

const comparisons = new Set([
  "GreaterThanOrEqualToThreshold",
  "GreaterThanThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
]);
const mostMetrics = 10;
const treatments = new Set(["breaching", "notBreaching", "ignore", "missing"]);

/** Makes an alarm or replaces everything about one but its state. Tags count only for a new alarm. */
export const putMetricAlarm: Handler<typeof cloudwatch, "PutMetricAlarm"> = (input, { region }) => {
  if (!input.AlarmName) throw missingParameter("AlarmName");
  refuseUnknown(input);
  checkRule(input);
  checkActions(input);
  if (input.Metrics?.length) checkExpression(input);
  else checkMetric(input);
  if (compositeAlarms(region).has(input.AlarmName))
    throw validationError(`A composite alarm with the name ${input.AlarmName} already exists.`);
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

const unknownParameters = [
  "ThresholdMetricId",
  "EvaluationWindow",
  "WarmUpConfiguration",
  "EvaluationCriteria",
  "EvaluationInterval",
  "ActionConfiguration",
] as const;

/** What the sandbox does not evaluate is refused by name, never ignored. */
function refuseUnknown(input: Input): void {
  for (const name of unknownParameters)
    if (input[name] !== undefined) throw validationError(`The sandbox does not know the parameter ${name}.`);
}

/** What is no ARN at all; whether it names something is not looked at, as on AWS. */
export function checkActions(input: Pick<Input, "OKActions" | "AlarmActions" | "InsufficientDataActions">): void {
  const all = [input.OKActions, input.AlarmActions, input.InsufficientDataActions].flatMap((arns) => arns ?? []);
  const wrong = all.find((arn) => !/^arn:[\w-]+:[\w-]+:[\w-]*:[^:]*:.+$/.test(arn));
  if (wrong !== undefined) throw validationError(`Invalid arn syntax: ${wrong}`);
}

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
  const [most, words] = alarmPeriod(input) < 3600 ? [86_400, "a day"] : [604_800, "a week"];
  if (input.EvaluationPeriods * alarmPeriod(input) > most)
    throw validationError(
      `Metrics cannot be checked across more than ${words} (EvaluationPeriods * Period must be <= ${most}).`,
    );
  if ((input.DatapointsToAlarm ?? 0) > input.EvaluationPeriods)
    throw validationError("DatapointsToAlarm must be less than or equal to EvaluationPeriods.");
}

function checkMetric(input: Input): void {
  if (!input.MetricName) throw missingParameter("MetricName");
  if (!input.Namespace) throw missingParameter("Namespace");
  if (input.Period === undefined) throw missingParameter("Period");
  checkPeriod(input.Period);
  if (!input.Statistic && !input.ExtendedStatistic)
    throw validationError("At least one of the parameters ExtendedStatistic and Statistic must be specified.");
  checkLowSamples(input);
  if (!isStatistic(input.Statistic ?? input.ExtendedStatistic ?? ""))
    throw validationError(`The value ${input.ExtendedStatistic} for parameter ExtendedStatistic is not supported.`);
}

function checkPeriod(period: number): void {
  if (![10, 20, 30].includes(period) && (period <= 0 || period % 60 !== 0))
    throw validationError("Period must be 10, 20, 30 or a multiple of 60");
}

/** Only percentiles know too few samples. */
function checkLowSamples({ EvaluateLowSampleCountPercentile: treatment, ExtendedStatistic }: Input): void {
  if (treatment === undefined) return;
  if (treatment !== "evaluate" && treatment !== "ignore")
    throw validationError(
      `Option ${treatment} is not supported. Supported options for parameter EvaluateLowSampleCountPercentile are evaluate and ignore.`,
    );
  if (!ExtendedStatistic?.startsWith("p"))
    throw validationError("EvaluateLowSampleCountPercentile can only be used with a percentile statistic.");
}

function checkExpression(input: Input): void {
  if (input.MetricName || input.Namespace || input.Statistic || input.Period !== undefined)
    throw invalidCombination(
      "The parameters MetricName and Metrics list are mutually exclusive and you have specified both.",
    );
  const metrics = input.Metrics?.filter(({ MetricStat }) => MetricStat) ?? [];
  if (metrics.length > mostMetrics)
    throw validationError(`Alarms on math expressions cannot contain more than ${mostMetrics} individual metrics`);
  for (const { MetricStat } of metrics) checkPeriod(MetricStat?.Period ?? 0);
  const shown = input.Metrics?.filter(({ ReturnData }) => ReturnData !== false) ?? [];
  if (shown.length !== 1) throw validationError("Exactly one element of the metrics list should return data.");
  try {
    checkMetrics(mathQueriesOf(input.Metrics ?? []));
  } catch (error) {
    if (error instanceof MathError) throw validationError(error.message);
    throw error;
  }
}
