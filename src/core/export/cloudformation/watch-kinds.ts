import { byOutput, byProperty, without, type CloudFormationKind, type MoreResources } from "./kind.ts";

const logGroup: CloudFormationKind = {
  type: "AWS::Logs::LogGroup",
  properties(calls) {
    const { logGroupName, tags = {} } = calls.one("logs", "CreateLogGroup");
    return {
      LogGroupName: logGroupName,
      RetentionInDays: calls.one("logs", "PutRetentionPolicy").retentionInDays,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    };
  },
  // Its own attribute ends in `:*`.
  outputs: { arn: "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${@}" },
  identifier: byProperty("LogGroupName"),
};

const topic: CloudFormationKind = {
  type: "AWS::SNS::Topic",
  properties(calls) {
    const { Name, Tags } = calls.one("sns", "CreateTopic");
    return { TopicName: Name, Tags };
  },
  outputs: { arn: "Ref" },
  identifier: byOutput("TopicArn", "arn"),
  more(calls, logicalId): MoreResources {
    const [policy] = calls.every("sns", "SetTopicAttributes").filter((call) => call.AttributeName === "Policy");
    if (policy?.AttributeValue === undefined) return {};
    const PolicyDocument = JSON.parse(policy.AttributeValue) as unknown;
    return { Policy: { Type: "AWS::SNS::TopicPolicy", Properties: { Topics: [{ Ref: logicalId }], PolicyDocument } } };
  },
};

const subscription: CloudFormationKind = {
  type: "AWS::SNS::Subscription",
  properties(calls) {
    const { TopicArn, Protocol, Endpoint } = calls.one("sns", "Subscribe");
    return { TopicArn, Protocol, Endpoint };
  },
  outputs: {},
  identifier({ live }) {
    const { arn = "" } = (live ?? {}) as { arn?: string };
    // One that waits for its owner's word has no ARN yet.
    return arn.startsWith("arn:") ? { Arn: arn } : undefined;
  },
};

const alarm: CloudFormationKind = {
  type: "AWS::CloudWatch::Alarm",
  properties: (calls) => ({ ...calls.one("cloudwatch", "PutMetricAlarm") }),
  outputs: { arn: "Arn" },
  identifier: byProperty("AlarmName"),
};

const composite: CloudFormationKind = {
  type: "AWS::CloudWatch::CompositeAlarm",
  properties: (calls) => ({ ...calls.one("cloudwatch", "PutCompositeAlarm") }),
  outputs: { arn: "Arn" },
  identifier: byProperty("AlarmName"),
};

const target: CloudFormationKind = {
  type: "AWS::ApplicationAutoScaling::ScalableTarget",
  properties: (calls) => without(calls.one("application-autoscaling", "RegisterScalableTarget"), "Tags"),
  outputs: {},
  identifier: (_source, { ResourceId, ScalableDimension, ServiceNamespace }) => ({
    ResourceId: String(ResourceId),
    ScalableDimension: String(ScalableDimension),
    ServiceNamespace: String(ServiceNamespace),
  }),
};

const policy: CloudFormationKind = {
  type: "AWS::ApplicationAutoScaling::ScalingPolicy",
  properties: (calls) => ({ ...calls.one("application-autoscaling", "PutScalingPolicy") }),
  outputs: { arn: "Arn" },
  identifier(source, { ScalableDimension }) {
    const found = byOutput("Arn", "arn")(source);
    return found && { ...found, ScalableDimension: String(ScalableDimension) };
  },
};

const scheduled: CloudFormationKind = {
  type: "AWS::ApplicationAutoScaling::ScalableTarget.ScheduledAction",
  properties(calls) {
    const sent = calls.one("application-autoscaling", "PutScheduledAction");
    const { ScheduledActionName, Schedule, Timezone, StartTime, EndTime, ScalableTargetAction } = sent;
    return { ScheduledActionName, Schedule, Timezone, StartTime, EndTime, ScalableTargetAction };
  },
  outputs: {},
  identifier: () => undefined,
  within: { kind: "scalable-target", property: "ScheduledActions" },
};

/** What watches, tells and scales. */
export const watchKinds: Readonly<Record<string, CloudFormationKind>> = {
  "log-group": logGroup,
  "sns-topic": topic,
  "sns-subscription": subscription,
  alarm,
  "composite-alarm": composite,
  "scalable-target": target,
  "scaling-policy": policy,
  "scheduled-action": scheduled,
};
