import type {
  ComparisonOperator,
  MetricAlarm,
  PutMetricAlarmCommandInput,
  Statistic,
} from "@aws-sdk/client-cloudwatch";
import type { Aws } from "../aws/aws.ts";
import { type AlarmLive, deleteAlarm, readTagged, updateAlarm } from "./alarm-calls.ts";
import type { Resource } from "../plan/resource.ts";
import { diffFields, diffTags, type Fields } from "./diff-fields.ts";
import { readBack } from "./read-back.ts";
import { toUpperTags, type Tags } from "./tags.ts";

export type Comparison = ">" | ">=" | "<" | "<=";

/** What an alarm tells when its state changes, by the state that begins: ARNs. */
export interface AlarmActions {
  actions: readonly string[];
  okActions: readonly string[];
  insufficientDataActions: readonly string[];
}

export interface AlarmSpec extends AlarmActions {
  name: string;
  namespace: string;
  metric: string;
  /** `Average`, `p99`. */
  statistic: string;
  dimensions: Readonly<Record<string, string>>;
  comparison: Comparison;
  threshold: number;
  /** Seconds of a period. */
  period: number;
  periods: number;
  /** M of the `periods`; all when undefined. */
  datapoints: number | undefined;
  missing: string | undefined;
  description: string | undefined;
  tags: Tags;
}

const operators: Record<Comparison, ComparisonOperator> = {
  ">": "GreaterThanThreshold",
  ">=": "GreaterThanOrEqualToThreshold",
  "<": "LessThanThreshold",
  "<=": "LessThanOrEqualToThreshold",
};

const isPercentile = (statistic: string): boolean => /^p\d/.test(statistic);

const toInput = (spec: AlarmSpec): PutMetricAlarmCommandInput => ({
  Namespace: spec.namespace,
  MetricName: spec.metric,
  ...(isPercentile(spec.statistic)
    ? { ExtendedStatistic: spec.statistic }
    : { Statistic: spec.statistic as Statistic }),
  AlarmName: spec.name,
  Dimensions: Object.entries(spec.dimensions).map(([Name, Value]) => ({ Name, Value })),
  ComparisonOperator: operators[spec.comparison],
  Threshold: spec.threshold,
  Period: spec.period,
  EvaluationPeriods: spec.periods,
  ...(spec.datapoints === undefined ? {} : { DatapointsToAlarm: spec.datapoints }),
  ...(spec.missing === undefined ? {} : { TreatMissingData: spec.missing }),
  AlarmActions: [...spec.actions],
  OKActions: [...spec.okActions],
  InsufficientDataActions: [...spec.insufficientDataActions],
  ...(spec.description === undefined ? {} : { AlarmDescription: spec.description }),
});

/** What AWS fills in by itself (all datapoints, `missing`) is no difference. */
const fieldsOf = (alarm: MetricAlarm | PutMetricAlarmCommandInput): Fields => ({
  metric: `${alarm.Namespace} ${alarm.MetricName} ${alarm.Statistic ?? alarm.ExtendedStatistic}`,
  of: alarm.Dimensions?.map(({ Name, Value }) => `${Name}=${Value}`).sort(),
  comparison: alarm.ComparisonOperator,
  threshold: alarm.Threshold,
  period: alarm.Period,
  periods: alarm.EvaluationPeriods,
  datapoints: alarm.DatapointsToAlarm === alarm.EvaluationPeriods ? undefined : alarm.DatapointsToAlarm,
  missing: alarm.TreatMissingData === "missing" ? undefined : alarm.TreatMissingData,
  actions: alarm.AlarmActions,
  okActions: alarm.OKActions,
  insufficientDataActions: alarm.InsufficientDataActions,
  description: alarm.AlarmDescription,
});

async function read(aws: Aws, spec: AlarmSpec): Promise<AlarmLive | undefined> {
  const answer = await aws.call("cloudwatch", "DescribeAlarms", { AlarmNames: [spec.name] });
  const alarm = answer.MetricAlarms?.[0];
  if (!alarm) return undefined;
  return readTagged(aws, alarm.AlarmArn ?? "", fieldsOf(alarm));
}

/** A CloudWatch alarm on a metric. */
export const alarm: Resource<AlarmSpec, AlarmLive> = {
  kind: "alarm",
  read,
  diff: (spec, live) => [...diffFields(fieldsOf(toInput(spec)), live?.fields), ...diffTags(spec.tags, live?.tags)],
  async create(aws, spec) {
    await aws.call("cloudwatch", "PutMetricAlarm", { ...toInput(spec), Tags: toUpperTags(spec.tags) });
    return readBack(read(aws, spec), `alarm ${spec.name}`);
  },
  update: (aws, spec, live, changes) =>
    updateAlarm(aws, spec.tags, { live, changes, put: () => aws.call("cloudwatch", "PutMetricAlarm", toInput(spec)) }),
  delete: deleteAlarm,
  passing: (error) => error.name === "NotVisibleYet",
};
