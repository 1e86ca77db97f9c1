import type { Grant } from "./grant.ts";

const onFailure = "only to say why a rollout fails";
const whenChanged = "only when somebody changed it by hand";

/** What `deploy` makes and changes, and what it reads while it waits. */
export const makingGrants: readonly Grant[] = [
  { on: "repository", actions: ["ecr:TagResource"], for: ["deploy"] },
  { on: "repository", actions: ["ecr:PutImageScanningConfiguration"], for: ["deploy"], unseen: whenChanged },

  { on: "cluster", actions: ["ecs:CreateCluster", "ecs:UpdateClusterSettings", "ecs:TagResource"], for: ["deploy"] },
  { on: "cluster", actions: ["ecs:PutClusterCapacityProviders"], for: ["deploy"], needs: "capacityProvider" },
  {
    on: "capacityProvider",
    actions: ["ecs:CreateCapacityProvider", "ecs:UpdateCapacityProvider", "ecs:TagResource"],
    for: ["deploy"],
  },
  { on: "service", actions: ["ecs:CreateService", "ecs:UpdateService", "ecs:TagResource"], for: ["deploy"] },
  { on: "taskDefinitions", actions: ["ecs:RegisterTaskDefinition", "ecs:TagResource"], for: ["deploy"] },
  {
    on: "cluster",
    actions: ["ecs:ListContainerInstances"],
    for: ["deploy", "rollback"],
    unseen: onFailure,
  },
  {
    on: "containerInstances",
    actions: ["ecs:DescribeContainerInstances"],
    for: ["deploy", "rollback"],
    needs: "autoScalingGroup",
    unseen: onFailure,
  },
  { on: "inCluster", actions: ["ecs:ListTasks"], for: ["deploy", "rollback"], unseen: onFailure },
  { on: "tasks", actions: ["ecs:DescribeTasks"], for: ["deploy", "rollback"], unseen: onFailure },
  { on: "logGroup", actions: ["logs:GetLogEvents"], for: ["deploy", "rollback"], unseen: onFailure },
  { on: "any", actions: ["cloudwatch:DescribeAlarms"], for: ["rollback"], needs: "alarms", unseen: onFailure },
  {
    on: "any",
    actions: ["autoscaling:DescribeScalingActivities"],
    for: ["deploy", "rollback"],
    needs: "autoScalingGroup",
    unseen: "only to say why no instance comes",
  },
  {
    on: "any",
    actions: ["autoscaling:DescribeAutoScalingGroups"],
    for: ["rollback"],
    needs: "autoScalingGroup",
    unseen: "only to say why no instance comes",
  },

  { on: "roles", actions: ["iam:CreateRole", "iam:TagRole", "iam:DetachRolePolicy"], for: ["deploy"] },
  { on: "roles", actions: ["iam:UpdateAssumeRolePolicy"], for: ["deploy"], unseen: whenChanged },
  { on: "roles", actions: ["iam:PutRolePolicy"], for: ["deploy"], needs: "permissions" },
  {
    on: "roles",
    actions: ["iam:DeleteRolePolicy"],
    for: ["deploy"],
    needs: "permissions",
    unseen: "only when the last permission left ecsctl.yaml",
  },
  { on: "attachable", actions: ["iam:AttachRolePolicy"], for: ["deploy"] },
  {
    on: "profile",
    actions: ["iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile", "iam:TagInstanceProfile"],
    for: ["deploy"],
  },
  { on: "profile", actions: ["iam:RemoveRoleFromInstanceProfile"], for: ["deploy"], unseen: whenChanged },
  { on: "passToTasks", actions: ["iam:PassRole"], for: ["deploy"], elsewhere: "RegisterTaskDefinition asks for it" },
  {
    on: "passToInstances",
    actions: ["iam:PassRole"],
    for: ["deploy"],
    elsewhere: "AddRoleToInstanceProfile and CreateAutoScalingGroup ask for it",
  },
  {
    on: "linkedRoles",
    actions: ["iam:CreateServiceLinkedRole"],
    for: ["deploy", "scale policy add", "scale range", "scale set", "scale suspend", "scale resume"],
    elsewhere: "services ask for it at their first use in an account",
  },

  { on: "logGroup", actions: ["logs:CreateLogGroup", "logs:PutRetentionPolicy", "logs:TagResource"], for: ["deploy"] },

  { on: "vpc", actions: ["ec2:CreateSecurityGroup"], for: ["deploy"] },
  { on: "ec2New", actions: ["ec2:CreateSecurityGroup", "ec2:CreateTags"], for: ["deploy"] },
  { on: "ec2New", actions: ["ec2:CreateLaunchTemplate"], for: ["deploy"], needs: "autoScalingGroup" },
  {
    on: "ec2Own",
    actions: ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"],
    for: ["deploy"],
  },
  { on: "ec2Own", actions: ["ec2:CreateLaunchTemplateVersion"], for: ["deploy"], needs: "autoScalingGroup" },
  {
    on: "group",
    actions: [
      "autoscaling:CreateAutoScalingGroup",
      "autoscaling:UpdateAutoScalingGroup",
      "autoscaling:CreateOrUpdateTags",
    ],
    for: ["deploy"],
  },
  { on: "launched", actions: ["ec2:CreateTags"], for: ["deploy"], elsewhere: "CreateAutoScalingGroup asks for it" },
  { on: "launches", actions: ["ec2:RunInstances"], for: ["deploy"], elsewhere: "CreateAutoScalingGroup asks for it" },

  {
    on: "balancer",
    actions: [
      "elasticloadbalancing:CreateLoadBalancer",
      "elasticloadbalancing:CreateListener",
      "elasticloadbalancing:AddTags",
    ],
    for: ["deploy"],
  },
  {
    on: "balancer",
    actions: [
      "elasticloadbalancing:ModifyListener",
      "elasticloadbalancing:SetSecurityGroups",
      "elasticloadbalancing:SetSubnets",
    ],
    for: ["deploy"],
    unseen: whenChanged,
  },
  {
    on: "any",
    actions: ["elasticloadbalancing:DescribeTargetHealth", "elasticloadbalancing:DescribeTargetGroups"],
    for: ["deploy", "rollback"],
    needs: "balancer",
    unseen: onFailure,
  },
  {
    on: "targetGroup",
    actions: [
      "elasticloadbalancing:CreateTargetGroup",
      "elasticloadbalancing:ModifyTargetGroup",
      "elasticloadbalancing:ModifyTargetGroupAttributes",
      "elasticloadbalancing:AddTags",
    ],
    for: ["deploy"],
  },

  { on: "service", actions: ["ecs:DescribeServices", "ecs:UpdateService"], for: ["rollback"] },
  { on: "service", actions: ["ecs:ListServiceDeployments"], for: ["rollback"] },
  { on: "serviceRevisions", actions: ["ecs:DescribeServiceRevisions"], for: ["rollback"] },
  { on: "any", actions: ["ecs:DescribeTaskDefinition"], for: ["rollback"] },
  { on: "any", actions: ["ecs:ListTaskDefinitions"], for: ["rollback"], unseen: "only when --to names a wrong one" },
];
