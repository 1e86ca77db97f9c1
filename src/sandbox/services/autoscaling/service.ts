import * as autoscaling from "@aws-sdk/client-auto-scaling";
import type { Handlers, ServiceModule } from "../../wire/api.ts";
import { createAutoScalingGroup } from "./create-auto-scaling-group.ts";
import { deleteAutoScalingGroup } from "./delete-auto-scaling-group.ts";
import { describeAutoScalingGroups, describeAutoScalingInstances } from "./describe-auto-scaling-groups.ts";
import { describeScalingActivities } from "./describe-scaling-activities.ts";
import { deletePolicy, describePolicies, executePolicyNow, putScalingPolicy } from "./scaling-policies.ts";
import { deleteScheduledAction, describeScheduledActions, putScheduledUpdateGroupAction } from "./scheduled-actions.ts";
import { setDesiredCapacity } from "./set-desired-capacity.ts";
import { setInstanceProtection } from "./set-instance-protection.ts";
import { describeLifecycleHooks, resumeProcesses, suspendProcesses } from "./suspend-processes.ts";
import { createOrUpdateTags, deleteTags, describeTags } from "./tags.ts";
import { terminateInstanceInAutoScalingGroup } from "./terminate-instance-in-auto-scaling-group.ts";
import { updateAutoScalingGroup } from "./update-auto-scaling-group.ts";

const handlers: Handlers<typeof autoscaling> = {
  CreateAutoScalingGroup: createAutoScalingGroup,
  CreateOrUpdateTags: createOrUpdateTags,
  DeleteAutoScalingGroup: deleteAutoScalingGroup,
  DeletePolicy: deletePolicy,
  DeleteScheduledAction: deleteScheduledAction,
  DeleteTags: deleteTags,
  DescribeAutoScalingGroups: describeAutoScalingGroups,
  DescribeAutoScalingInstances: describeAutoScalingInstances,
  DescribeLifecycleHooks: describeLifecycleHooks,
  DescribePolicies: describePolicies,
  DescribeScalingActivities: describeScalingActivities,
  DescribeScheduledActions: describeScheduledActions,
  DescribeTags: describeTags,
  ExecutePolicy: executePolicyNow,
  PutScalingPolicy: putScalingPolicy,
  PutScheduledUpdateGroupAction: putScheduledUpdateGroupAction,
  ResumeProcesses: resumeProcesses,
  SetDesiredCapacity: setDesiredCapacity,
  SetInstanceProtection: setInstanceProtection,
  SuspendProcesses: suspendProcesses,
  TerminateInstanceInAutoScalingGroup: terminateInstanceInAutoScalingGroup,
  UpdateAutoScalingGroup: updateAutoScalingGroup,
};

export const service: ServiceModule<typeof autoscaling> = {
  module: autoscaling,
  Client: autoscaling.AutoScalingClient,
  handlers,
};
