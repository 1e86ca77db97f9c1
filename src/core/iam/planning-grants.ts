import type { CommandName } from "./command-names.ts";
import type { Grant } from "./grant.ts";

/** What is compared is read, by name. */
const planning: readonly CommandName[] = ["plan", "deploy", "export cloudformation", "export terraform"];
const alsoLeaving: readonly CommandName[] = [...planning, "destroy"];
/** Commands that want to know whether the instances have room. */
const reckoning: readonly CommandName[] = ["scale policy add", "scale range"];

/** What it takes to compare ecsctl.yaml with what there is. */
export const planningGrants: readonly Grant[] = [
  { on: "repository", actions: ["ecr:DescribeRepositories", "ecr:ListTagsForResource"], for: alsoLeaving },
  { on: "repository", actions: ["ecr:DescribeImages"], for: ["plan", "deploy"] },
  { on: "cluster", actions: ["ecs:DescribeClusters"], for: planning },
  { on: "service", actions: ["ecs:DescribeServices"], for: planning },
  { on: "capacityProvider", actions: ["ecs:DescribeCapacityProviders"], for: planning },
  { on: "any", actions: ["ecs:DescribeTaskDefinition"], for: alsoLeaving },
  { on: "roles", actions: ["iam:GetRole", "iam:ListAttachedRolePolicies"], for: alsoLeaving },
  { on: "roles", actions: ["iam:GetRolePolicy"], for: alsoLeaving, needs: "permissions" },
  { on: "profile", actions: ["iam:GetInstanceProfile"], for: alsoLeaving },
  { on: "any", actions: ["logs:DescribeLogGroups"], for: alsoLeaving },
  { on: "logGroup", actions: ["logs:ListTagsForResource"], for: alsoLeaving },
  {
    on: "any",
    actions: [
      "autoscaling:DescribeAutoScalingGroups",
      "ec2:DescribeLaunchTemplates",
      "ec2:DescribeLaunchTemplateVersions",
    ],
    for: alsoLeaving,
    needs: "autoScalingGroup",
  },
  { on: "any", actions: ["ec2:DescribeSecurityGroups"], for: alsoLeaving },
  { on: "any", actions: ["ec2:DescribeVpcs", "ec2:DescribeSubnets"], for: [...planning, ...reckoning] },
  {
    on: "any",
    actions: ["ec2:DescribeInstanceTypes", "ec2:DescribeInstanceTypeOfferings", "ec2:DescribeImages"],
    for: [...planning, ...reckoning],
    needs: "autoScalingGroup",
  },
  { on: "ami", actions: ["ssm:GetParameter"], for: [...planning, ...reckoning] },
  {
    on: "any",
    actions: [
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTargetGroupAttributes",
      "elasticloadbalancing:DescribeTags",
    ],
    for: alsoLeaving,
    needs: "balancer",
  },
  { on: "anyAlarm", actions: ["cloudwatch:DescribeAlarms"], for: alsoLeaving, needs: "alarms" },
  { on: "alarms", actions: ["cloudwatch:ListTagsForResource"], for: alsoLeaving },
  { on: "serviceRevisions", actions: ["ecs:DescribeServiceRevisions"], for: planning },
  { on: "any", actions: ["sns:ListTopics"], for: alsoLeaving, needs: "topic" },
  { on: "topic", actions: ["sns:ListTagsForResource", "sns:ListSubscriptionsByTopic"], for: alsoLeaving },
];
