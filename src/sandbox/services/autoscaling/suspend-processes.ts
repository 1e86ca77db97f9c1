import type * as autoscaling from "@aws-sdk/client-auto-scaling";
import type { Handler } from "../../wire/api.ts";
import { findGroup, validationError } from "./groups.ts";

const processes = [
  "Launch",
  "Terminate",
  "AddToLoadBalancer",
  "AlarmNotification",
  "AZRebalance",
  "HealthCheck",
  "InstanceRefresh",
  "ReplaceUnhealthy",
  "ScheduledActions",
];

/** All processes where the request names none. */
function named(asked: readonly string[] | undefined): readonly string[] {
  for (const name of asked ?? [])
    if (!processes.includes(name))
      throw validationError(
        `1 validation error detected: Value '[${name}]' at 'scalingProcesses' failed to satisfy constraint: unknown process type`,
      );
  return asked?.length ? asked : processes;
}

export const suspendProcesses: Handler<typeof autoscaling, "SuspendProcesses"> = (input, { region }) => {
  const group = findGroup(region, input.AutoScalingGroupName);
  group.suspendedProcesses = [...new Set([...group.suspendedProcesses, ...named(input.ScalingProcesses)])];
  return {};
};

export const resumeProcesses: Handler<typeof autoscaling, "ResumeProcesses"> = (input, { region }) => {
  const group = findGroup(region, input.AutoScalingGroupName);
  const resumed = named(input.ScalingProcesses);
  group.suspendedProcesses = group.suspendedProcesses.filter((name) => !resumed.includes(name));
  return {};
};

export const describeLifecycleHooks: Handler<typeof autoscaling, "DescribeLifecycleHooks"> = (input, { region }) => {
  findGroup(region, input.AutoScalingGroupName);
  return { LifecycleHooks: [] };
};
