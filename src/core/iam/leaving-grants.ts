import type { Grant } from "./grant.ts";

/** What `destroy` deletes: only what carries the app's tag, whatever its name is. */
export const leavingGrants: readonly Grant[] = [
  {
    on: "owned",
    actions: [
      "autoscaling:DeleteAutoScalingGroup",
      "cloudwatch:DeleteAlarms",
      "ec2:DeleteLaunchTemplate",
      "ec2:DeleteSecurityGroup",
      "ecr:DeleteRepository",
      "ecs:DeleteCapacityProvider",
      "ecs:DeleteCluster",
      "ecs:DeleteService",
      "ecs:DeleteTaskDefinitions",
      "ecs:UpdateService",
      "elasticloadbalancing:DeleteListener",
      "elasticloadbalancing:DeleteLoadBalancer",
      "elasticloadbalancing:DeleteTargetGroup",
      "iam:DeleteInstanceProfile",
      "iam:DeleteRole",
      "iam:DeleteRolePolicy",
      "iam:DetachRolePolicy",
      "iam:ListRolePolicies",
      "iam:RemoveRoleFromInstanceProfile",
      "logs:DeleteLogGroup",
      "sns:DeleteTopic",
    ],
    for: ["destroy"],
  },
  // A cluster that was there before lends its list of capacity providers.
  { on: "cluster", actions: ["ecs:PutClusterCapacityProviders"], for: ["destroy"] },
  { on: "any", actions: ["ecs:DeregisterTaskDefinition"], for: ["destroy"] },
  { on: "topic", actions: ["sns:Unsubscribe"], for: ["destroy"], unseen: "only where somebody confirmed the mail" },
  // The sweep finds by the tag what ecsctl.yaml no longer names.
  {
    on: "any",
    actions: [
      "autoscaling:DescribeTags",
      "ec2:DescribeInstances",
      "ec2:DescribeLaunchTemplates",
      "ec2:DescribeSecurityGroups",
      "ecs:DescribeCapacityProviders",
      "ecs:DescribeClusters",
      "ecs:DescribeServices",
      "ecs:ListTaskDefinitions",
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeTags",
      "elasticloadbalancing:DescribeTargetGroups",
      "sns:ListTagsForResource",
      "sns:ListTopics",
      "tag:GetResources",
    ],
    for: ["destroy"],
  },
  {
    on: "insightsLogs",
    actions: ["logs:DeleteLogGroup"],
    for: ["destroy"],
    unseen: "only where Container Insights has written",
  },
  // What others use of this app stays.
  { on: "any", actions: ["ecs:ListServices"], for: ["destroy"] },
  {
    on: "any",
    actions: ["ec2:DescribeLaunchTemplateVersions"],
    for: ["destroy"],
    unseen: "only where another app has instances",
  },
];
