import type { Aws } from "../aws/aws.ts";
import type { Context } from "../context.ts";
import { unlessMissing } from "../aws/missing.ts";
import { deploymentError } from "../errors.ts";

import { poll } from "./poll.ts";

/** An instance boots and registers within about two minutes; nothing moving for ten means that it never will. */
const bootStallSeconds = 600;

/** A launch that failed that often in the same way will not succeed by waiting. */
const hopelessLaunches = 3;
/** Auto Scaling tries zone after zone at once: what fails within this time is one failure. */
const roundMs = 30_000;

/**
 * Waits until as many container instances are active as the Auto Scaling group is to have at least. Three launches that
 * fail alike end the wait (exit 5).
 */
export async function waitForInstances(
  context: Context,
  at: { cluster: string; group: string; count: number },
): Promise<void> {
  let best = 0;
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
      // Another instance in place of one that broke is no progress.
      best = Math.max(best, instances.filter(({ LifecycleState }) => LifecycleState === "InService").length);
      const trouble = instances.length === 0 ? await readLaunchTrouble(context.aws, at.group) : undefined;
      if (trouble && trouble.alike >= hopelessLaunches) throw launchError(at.group, trouble);
      return {
        waiting: `${registered} of ${at.count} instances registered with cluster ${at.cluster} (${states || "none launched yet"})`,
        progress: `${registered} registered, ${best} in service`,
        reason: trouble?.reason,
      };
    },
  });
}

interface LaunchTrouble {
  /** In Auto Scaling's words. */
  reason: string;
  /** How many times in a row it was tried in vain, in whatever zones. */
  alike: number;
}

/** What Auto Scaling said about the newest launches, if they failed. */
export async function readLaunchTrouble(aws: Aws, group: string): Promise<LaunchTrouble | undefined> {
  const answer = await aws.call("autoscaling", "DescribeScalingActivities", {
    AutoScalingGroupName: group,
    MaxRecords: 30,
  });
  const activities = answer.Activities ?? [];
  const reason = activities[0]?.StatusCode === "Failed" ? activities[0].StatusMessage : undefined;
  if (reason === undefined) return undefined;
  const other = activities.findIndex(
    ({ StatusCode, StatusMessage }) => StatusCode !== "Failed" || StatusMessage !== reason,
  );
  const times = activities.slice(0, other === -1 ? undefined : other).map(({ StartTime }) => Number(StartTime ?? 0));
  const rounds = times.filter((time, index) => index === 0 || (times[index - 1] ?? 0) - time > roundMs);
  return { reason, alike: rounds.length };
}

const launchError = (group: string, { reason, alike }: LaunchTrouble): Error =>
  deploymentError({
    code: "InstancesFailed",
    message: `Auto Scaling group ${group} cannot launch instances.`,
    why: `${alike} launches failed alike: ${reason}`,
    hint: "Choose another cluster.capacity.instanceType, or ask AWS for a higher quota; then deploy again.",
  });

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
