import type { CommandName } from "./command-names.ts";
import type { Grant } from "./grant.ts";

const pictures: readonly CommandName[] = ["status", "endpoints", "watch", "loadtest"];
/** `events --explain` needs the picture too. */
const looks: readonly CommandName[] = [...pictures, "events"];

/** Only then is it worth asking what keeps the next instance away. */
const whenWaiting = "only when tasks wait for an instance";

/** What it takes to see a service at work. */
export const lookingGrants: readonly Grant[] = [
  { on: "service", actions: ["ecs:DescribeServices"], for: looks },
  { on: "tasks", actions: ["ecs:DescribeTasks"], for: looks },
  { on: "inCluster", actions: ["ecs:ListTasks"], for: looks },
  { on: "cluster", actions: ["ecs:ListContainerInstances"], for: looks },
  { on: "containerInstances", actions: ["ecs:DescribeContainerInstances"], for: looks, needs: "autoScalingGroup" },
  { on: "any", actions: ["ec2:DescribeInstances"], for: looks, needs: "autoScalingGroup" },
  { on: "any", actions: ["ec2:DescribeNetworkInterfaces"], for: looks, needs: "fargate" },
  {
    on: "any",
    actions: [
      "application-autoscaling:DescribeScalableTargets",
      "application-autoscaling:DescribeScalingPolicies",
      "application-autoscaling:DescribeScheduledActions",
      "application-autoscaling:DescribeScalingActivities",
    ],
    for: looks,
  },
  { on: "any", actions: ["cloudwatch:DescribeAlarms"], for: looks },
  { on: "any", actions: ["cloudwatch:DescribeAlarmHistory"], for: ["events"] },
  { on: "any", actions: ["cloudwatch:GetMetricData"], for: looks },
  { on: "cluster", actions: ["ecs:DescribeClusters"], for: pictures, needs: "autoScalingGroup", unseen: whenWaiting },
  {
    on: "capacityProvider",
    actions: ["ecs:DescribeCapacityProviders"],
    for: pictures,
    needs: "autoScalingGroup",
    unseen: whenWaiting,
  },
  {
    on: "any",
    actions: ["autoscaling:DescribeScalingActivities"],
    for: pictures,
    needs: "autoScalingGroup",
    unseen: whenWaiting,
  },
  {
    on: "any",
    actions: ["autoscaling:DescribeAutoScalingGroups"],
    for: looks,
    needs: "autoScalingGroup",
    unseen: whenWaiting,
  },
  {
    on: "any",
    actions: [
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTargetHealth",
    ],
    for: looks,
    needs: "balancer",
  },
  {
    on: "any",
    actions: ["elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeLoadBalancers"],
    for: ["loadtest"],
    unseen: "only for --target NAME",
  },
  { on: "any", actions: ["logs:DescribeLogGroups"], for: ["logs", "logs insights"] },
  { on: "logGroup", actions: ["logs:FilterLogEvents"], for: ["logs"] },
  { on: "logGroup", actions: ["logs:StartQuery"], for: ["logs insights"] },
  { on: "any", actions: ["logs:GetQueryResults"], for: ["logs insights"] },
  { on: "any", actions: ["logs:StopQuery"], for: ["logs insights"], unseen: "only for a query that is broken off" },
  { on: "cluster", actions: ["ecs:DescribeClusters"], for: ["events"] },
  { on: "capacityProvider", actions: ["ecs:DescribeCapacityProviders"], for: ["events"] },
  { on: "any", actions: ["autoscaling:DescribeScalingActivities"], for: ["events"], needs: "autoScalingGroup" },
];
