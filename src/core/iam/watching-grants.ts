import type { CommandName } from "./command-names.ts";
import { byTags, type Grant } from "./grant.ts";

const onCreate = "AWS asks for it when something is made with tags";
const stack: readonly CommandName[] = ["plan", "deploy", "destroy", "export cloudformation", "export terraform"];
const naming: readonly CommandName[] = ["event-rule add", "event-rule list", "event-rule remove"];

/** Alarms, and the topic and addresses that hear of them. */
const alarmGrants: readonly Grant[] = [
  { on: "alarms", actions: ["cloudwatch:PutMetricAlarm", "cloudwatch:TagResource"], for: ["deploy"] },
  {
    on: "any",
    actions: ["cloudwatch:PutCompositeAlarm"],
    for: ["deploy"],
    needs: "alarms",
    unseen: "only for alarms that watch other alarms",
  },
  {
    on: "any",
    actions: ["cloudwatch:DescribeAlarms"],
    for: ["alarm add", "alarm remove", "alarm list", "dashboard create"],
  },
  {
    on: "anyAlarm",
    actions: ["cloudwatch:ListTagsForResource"],
    for: ["alarm add", "alarm remove", "dashboard create"],
  },
  { on: "anyAlarm", actions: ["cloudwatch:PutMetricAlarm"], for: ["alarm add"] },
  { on: "any", actions: ["cloudwatch:PutCompositeAlarm"], for: ["alarm add"] },
  { on: "anyAlarm", actions: ["cloudwatch:TagResource"], for: ["alarm add"], elsewhere: onCreate },
  { on: "owned", actions: ["cloudwatch:DeleteAlarms"], for: ["alarm remove"] },

  { on: "topic", actions: ["sns:CreateTopic", "sns:TagResource", "sns:Subscribe"], for: ["deploy"] },
  { on: "topic", actions: ["sns:GetTopicAttributes"], for: stack, needs: "eventRules" },
  { on: "topic", actions: ["sns:SetTopicAttributes"], for: ["deploy"], needs: "eventRules" },
  {
    on: "any",
    actions: ["sns:ListTopics"],
    for: ["alarm add", "notify add", "notify list", "notify remove", "event-rule add"],
  },
  { on: "topic", actions: ["sns:ListTagsForResource"], for: ["alarm add", "event-rule add"] },
  {
    on: "ownTopic",
    actions: ["sns:ListTagsForResource", "sns:ListSubscriptionsByTopic", "sns:Subscribe"],
    for: ["notify add"],
  },
  {
    on: "ownTopic",
    actions: ["sns:CreateTopic", "sns:TagResource"],
    for: ["notify add", "alarm add", "event-rule add"],
    unseen: "only where there is no topic yet",
  },
  { on: "ownTopic", actions: ["sns:ListSubscriptionsByTopic"], for: ["notify list", "notify remove"] },
  { on: "ownTopic", actions: ["sns:Unsubscribe"], for: ["notify remove"], unseen: "only where somebody confirmed" },
];

/** Event rules, and the queues and log groups that they lead to. */
const eventGrants: readonly Grant[] = [
  { on: "rules", actions: ["events:DescribeRule"], for: stack },
  {
    on: "rules",
    actions: ["events:ListTargetsByRule", "events:ListTagsForResource"],
    for: stack,
    unseen: "only of a rule that is there",
  },
  { on: "rules", actions: ["events:PutRule", "events:PutTargets"], for: ["deploy"] },
  { on: "rules", actions: ["events:TagResource"], for: ["deploy"], elsewhere: onCreate },
  { on: "rules", actions: ["events:RemoveTargets"], for: ["deploy"], unseen: "only where a target goes" },
  {
    on: "anyRule",
    actions: ["events:DescribeRule", "events:ListTargetsByRule", "events:ListTagsForResource"],
    for: naming,
  },
  { on: "anyRule", actions: ["events:PutRule", "events:PutTargets"], for: ["event-rule add"] },
  { on: "anyRule", actions: ["events:TagResource"], for: ["event-rule add"], elsewhere: onCreate },
  { on: "owned", actions: ["events:RemoveTargets", "events:DeleteRule"], for: ["event-rule remove", "destroy"] },

  { on: "queues", actions: ["sqs:GetQueueUrl"], for: stack },
  {
    on: "queues",
    actions: ["sqs:GetQueueAttributes", "sqs:ListQueueTags"],
    for: stack,
    unseen: "only of a queue that is there",
  },
  { on: "queues", actions: ["sqs:CreateQueue", "sqs:SetQueueAttributes"], for: ["deploy"] },
  { on: "queues", actions: ["sqs:TagQueue"], for: ["deploy"], elsewhere: onCreate },
  {
    on: "anyQueue",
    actions: ["sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ListQueueTags"],
    for: ["event-rule add", "event-rule remove"],
  },
  { on: "anyQueue", actions: ["sqs:CreateQueue", "sqs:SetQueueAttributes"], for: ["event-rule add"] },
  { on: "anyQueue", actions: ["sqs:TagQueue"], for: ["event-rule add"], elsewhere: onCreate },
  { on: "owned", actions: ["sqs:DeleteQueue"], for: ["event-rule remove", "destroy"] },

  { on: "any", actions: ["logs:DescribeResourcePolicies"], for: stack, needs: "eventLogs" },
  { on: "any", actions: ["logs:PutResourcePolicy"], for: ["deploy"], needs: "eventLogs" },
  { on: "any", actions: ["logs:DeleteResourcePolicy"], for: ["destroy"], needs: "eventLogs" },
  { on: "eventLogs", actions: ["logs:CreateLogGroup", "logs:PutRetentionPolicy"], for: ["deploy"] },
  { on: "eventLogs", actions: ["logs:TagResource"], for: ["deploy"], elsewhere: onCreate },
  {
    on: "eventLogs",
    actions: ["logs:ListTagsForResource"],
    for: stack,
    unseen: byTags,
  },
  {
    on: "any",
    actions: ["logs:DescribeLogGroups", "logs:DescribeResourcePolicies"],
    for: ["event-rule add", "event-rule remove"],
  },
  { on: "any", actions: ["logs:PutResourcePolicy"], for: ["event-rule add", "event-rule remove"] },
  { on: "any", actions: ["logs:DeleteResourcePolicy"], for: ["event-rule remove"], unseen: "only with the last rule" },
  { on: "anyLogGroup", actions: ["logs:CreateLogGroup", "logs:PutRetentionPolicy"], for: ["event-rule add"] },
  { on: "anyLogGroup", actions: ["logs:TagResource"], for: ["event-rule add"], elsewhere: onCreate },
  { on: "anyLogGroup", actions: ["logs:ListTagsForResource"], for: ["event-rule add", "event-rule remove"] },
  { on: "owned", actions: ["logs:DeleteLogGroup"], for: ["event-rule remove"] },
  { on: "ownTopic", actions: ["sns:GetTopicAttributes"], for: ["event-rule add"] },
  { on: "ownTopic", actions: ["sns:GetTopicAttributes"], for: ["notify add", "alarm add"], needs: "eventRules" },
  {
    on: "ownTopic",
    actions: ["sns:SetTopicAttributes"],
    for: ["event-rule add"],
    unseen: "only where the topic does not take events yet",
  },
];

/** Dashboards and metrics of one's own. */
const pictureGrants: readonly Grant[] = [
  { on: "dashboard", actions: ["cloudwatch:GetDashboard"], for: stack },
  {
    on: "dashboard",
    actions: ["cloudwatch:ListTagsForResource"],
    for: stack,
    unseen: "only of a dashboard that is there",
  },
  { on: "dashboard", actions: ["cloudwatch:PutDashboard"], for: ["deploy"] },
  { on: "dashboard", actions: ["cloudwatch:TagResource"], for: ["deploy"], elsewhere: onCreate },
  {
    on: "ownDashboard",
    actions: ["cloudwatch:GetDashboard"],
    for: ["dashboard create", "dashboard open", "dashboard show", "dashboard remove"],
  },
  { on: "ownDashboard", actions: ["cloudwatch:PutDashboard"], for: ["dashboard create"] },
  { on: "ownDashboard", actions: ["cloudwatch:GetDashboard"], for: ["destroy"] },
  { on: "ownDashboard", actions: ["cloudwatch:TagResource"], for: ["dashboard create"], elsewhere: onCreate },
  { on: "ownDashboard", actions: ["cloudwatch:ListTagsForResource"], for: ["dashboard remove"] },
  {
    on: "ownDashboard",
    actions: ["cloudwatch:ListTagsForResource"],
    for: ["dashboard create"],
    unseen: "only of a dashboard that is there",
  },
  { on: "ownDashboard", actions: ["cloudwatch:DeleteDashboards"], for: ["dashboard remove"] },
  { on: "owned", actions: ["cloudwatch:DeleteDashboards"], for: ["destroy"] },
  {
    on: "any",
    actions: [
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTags",
    ],
    for: ["dashboard create"],
    needs: "balancer",
  },
  {
    on: "any",
    actions: ["elasticloadbalancing:DescribeTargetGroupAttributes"],
    for: ["dashboard create"],
    needs: "balancer",
    unseen: "only where no tag tells the deregistration delay",
  },
  { on: "any", actions: ["cloudwatch:GetMetricData"], for: ["dashboard show"] },
  { on: "any", actions: ["cloudwatch:DescribeAlarms"], for: ["dashboard show"], needs: "alarms" },
  { on: "any", actions: ["cloudwatch:PutMetricData"], for: ["metric put"] },
];

export const watchingGrants: readonly Grant[] = [...alarmGrants, ...eventGrants, ...pictureGrants];
