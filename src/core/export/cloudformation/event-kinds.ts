import { byOutput, byProperty, type CloudFormationKind, type MoreResources } from "./kind.ts";

const dashboard: CloudFormationKind = {
  type: "AWS::CloudWatch::Dashboard",
  properties(calls) {
    const { DashboardName, DashboardBody } = calls.one("cloudwatch", "PutDashboard");
    return { DashboardName, DashboardBody };
  },
  outputs: {},
  identifier: byProperty("DashboardName"),
};

const rule: CloudFormationKind = {
  type: "AWS::Events::Rule",
  properties(calls) {
    const { Name, EventPattern = "{}", State, Description, Tags } = calls.one("events", "PutRule");
    const Targets = calls.every("events", "PutTargets").flatMap((call) => call.Targets ?? []);
    return { Name, Description, State, EventPattern: JSON.parse(EventPattern) as unknown, Targets, Tags };
  },
  outputs: { arn: "Arn" },
  identifier: byOutput("Arn", "arn"),
};

const access: CloudFormationKind = {
  type: "AWS::Logs::ResourcePolicy",
  properties(calls) {
    const { policyName, policyDocument } = calls.one("logs", "PutResourcePolicy");
    return { PolicyName: policyName, PolicyDocument: policyDocument };
  },
  outputs: {},
  identifier: byProperty("PolicyName"),
};

const queue: CloudFormationKind = {
  type: "AWS::SQS::Queue",
  properties(calls) {
    const { QueueName, tags = {} } = calls.one("sqs", "CreateQueue");
    return { QueueName, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
  },
  outputs: { arn: "Arn" },
  identifier({ live }) {
    const { url } = (live ?? {}) as { url?: string };
    return url ? { QueueUrl: url } : undefined;
  },
  more(calls, logicalId): MoreResources {
    const [policy] = calls.every("sqs", "SetQueueAttributes").flatMap((call) => call.Attributes?.["Policy"] ?? []);
    if (policy === undefined) return {};
    const PolicyDocument = JSON.parse(policy) as unknown;
    return { Policy: { Type: "AWS::SQS::QueuePolicy", Properties: { Queues: [{ Ref: logicalId }], PolicyDocument } } };
  },
};

/** What shows, and what passes events on. */
export const eventKinds: Readonly<Record<string, CloudFormationKind>> = {
  dashboard,
  "event-rule": rule,
  "log-access": access,
  "sqs-queue": queue,
};
