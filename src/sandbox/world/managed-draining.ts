import { type GroupMember, type GroupRecord } from "./records/autoscaling.ts";
import { capacityProviders, clusters, type ContainerInstanceRecord, containerInstances } from "./records/ecs.ts";
import { tasksOn } from "./placement.ts";
import type { Region } from "./world.ts";

/** The longest that Auto Scaling keeps an instance for its lifecycle hooks ("Managed instance draining", ECS developer guide). */
const longestMs = 48 * 3600_000;

/** Whether ECS wants to drain the group's instances before they end: a capacity provider of a cluster says so. */
export const drainsGroup = (region: Region, group: GroupRecord): boolean =>
  [...capacityProviders(region).values()].some(
    ({ name, status, provider }) =>
      status === "ACTIVE" &&
      provider.autoScalingGroupArn === group.arn &&
      provider.managedDraining !== "DISABLED" &&
      [...clusters(region).values()].some(
        (cluster) => cluster.status === "ACTIVE" && cluster.capacityProviders.includes(name),
      ),
  );

/** Whether an instance has tasks that are to be moved before it ends. A group that is deleted by force waits for nobody. */
export function mustDrain(region: Region, group: GroupRecord, instanceId: string): boolean {
  const record = registrationOf(region, instanceId);
  return record !== undefined && !group.deleting && drainsGroup(region, group) && tasksOn(region, record.id).length > 0;
}

/** Whether nothing is left to wait for: no task, no agent, or no more time. */
export function hasDrained(region: Region, group: GroupRecord, member: GroupMember, now: number): boolean {
  const record = registrationOf(region, member.instanceId);
  const waited = now - (member.leavingSince?.getTime() ?? now);
  return group.deleting || record === undefined || waited >= longestMs || tasksOn(region, record.id).length === 0;
}

const registrationOf = (region: Region, instanceId: string): ContainerInstanceRecord | undefined =>
  [...containerInstances(region).values()].find((one) => one.ec2InstanceId === instanceId && one.status !== "INACTIVE");
