import type { CommandName } from "./command-names.ts";
import type { Grant } from "./grant.ts";

const policies: readonly CommandName[] = ["scale policy add", "scale policy list", "scale policy remove"];
const stack: readonly CommandName[] = ["plan", "deploy", "destroy", "export cloudformation", "export terraform"];
const deploying: readonly CommandName[] = ["plan", "deploy", "destroy"];
const byHand: readonly CommandName[] = ["scale range", "scale set", "scale suspend", "scale resume"];
const measuring: readonly CommandName[] = ["scale simulate", "scale tune"];

/** What it takes to scale: by policies, by the clock, by hand. */
export const scalingGrants: readonly Grant[] = [
  { on: "any", actions: ["application-autoscaling:DescribeScalableTargets"], for: [...stack, ...policies, ...byHand] },
  {
    on: "any",
    actions: ["application-autoscaling:DescribeScalingPolicies"],
    for: [...stack, ...policies, "scale set"],
  },
  {
    on: "any",
    actions: ["application-autoscaling:DescribeScheduledActions"],
    for: [...deploying, ...policies, "scale range", "scale set", "scale suspend"],
  },
  {
    on: "scaling",
    actions: ["application-autoscaling:RegisterScalableTarget"],
    for: ["deploy", "scale policy add", ...byHand],
  },
  { on: "scaling", actions: ["application-autoscaling:PutScalingPolicy"], for: ["deploy", "scale policy add"] },
  {
    on: "scaling",
    actions: ["application-autoscaling:PutScheduledAction"],
    for: ["deploy", "scale policy add", "scale set"],
  },
  {
    on: "scalingTags",
    actions: ["application-autoscaling:TagResource"],
    for: ["deploy", "scale policy add"],
    elsewhere: "AWS asks for it when something is made with tags",
  },
  {
    on: "scalingTags",
    actions: ["application-autoscaling:TagResource"],
    for: ["scale range"],
    unseen: "only where nothing scaled the service before",
  },
  {
    on: "scaling",
    actions: ["application-autoscaling:DeleteScalingPolicy", "application-autoscaling:DeleteScheduledAction"],
    for: ["deploy", "scale policy remove", "destroy"],
  },
  { on: "scaling", actions: ["application-autoscaling:DeregisterScalableTarget"], for: ["destroy"] },
  {
    on: "trackingAlarms",
    actions: ["cloudwatch:PutMetricAlarm", "cloudwatch:DescribeAlarms"],
    for: ["deploy", "scale policy add"],
    elsewhere: "Application Auto Scaling asks for it where a policy has alarms",
  },
  {
    on: "trackingAlarms",
    actions: ["cloudwatch:DeleteAlarms"],
    for: ["deploy", "scale policy add", "scale policy remove", "destroy"],
    elsewhere: "Application Auto Scaling asks for it where a policy has alarms",
  },
  {
    on: "stepAlarms",
    actions: ["cloudwatch:PutMetricAlarm"],
    for: ["deploy", "scale policy add"],
  },
  {
    on: "stepAlarms",
    actions: ["cloudwatch:DeleteAlarms", "cloudwatch:ListTagsForResource"],
    for: ["deploy", "scale policy remove"],
  },
  {
    on: "stepAlarms",
    actions: ["cloudwatch:TagResource"],
    for: ["deploy", "scale policy add"],
    elsewhere: "AWS asks for it when something is made with tags",
  },
  {
    on: "any",
    actions: ["cloudwatch:DescribeAlarms"],
    for: [...stack, ...policies],
  },
  { on: "service", actions: ["ecs:DescribeServices"], for: ["scale policy add", "scale range", "scale set"] },
  { on: "service", actions: ["ecs:UpdateService"], for: ["scale set"] },
  {
    on: "service",
    actions: ["ecs:DescribeServices", "ecs:UpdateService"],
    for: ["scale policy add", "scale suspend", "scale resume", "scale range"],
    elsewhere: "Application Auto Scaling asks for it where the target is a service",
  },
  {
    on: "any",
    actions: ["cloudwatch:ListMetrics"],
    for: ["scale policy add", "alarm add"],
    unseen: "only for a metric of one's own",
  },

  { on: "inCluster", actions: ["ecs:ListTasks"], for: ["scale policy add", ...measuring] },
  { on: "tasks", actions: ["ecs:DescribeTasks"], for: ["scale policy add", ...measuring] },
  { on: "service", actions: ["ecs:DescribeServices"], for: measuring },
  { on: "cluster", actions: ["ecs:ListContainerInstances"], for: measuring },
  { on: "containerInstances", actions: ["ecs:DescribeContainerInstances"], for: measuring, needs: "autoScalingGroup" },
  { on: "any", actions: ["ec2:DescribeInstances"], for: measuring, needs: "autoScalingGroup" },
  { on: "any", actions: ["cloudwatch:GetMetricData"], for: measuring },
];
