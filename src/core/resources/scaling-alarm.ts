import type { MetricAlarm, PutMetricAlarmInput } from "@aws-sdk/client-cloudwatch";
import type { Aws } from "../aws/aws.ts";
import { type AlarmLive, deleteAlarm, readTagged, updateAlarm } from "./alarm-calls.ts";
import type { Resource } from "../plan/resource.ts";
import { diffFields, diffTags, type Fields } from "./diff-fields.ts";
import { dimensionText, type CloudMetric } from "./scaling-metric.ts";
import { toUpperTags, type Tags } from "./tags.ts";

export interface ScalingAlarmSpec {
  name: string;
  /** Undefined for one that goes. */
  wanted:
    | {
        metric: CloudMetric;
        threshold: number;
        /** Goes off above the threshold, or below. */
        above: boolean;
        periodSeconds: number;
        periods: number;
        /** ARN of the policy that it sets off. */
        policyArn: string;
      }
    | undefined;
  tags: Tags;
}

type Input = Omit<PutMetricAlarmInput, "Tags">;

const isPercentile = (statistic: string): boolean => statistic.startsWith("p");

function toInput({ name, wanted }: ScalingAlarmSpec): Input {
  if (!wanted) throw new Error(`The alarm ${name} is to go, not to be made.`);
  const { metric, threshold, above, periodSeconds, periods, policyArn } = wanted;
  return {
    AlarmName: name,
    AlarmDescription: "Sets off a step scaling policy; made by ecsctl",
    Namespace: metric.namespace,
    MetricName: metric.name,
    Dimensions: metric.dimensions,
    ...(isPercentile(metric.statistic)
      ? { ExtendedStatistic: metric.statistic }
      : { Statistic: metric.statistic as "Average" }),
    ComparisonOperator: above ? "GreaterThanOrEqualToThreshold" : "LessThanOrEqualToThreshold",
    Threshold: threshold,
    Period: periodSeconds,
    EvaluationPeriods: periods,
    AlarmActions: [policyArn],
  };
}

const fieldsOf = (alarm: MetricAlarm | Input): Fields => ({
  metric: `${alarm.Statistic ?? alarm.ExtendedStatistic} of ${alarm.Namespace}/${alarm.MetricName}`,
  dimensions: dimensionText(alarm.Dimensions),
  comparison: alarm.ComparisonOperator,
  threshold: alarm.Threshold,
  period: alarm.Period,
  periods: alarm.EvaluationPeriods,
  actions: alarm.AlarmActions,
});

async function read(aws: Aws, { name }: ScalingAlarmSpec): Promise<AlarmLive | undefined> {
  const answer = await aws.call("cloudwatch", "DescribeAlarms", { AlarmNames: [name] });
  const alarm = answer.MetricAlarms?.[0];
  if (!alarm) return undefined;
  return readTagged(aws, alarm.AlarmArn ?? "", fieldsOf(alarm));
}

/**
 * What the alarms of a service's step policies are called: found by this prefix also when their policy has gone. No name
 * of a service has a slash, so those of `web-2` are not taken for those of `web`.
 */
export const stepAlarmPrefix = (resourceId: string): string => `StepScaling-${resourceId}/`;

/** The alarm whose action is one side of a step policy. An alarm like any other, so of the same kind. */
export const scalingAlarm: Resource<ScalingAlarmSpec, AlarmLive> = {
  kind: "alarm",
  read,
  diff: (spec, live) =>
    spec.wanted ? [...diffFields(fieldsOf(toInput(spec)), live?.fields), ...diffTags(spec.tags, live?.tags)] : [],
  async create(aws, spec) {
    await aws.call("cloudwatch", "PutMetricAlarm", { ...toInput(spec), Tags: toUpperTags(spec.tags) });
    return { fields: fieldsOf(toInput(spec)), tags: spec.tags, outputs: { arn: "" } };
  },
  update: (aws, spec, live, changes) =>
    updateAlarm(aws, spec.tags, { live, changes, put: () => aws.call("cloudwatch", "PutMetricAlarm", toInput(spec)) }),
  delete: deleteAlarm,
};
