import type { CommandName } from "./command-names.ts";
import { byTags, type Grant } from "./grant.ts";

const planning: readonly CommandName[] = ["plan", "deploy"];
const tagReads = [
  "cloudwatch:ListTagsForResource",
  "events:ListTagsForResource",
  "logs:ListTagsForResource",
  "sns:ListTagsForResource",
] as const;

/** What `plan` looks at and `deploy` takes away of the app, when `ecsctl.yaml` no longer names it. */
export const leftGrants: readonly Grant[] = [
  { on: "any", actions: ["cloudwatch:DescribeAlarms"], for: planning },
  { on: "any", actions: ["logs:DescribeResourcePolicies"], for: planning },
  {
    on: "any",
    actions: ["elasticloadbalancing:DescribeLoadBalancers"],
    for: planning,
    unseen: "only where a load balancer left ecsctl.yaml",
  },
  {
    on: "owned",
    actions: ["ecs:DescribeServices"],
    for: planning,
    unseen: "only where the app has several services",
  },
  {
    on: "owned",
    actions: [
      "cloudwatch:GetDashboard",
      "events:DescribeRule",
      "events:ListTargetsByRule",
      "sns:ListSubscriptionsByTopic",
      "sqs:GetQueueAttributes",
      "sqs:GetQueueUrl",
      "sqs:ListQueueTags",
    ],
    for: planning,
  },
  { on: "any", actions: ["sns:ListTopics"], for: ["deploy"] },
  {
    on: "owned",
    actions: tagReads,
    for: ["deploy"],
  },
  {
    on: "owned",
    actions: tagReads,
    for: ["plan"],
    unseen: byTags,
  },
  {
    on: "owned",
    actions: [
      "cloudwatch:DeleteAlarms",
      "cloudwatch:DeleteDashboards",
      "events:DeleteRule",
      "events:RemoveTargets",
      "logs:DeleteLogGroup",
      "sns:DeleteTopic",
      "sqs:DeleteQueue",
    ],
    for: ["deploy"],
  },
  { on: "any", actions: ["logs:DeleteResourcePolicy"], for: ["deploy"] },
];
