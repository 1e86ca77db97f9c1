import type { CommandName } from "./command-names.ts";
import { byTags, type Grant } from "./grant.ts";

/** What is compared is read, by name. */
const planning: readonly CommandName[] = ["plan", "deploy", "export cloudformation", "export terraform"];
const alsoLeaving: readonly CommandName[] = [...planning, "destroy"];
/** Commands that want to know whether the instances have room. */
const reckoning: readonly CommandName[] = ["scale policy add", "scale range"];

/** A tag on the target group keeps the delay that was set. */
const byNote = "only where no tag tells the deregistration delay";

/** What it takes to compare ecsctl.yaml with what there is. */
export const planningGrants: readonly Grant[] = [
  { on: "repository", actions: ["ecr:DescribeRepositories"], for: alsoLeaving },
  { on: "repository", actions: ["ecr:ListTagsForResource"], for: alsoLeaving, unseen: byTags },
  { on: "repository", actions: ["ecr:DescribeImages"], for: ["plan", "deploy"] },
  {
    on: "repository",
    actions: ["ecr:DescribeImages"],
    for: ["export cloudformation", "export terraform"],
    unseen: "only before the first deploy",
  },
  { on: "any", actions: ["tag:GetResources"], for: ["plan", "deploy"] },
  {
    on: "any",
    actions: ["tag:GetResources"],
    for: ["export cloudformation", "export terraform"],
    unseen: "only where things tell no tags themselves",
  },
  { on: "cluster", actions: ["ecs:DescribeClusters"], for: planning },
  { on: "service", actions: ["ecs:DescribeServices"], for: planning },
  { on: "capacityProvider", actions: ["ecs:DescribeCapacityProviders"], for: planning },
  { on: "any", actions: ["ecs:DescribeTaskDefinition"], for: alsoLeaving },
  { on: "roles", actions: ["iam:GetRole", "iam:ListAttachedRolePolicies"], for: alsoLeaving },
  { on: "roles", actions: ["iam:GetRolePolicy"], for: alsoLeaving, needs: "permissions" },
  { on: "profile", actions: ["iam:GetInstanceProfile"], for: alsoLeaving },
  { on: "any", actions: ["logs:DescribeLogGroups"], for: alsoLeaving },
  { on: "logGroup", actions: ["logs:ListTagsForResource"], for: alsoLeaving, unseen: byTags },
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
    actions: ["ec2:DescribeInstanceTypes"],
    for: [...planning, ...reckoning, "scale set"],
    needs: "autoScalingGroup",
  },
  {
    on: "any",
    actions: ["ec2:DescribeInstanceTypeOfferings", "ec2:DescribeImages"],
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
    ],
    for: alsoLeaving,
    needs: "balancer",
  },
  {
    on: "any",
    actions: ["elasticloadbalancing:DescribeTargetGroupAttributes"],
    for: alsoLeaving,
    needs: "balancer",
    unseen: byNote,
  },
  {
    on: "any",
    actions: ["elasticloadbalancing:DescribeTags"],
    for: alsoLeaving,
    needs: "balancer",
    unseen: byTags,
  },
  { on: "any", actions: ["cloudwatch:DescribeAlarms"], for: alsoLeaving, needs: "alarms" },
  { on: "alarms", actions: ["cloudwatch:ListTagsForResource"], for: alsoLeaving, unseen: byTags },
  {
    on: "serviceRevisions",
    actions: ["ecs:DescribeServiceRevisions"],
    for: planning,
    unseen: "only where a policy needs metrics every 20 seconds",
  },
  { on: "any", actions: ["sns:ListTopics"], for: alsoLeaving, needs: "topic", unseen: byTags },
  { on: "topic", actions: ["sns:ListTagsForResource"], for: alsoLeaving, unseen: byTags },
  { on: "topic", actions: ["sns:ListSubscriptionsByTopic"], for: alsoLeaving },
];
