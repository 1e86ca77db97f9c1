import type { ComparisonOperator, MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { Aws } from "../aws/aws.ts";
import { isTagChange, type LiveParts, type Resource } from "../plan/resource.ts";
import { diffFields, diffTags, type Fields } from "./diff-fields.ts";
import { fromTags, toUpperTags, type Tags } from "./tags.ts";

export type AlarmMetric = "cpu" | "memory" | "running-tasks";
export type Comparison = ">" | ">=" | "<" | "<=";

export interface AlarmSpec {
  name: string;
  clusterName: string;
  service: string;
  metric: AlarmMetric;
  comparison: Comparison;
  threshold: number;
  /** Of a minute. */
  periods: number;
  description: string | undefined;
  /** ARNs that are told when it goes off. */
  actions: readonly string[];
  tags: Tags;
}

export interface AlarmLive extends LiveParts {
  fields: Fields;
  outputs: { arn: string };
}

const operators: Record<Comparison, ComparisonOperator> = {
  ">": "GreaterThanThreshold",
  ">=": "GreaterThanOrEqualToThreshold",
  "<": "LessThanThreshold",
  "<=": "LessThanOrEqualToThreshold",
};

/** Plain AWS/ECS does not publish how many tasks run; Container Insights does, once a minute. */
const metrics = {
  cpu: { Namespace: "AWS/ECS", MetricName: "CPUUtilization", Statistic: "Average" },
  memory: { Namespace: "AWS/ECS", MetricName: "MemoryUtilization", Statistic: "Average" },
  "running-tasks": { Namespace: "ECS/ContainerInsights", MetricName: "RunningTaskCount", Statistic: "Maximum" },
} as const;

const toInput = (spec: AlarmSpec) => ({
  ...metrics[spec.metric],
  AlarmName: spec.name,
  Dimensions: [
    { Name: "ClusterName", Value: spec.clusterName },
    { Name: "ServiceName", Value: spec.service },
  ],
  ComparisonOperator: operators[spec.comparison],
  Threshold: spec.threshold,
  Period: 60,
  EvaluationPeriods: spec.periods,
  AlarmActions: [...spec.actions],
  ...(spec.description === undefined ? {} : { AlarmDescription: spec.description }),
});

const fieldsOf = (alarm: MetricAlarm | ReturnType<typeof toInput>): Fields => ({
  metric: `${alarm.Namespace} ${alarm.MetricName} ${alarm.Statistic}`,
  of: alarm.Dimensions?.map(({ Name, Value }) => `${Name}=${Value}`).sort(),
  comparison: alarm.ComparisonOperator,
  threshold: alarm.Threshold,
  period: alarm.Period,
  periods: alarm.EvaluationPeriods,
  actions: alarm.AlarmActions,
  description: alarm.AlarmDescription,
});

async function read(aws: Aws, spec: AlarmSpec): Promise<AlarmLive | undefined> {
  const answer = await aws.call("cloudwatch", "DescribeAlarms", { AlarmNames: [spec.name] });
  const alarm = answer.MetricAlarms?.[0];
  if (!alarm) return undefined;
  const arn = alarm.AlarmArn ?? "";
  const { Tags } = await aws.call("cloudwatch", "ListTagsForResource", { ResourceARN: arn });
  return { fields: fieldsOf(alarm), tags: fromTags(Tags), outputs: { arn } };
}

/** A CloudWatch alarm on a service. */
export const alarm: Resource<AlarmSpec, AlarmLive> = {
  kind: "alarm",
  read,
  diff: (spec, live) => [...diffFields(fieldsOf(toInput(spec)), live?.fields), ...diffTags(spec.tags, live?.tags)],
  async create(aws, spec) {
    await aws.call("cloudwatch", "PutMetricAlarm", { ...toInput(spec), Tags: toUpperTags(spec.tags) });
    return { fields: fieldsOf(toInput(spec)), tags: spec.tags, outputs: { arn: "" } };
  },
  async update(aws, spec, live, changes) {
    // PutMetricAlarm ignores the tags of an alarm that exists (PutMetricAlarm, API reference).
    if (!changes.every(isTagChange)) await aws.call("cloudwatch", "PutMetricAlarm", toInput(spec));
    if (changes.some(isTagChange))
      await aws.call("cloudwatch", "TagResource", { ResourceARN: live.outputs.arn, Tags: toUpperTags(spec.tags) });
    return live;
  },
  async delete(aws, spec) {
    await aws.call("cloudwatch", "DeleteAlarms", { AlarmNames: [spec.name] });
  },
};
