import { addActivity, causeOf, completeActivity } from "./activities.ts";
import { launchForGroup } from "./group-launches.ts";
import { forgetGroupScaling } from "./group-policies.ts";
import { isEnding, terminateInstance } from "./instances.ts";
import { hasDrained, mustDrain } from "./managed-draining.ts";
import type { GroupMember, GroupRecord } from "./records/autoscaling.ts";
import { deletedGroups, groups, isLeaving } from "./records/autoscaling.ts";
import type { InstanceRecord } from "./records/ec2.ts";
import { instances } from "./records/ec2.ts";
import type { Region } from "./world.ts";

/** What it takes to replace a lost instance: suspended termination stops ReplaceUnhealthy too (as-suspend-resume-processes). */
const replacing = ["HealthCheck", "ReplaceUnhealthy", "Terminate"];

/** Brings every group's instances to its desired capacity, and forgets groups whose deletion is complete. */
export function stepGroups(region: Region, now: number): void {
  for (const group of groups(region).values()) {
    const at = new Date(now);
    settleMembers(region, group, at);
    if (!replacing.some((process) => isSuspended(group, process))) removeUnhealthy(region, group, at);
    const missing = group.desired - activeMembers(group).length;
    if (group.deleting) scaleIn(region, group, at);
    else if (missing > 0 && !isSuspended(group, "Launch")) launchForGroup(region, group, missing, at);
    else if (missing < 0 && !isSuspended(group, "Terminate")) scaleIn(region, group, at);
    else if (missing === 0) group.request = undefined;
    if (group.deleting && group.members.length === 0) forget(region, group);
  }
}

/** The members that count towards the desired capacity. */
export function activeMembers(group: GroupRecord): GroupMember[] {
  return group.members.filter((member) => !isLeaving(member));
}

/**
 * Sets a group's desired capacity. `request` says who wants it, as causes do: `a user request explicitly set group
 * desired capacity`, `a monitor alarm NAME in state ALARM triggered policy NAME`.
 */
export function changeDesired(region: Region, group: GroupRecord, desired: number, request: string): void {
  if (desired === group.desired) return;
  const text = `${request} changing the desired capacity from ${group.desired} to ${desired}`;
  group.request = { at: region.world.clock.date(), text };
  group.desired = desired;
}

/** Takes one member out of service and ends its instance; `cause` without its time. */
export function terminateMember(region: Region, group: GroupRecord, member: GroupMember, cause: string) {
  const at = region.world.clock.date();
  const instance = instances(region).get(member.instanceId);
  member.leavingSince = at;
  if (instance && !isEnding(instance) && mustDrain(region, group, member.instanceId))
    member.lifecycleState = "Terminating:Wait";
  else endMember(region, member, "Terminating");
  const description = `Terminating EC2 instance: ${member.instanceId}`;
  return addActivity(region, group, { description, cause, at, subnetId: instance?.subnetId });
}

function endMember(region: Region, member: GroupMember, state: GroupMember["lifecycleState"]): void {
  const instance = instances(region).get(member.instanceId);
  member.lifecycleState = state;
  if (instance) terminateInstance(instance, region.world.clock.now());
}

function isSuspended(group: GroupRecord, process: string): boolean {
  return group.suspendedProcesses.includes(process);
}

/** Pending members whose instance runs are in service; drained ones end; terminating ones whose instance is gone are gone. */
function settleMembers(region: Region, group: GroupRecord, at: Date): void {
  for (const member of group.members)
    if (member.lifecycleState === "Terminating:Wait" && hasDrained(region, group, member, at.getTime()))
      endMember(region, member, "Terminating:Proceed");
  const gone = group.members.filter((member) => isGone(region, member));
  const started = group.members.filter(
    (member) => member.lifecycleState === "Pending" && recordOf(region, member)?.state === "running",
  );
  for (const member of started) member.lifecycleState = "InService";
  for (const member of [...started, ...gone]) completeActivity(group, member.instanceId, at);
  if (gone.length > 0) group.members = group.members.filter((member) => !gone.includes(member));
}

function isGone(region: Region, member: GroupMember): boolean {
  const state = recordOf(region, member)?.state ?? "terminated";
  return isLeaving(member) && state === "terminated";
}

/** Protection from scale-in does not save an instance that somebody else has ended. */
function removeUnhealthy(region: Region, group: GroupRecord, at: Date): void {
  for (const member of activeMembers(group)) {
    const instance = instances(region).get(member.instanceId);
    if (instance && !isEnding(instance)) continue;
    const text =
      "an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped";
    completeActivity(group, member.instanceId, at);
    terminateMember(region, group, member, causeOf([at, text]));
    group.replacements = (group.replacements ?? 0) + 1;
  }
}

/** Ends the surplus, unprotected ones only, except that a group that is being deleted ends all. */
function scaleIn(region: Region, group: GroupRecord, at: Date): void {
  const actual = activeMembers(group).length;
  const victims = chooseVictims(region, group, actual - (group.deleting ? 0 : group.desired));
  if (victims.length > 0) {
    const shrinking =
      "an instance was taken out of service in response to a difference between desired and actual capacity, " +
      `shrinking the capacity from ${actual} to ${actual - victims.length}`;
    const cause = causeOf(
      group.request && [group.request.at, group.request.text],
      [at, shrinking],
      ...victims.map((victim) => [at, `instance ${victim.instanceId} was selected for termination`] as const),
    );
    for (const victim of victims) terminateMember(region, group, victim, cause);
  }
  if (activeMembers(group).length > group.desired) tellProtected(region, group, at);
  group.request = undefined;
}

function chooseVictims(region: Region, group: GroupRecord, count: number): GroupMember[] {
  const victims: GroupMember[] = [];
  for (let number = 0; number < count; number++) {
    const victim = chooseVictim(
      region,
      group,
      activeMembers(group).filter((member) => !victims.includes(member)),
    );
    if (victim) victims.push(victim);
  }
  return victims;
}

/** The default policy: the zone with the most instances, there the oldest one. */
function chooseVictim(region: Region, group: GroupRecord, active: readonly GroupMember[]): GroupMember | undefined {
  const candidates = active.filter((member) => group.deleting || !member.protectedFromScaleIn);
  const zoneOf = (member: GroupMember): string => recordOf(region, member)?.availabilityZone ?? "";
  const sizes = Map.groupBy(active, zoneOf);
  const rank = (member: GroupMember): number => sizes.get(zoneOf(member))?.length ?? 0;
  const age = (member: GroupMember): number => recordOf(region, member)?.launchedAt.getTime() ?? 0;
  return candidates.toSorted((one, other) => rank(other) - rank(one) || age(one) - age(other))[0];
}

function recordOf(region: Region, member: GroupMember): InstanceRecord | undefined {
  return instances(region).get(member.instanceId);
}

/** Said once for a request; what becomes unprotected later still goes. */
function tellProtected(region: Region, group: GroupRecord, at: Date): void {
  if (!group.request) return;
  addActivity(region, group, {
    description: "Could not scale to desired capacity because all remaining instances are protected from scale-in.",
    cause: causeOf([group.request.at, group.request.text], [at, "group reached equilibrium"]),
    at,
    status: "Cancelled",
  });
}

function forget(region: Region, group: GroupRecord): void {
  forgetGroupScaling(region, group.name);
  groups(region).delete(group.name);
  deletedGroups(region).set(group.arn, group);
}
