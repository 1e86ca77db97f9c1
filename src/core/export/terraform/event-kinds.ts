import { mark } from "../references.ts";
import type { Body } from "./hcl.ts";
import { ifLive, tagMap, type TerraformKind, type TerraformResource } from "./kind.ts";

const dashboard: TerraformKind = {
  resources(calls, source) {
    const { DashboardName: name, DashboardBody = "{}" } = calls.one("cloudwatch", "PutDashboard");
    const body = { dashboard_name: name, dashboard_body: { json: JSON.parse(DashboardBody) as unknown } };
    return [{ type: "aws_cloudwatch_dashboard", body, importId: ifLive(source, name) }];
  },
  outputs: { arn: "dashboard_arn" },
};

const rule: TerraformKind = {
  resources(calls, source) {
    const { Name: name, EventPattern = "{}", State, Description, Tags } = calls.one("events", "PutRule");
    const body: Body = {
      name,
      description: Description,
      state: State,
      event_pattern: { json: JSON.parse(EventPattern) as unknown },
      tags: tagMap(Tags),
    };
    const targets = calls.every("events", "PutTargets").flatMap((call) => call.Targets ?? []);
    return [
      { type: "aws_cloudwatch_event_rule", body, importId: ifLive(source, name) },
      ...targets.map(({ Id: id = "target", Arn: arn }): TerraformResource => ({
        type: "aws_cloudwatch_event_target",
        suffix: id,
        body: { rule: mark(source.id, "name"), target_id: id, arn },
        importId: ifLive(source, `${name}/${id}`),
      })),
    ];
  },
  outputs: { arn: "arn", name: "name" },
};

const access: TerraformKind = {
  resources(calls, source) {
    const { policyName: name, policyDocument = "{}" } = calls.one("logs", "PutResourcePolicy");
    const body = { policy_name: name, policy_document: { json: JSON.parse(policyDocument) as unknown } };
    return [{ type: "aws_cloudwatch_log_resource_policy", body, importId: ifLive(source, name) }];
  },
  outputs: {},
};

const queue: TerraformKind = {
  resources(calls, source) {
    const { QueueName: name, tags } = calls.one("sqs", "CreateQueue");
    const [policy] = calls.every("sqs", "SetQueueAttributes").flatMap((call) => call.Attributes?.["Policy"] ?? []);
    const { url } = (source.live ?? {}) as { url?: string };
    const json = policy === undefined ? undefined : { json: JSON.parse(policy) as unknown };
    const body: Body = { name, policy: json, tags: { map: { ...tags } } };
    return [{ type: "aws_sqs_queue", body, importId: url }];
  },
  outputs: { arn: "arn" },
  data: ({ name }) => ({ type: "aws_sqs_queue", body: { name } }),
};

/** What shows, and what passes events on. */
export const eventKinds: Readonly<Record<string, TerraformKind>> = {
  dashboard,
  "event-rule": rule,
  "log-access": access,
  "sqs-queue": queue,
};
