import type { Context } from "../context.ts";
import { unlessMissing } from "../aws/missing.ts";

import { poll } from "./poll.ts";

/** An instance boots and registers within about two minutes; nothing moving for ten means that it never will. */
const bootStallSeconds = 600;

/** Waits until as many container instances are active as the Auto Scaling group is to have at least. */
export async function waitForInstances(
  context: Context,
  at: { cluster: string; group: string; count: number },
): Promise<void> {
  await poll(context, {
    id: `instances/${at.cluster}`,
    what: `${at.count} instance${at.count === 1 ? "" : "s"} to register with cluster ${at.cluster}`,
    stallSeconds: bootStallSeconds,
    hint: "Look at the instance's user data, its role, and whether it reaches the internet.",
    look: async () => {
      const [clusters, groups] = await Promise.all([
        context.aws.call("ecs", "DescribeClusters", { clusters: [at.cluster] }),
        context.aws.call("autoscaling", "DescribeAutoScalingGroups", { AutoScalingGroupNames: [at.group] }),
      ]);
      const registered = clusters.clusters?.[0]?.registeredContainerInstancesCount ?? 0;
      if (registered >= at.count) return { done: undefined };
      const instances = groups.AutoScalingGroups?.[0]?.Instances ?? [];
      const states = instances.map((instance) => `${instance.InstanceId} ${instance.LifecycleState}`).join(", ");
      return {
        waiting: `${registered} of ${at.count} instances registered with cluster ${at.cluster} (${states || "none launched yet"})`,
        reason: instances.length === 0 ? await lastFailedLaunch(context, at.group) : undefined,
      };
    },
  });
}

/** What Auto Scaling said about a launch that failed. */
async function lastFailedLaunch(context: Context, group: string): Promise<string | undefined> {
  const answer = await context.aws.call("autoscaling", "DescribeScalingActivities", {
    AutoScalingGroupName: group,
    MaxRecords: 5,
  });
  const newest = answer.Activities?.[0];
  return newest?.StatusCode === "Failed" ? newest.StatusMessage : undefined;
}

/** Waits until an Auto Scaling group and its instances are gone. */
export async function waitForGroupGone(context: Context, group: string): Promise<void> {
  await poll(context, {
    id: `gone/${group}`,
    what: `Auto Scaling group ${group} and its instances to go`,
    stallSeconds: 900,
    look: async () => {
      const [groups, reservations] = await Promise.all([
        context.aws.call("autoscaling", "DescribeAutoScalingGroups", { AutoScalingGroupNames: [group] }),
        context.aws.all(
          "ec2",
          "DescribeInstances",
          {
            Filters: [
              { Name: "tag:aws:autoscaling:groupName", Values: [group] },
              { Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped", "shutting-down"] },
            ],
          },
          (page) => page.Reservations,
        ),
      ]);
      const left = reservations.flatMap((reservation) => reservation.Instances ?? []);
      const exists = (groups.AutoScalingGroups ?? []).length > 0;
      if (!exists && left.length === 0) return { done: undefined };
      const states = left.map((instance) => `${instance.InstanceId} ${instance.State?.Name}`).join(", ");
      return { waiting: `Auto Scaling group ${group} is being deleted (${states || "no instance left"})` };
    },
  });
}

/** Waits until a deleted service has stopped its tasks and is no longer there. */
export async function waitForServiceGone(context: Context, at: { cluster: string; service: string }): Promise<void> {
  await poll(context, {
    id: `gone/${at.service}`,
    what: `service ${at.service} to stop its tasks`,
    stallSeconds: 600,
    look: async () => {
      const answer = await unlessMissing(
        context.aws.call("ecs", "DescribeServices", { cluster: at.cluster, services: [at.service] }),
        "ClusterNotFoundException",
      );
      const service = answer?.services?.[0];
      const { status, runningCount = 0, pendingCount = 0 } = service ?? {};
      if (!service || status === "INACTIVE") return { done: undefined };
      return { waiting: `service ${at.service} is ${status}: ${runningCount} running, ${pendingCount} pending` };
    },
  });
}

/** Waits until a deleted capacity provider is no longer there. */
export async function waitForProviderGone(context: Context, name: string): Promise<void> {
  await poll(context, {
    id: `gone/${name}`,
    what: `capacity provider ${name} to go`,
    stallSeconds: 600,
    look: async () => {
      const answer = await context.aws.call("ecs", "DescribeCapacityProviders", { capacityProviders: [name] });
      const provider = answer.capacityProviders?.[0];
      if (!provider || provider.status === "INACTIVE" || provider.updateStatus === "DELETE_COMPLETE")
        return { done: undefined };
      return { waiting: `capacity provider ${name} is ${provider.updateStatus ?? provider.status}` };
    },
  });
}
