import { block, toBody, type Body, type Hcl } from "./hcl.ts";
import { ifLive, liveOutput, tagMap, type TerraformKind } from "./kind.ts";

const logGroup: TerraformKind = {
  resources(calls, source) {
    const { logGroupName, tags } = calls.one("logs", "CreateLogGroup");
    const { retentionInDays } = calls.one("logs", "PutRetentionPolicy");
    const body = { name: logGroupName, retention_in_days: retentionInDays, tags: { map: { ...tags } } };
    return [{ type: "aws_cloudwatch_log_group", body, importId: ifLive(source, logGroupName) }];
  },
  outputs: { arn: "arn" },
  data: ({ name }) => ({ type: "aws_cloudwatch_log_group", body: { name } }),
};

const topic: TerraformKind = {
  resources(calls, source) {
    const { Name, Tags } = calls.one("sns", "CreateTopic");
    const [policy] = calls.every("sns", "SetTopicAttributes").filter((call) => call.AttributeName === "Policy");
    const json =
      policy?.AttributeValue === undefined ? undefined : { json: JSON.parse(policy.AttributeValue) as unknown };
    const body = { name: Name, policy: json, tags: tagMap(Tags) };
    return [{ type: "aws_sns_topic", body, importId: liveOutput(source, "arn") }];
  },
  outputs: { arn: "arn" },
  data: ({ name }) => ({ type: "aws_sns_topic", body: { name } }),
};

const subscription: TerraformKind = {
  resources(calls, source) {
    const sent = calls.one("sns", "Subscribe");
    const body = { topic_arn: sent.TopicArn, protocol: sent.Protocol, endpoint: sent.Endpoint };
    const { arn = "" } = (source.live ?? {}) as { arn?: string };
    // One that waits for its owner's word has no ARN yet.
    return [{ type: "aws_sns_topic_subscription", body, importId: arn.startsWith("arn:") ? arn : undefined }];
  },
  outputs: {},
};

interface Dimension {
  Name?: string | undefined;
  Value?: string | undefined;
}
const dimensionMap = (dimensions: readonly Dimension[] | undefined): Hcl =>
  dimensions && { map: Object.fromEntries(dimensions.map(({ Name, Value }) => [Name ?? "", Value])) };

const alarm: TerraformKind = {
  resources(calls, source) {
    const sent = calls.one("cloudwatch", "PutMetricAlarm");
    const queries = (sent.Metrics ?? []).map(
      ({ Id, Expression, Label, ReturnData, Period, MetricStat: stat }): Body => ({
        id: Id,
        expression: Expression,
        label: Label,
        return_data: ReturnData,
        period: Period,
        metric: stat && {
          blocks: [
            {
              namespace: stat.Metric?.Namespace,
              metric_name: stat.Metric?.MetricName,
              dimensions: dimensionMap(stat.Metric?.Dimensions),
              period: stat.Period,
              stat: stat.Stat,
              unit: stat.Unit,
            },
          ],
        },
      }),
    );
    const body: Body = {
      alarm_name: sent.AlarmName,
      alarm_description: sent.AlarmDescription,
      actions_enabled: sent.ActionsEnabled,
      namespace: sent.Namespace,
      metric_name: sent.MetricName,
      dimensions: dimensionMap(sent.Dimensions),
      statistic: sent.Statistic,
      extended_statistic: sent.ExtendedStatistic,
      unit: sent.Unit,
      period: sent.Period,
      comparison_operator: sent.ComparisonOperator,
      threshold: sent.Threshold,
      evaluation_periods: sent.EvaluationPeriods,
      datapoints_to_alarm: sent.DatapointsToAlarm,
      treat_missing_data: sent.TreatMissingData,
      alarm_actions: sent.AlarmActions,
      ok_actions: sent.OKActions,
      insufficient_data_actions: sent.InsufficientDataActions,
      tags: tagMap(sent.Tags),
      metric_query: { blocks: queries },
    };
    return [{ type: "aws_cloudwatch_metric_alarm", body, importId: ifLive(source, sent.AlarmName) }];
  },
  outputs: { arn: "arn" },
};

const composite: TerraformKind = {
  resources(calls, source) {
    const sent = calls.one("cloudwatch", "PutCompositeAlarm");
    const body: Body = {
      alarm_name: sent.AlarmName,
      alarm_description: sent.AlarmDescription,
      actions_enabled: sent.ActionsEnabled,
      alarm_rule: sent.AlarmRule,
      alarm_actions: sent.AlarmActions,
      ok_actions: sent.OKActions,
      insufficient_data_actions: sent.InsufficientDataActions,
      tags: tagMap(sent.Tags),
    };
    return [{ type: "aws_cloudwatch_composite_alarm", body, importId: ifLive(source, sent.AlarmName) }];
  },
  outputs: { arn: "arn" },
};

const target: TerraformKind = {
  resources(calls, source) {
    const sent = calls.one("application-autoscaling", "RegisterScalableTarget");
    const { SuspendedState: suspended } = sent;
    const body: Body = {
      min_capacity: sent.MinCapacity,
      max_capacity: sent.MaxCapacity,
      resource_id: sent.ResourceId,
      scalable_dimension: sent.ScalableDimension,
      service_namespace: sent.ServiceNamespace,
      tags: { map: { ...sent.Tags } },
      suspended_state: suspended && block(toBody(suspended)),
    };
    const id = [sent.ServiceNamespace, sent.ResourceId, sent.ScalableDimension].join("/");
    return [{ type: "aws_appautoscaling_target", body, importId: ifLive(source, id) }];
  },
  outputs: { arn: "arn" },
};

const policy: TerraformKind = {
  resources(calls, source) {
    const { PolicyName, PolicyType, ResourceId, ScalableDimension, ServiceNamespace, ...configurations } = calls.one(
      "application-autoscaling",
      "PutScalingPolicy",
    );
    const body: Body = {
      name: PolicyName,
      policy_type: PolicyType,
      resource_id: ResourceId,
      scalable_dimension: ScalableDimension,
      service_namespace: ServiceNamespace,
      ...toBody(configurations),
    };
    const id = [ServiceNamespace, ResourceId, ScalableDimension, PolicyName].join("/");
    return [{ type: "aws_appautoscaling_policy", body, importId: ifLive(source, id) }];
  },
  outputs: { arn: "arn" },
};

/** A moment as the provider reads it: without fractions of a second. */
const moment = (date: Date | undefined): string | undefined => date?.toISOString().replace(/\.\d+Z$/, "Z");

/** The provider cannot take one over, but making it again under the same name writes over it. */
const scheduled: TerraformKind = {
  resources(calls) {
    const sent = calls.one("application-autoscaling", "PutScheduledAction");
    const { ScalableTargetAction: limits } = sent;
    const body: Body = {
      name: sent.ScheduledActionName,
      resource_id: sent.ResourceId,
      scalable_dimension: sent.ScalableDimension,
      service_namespace: sent.ServiceNamespace,
      schedule: sent.Schedule,
      timezone: sent.Timezone,
      start_time: moment(sent.StartTime),
      end_time: moment(sent.EndTime),
      scalable_target_action: block({ min_capacity: limits?.MinCapacity, max_capacity: limits?.MaxCapacity }),
    };
    return [{ type: "aws_appautoscaling_scheduled_action", body }];
  },
  outputs: {},
};

/** What watches, tells and scales. */
export const watchKinds: Readonly<Record<string, TerraformKind>> = {
  "log-group": logGroup,
  "sns-topic": topic,
  "sns-subscription": subscription,
  alarm,
  "composite-alarm": composite,
  "scalable-target": target,
  "scaling-policy": policy,
  "scheduled-action": scheduled,
};
