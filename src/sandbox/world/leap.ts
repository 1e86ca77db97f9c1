import { alarmPeriod } from "./alarms.ts";
import { activeMembers } from "./groups.ts";
import { scheduledActions } from "./records/application-autoscaling.ts";
import { groups, groupSchedules, isLeaving } from "./records/autoscaling.ts";
import { alarms, compositeAlarms } from "./records/cloudwatch.ts";
import { instances } from "./records/ec2.ts";
import { clusters, containerInstances, services, tasks } from "./records/ecs.ts";
import { targetGroups } from "./records/elb.ts";
import { sampleInterval } from "./service-metrics.ts";
import { liveContainers } from "./task-handles.ts";
import type { Region, World } from "./world.ts";

const secondMs = 1000;
const minuteMs = 60_000;
/** What an alarm waits for after a minute, and after ten seconds where it looks that often; see `stepAlarms`. */
const settleMs = 5_000;
const fineSettleMs = 1_000;
const fineMs = 10_000;

/**
 * Moves a stepped world on, with no pass where nothing can happen: while everything rests, from one measurement,
 * evaluation or schedule to the next; second by second while anything is on its way. `settle` lets what a pass started
 * come to its end. The world becomes what it becomes with a pass every second.
 */
export async function leap(world: World, seconds: number, settle: () => Promise<void>): Promise<void> {
  const end = world.clock.now() + seconds * secondMs;
  for (let now = world.clock.now(); now < end; now = world.clock.now()) {
    world.clock.advance(Math.min(end, nextMoment(world, now)) - now);
    world.pass();
    await settle();
  }
}

function nextMoment(world: World, now: number): number {
  let next = Infinity;
  for (const region of world.usedRegions()) {
    if (isBusy(region)) return now + secondMs;
    next = Math.min(next, nextOf(region, now));
  }
  // Passes are at whole seconds of a stepped world.
  return now + Math.max(secondMs, Math.ceil((next - now) / secondMs) * secondMs);
}

/** Whether anything is between two states. */
function isBusy(region: Region): boolean {
  for (const { phase } of tasks(region).values()) if (phase !== "RUNNING" && phase !== "STOPPED") return true;
  for (const { steady, status, deployments } of services(region).values())
    if (status !== "INACTIVE" && (!steady || deployments.some(({ rolloutState }) => rolloutState === "IN_PROGRESS")))
      return true;
  for (const { state } of instances(region).values()) if (state !== "running" && state !== "terminated") return true;
  return isGrowing(region) || isChanging(region);
}

/** A group that is not what it wants to be, or whose newest instances have not registered with a cluster. */
function isGrowing(region: Region): boolean {
  const registered = new Set([...containerInstances(region).values()].map(({ ec2InstanceId }) => ec2InstanceId));
  for (const group of groups(region).values()) {
    if (group.deleting || activeMembers(group).length !== group.desired) return true;
    if (group.members.some(isLeaving)) return true;
    for (const { instanceId } of group.members) {
      const machine = instances(region).get(instanceId);
      if (machine && !registered.has(instanceId) && machine.userData.includes("ECS_CLUSTER")) return true;
    }
  }
  return false;
}

/** Clusters and targets on their way, and composite alarms whose actions wait by the second. */
function isChanging(region: Region): boolean {
  for (const { busyUntil } of clusters(region).values()) if (busyUntil !== undefined) return true;
  for (const { targets } of targetGroups(region).values())
    if (Object.values(targets).some(({ state }) => state !== "healthy" && state !== "unused")) return true;
  for (const { suppression } of compositeAlarms(region).values())
    if (suppression.by === "WaitPeriod" || suppression.by === "ExtensionPeriod") return true;
  return false;
}

function nextOf(region: Region, now: number): number {
  const after = (every: number, delay = 0): number => (Math.floor((now - delay) / every) + 1) * every + delay;
  const moments = [after(sampleInterval(region.world.clock.speed)), after(minuteMs), after(minuteMs, settleMs)];
  if ([...alarms(region).values()].some(({ alarm }) => alarmPeriod(alarm) < 60))
    moments.push(after(fineMs, fineSettleMs));
  for (const { id } of tasks(region).values())
    for (const { health } of liveContainers(region.world, id) ?? [])
      if (health) moments.push(health.checking ? now + secondMs : health.nextAt);
  for (const { nextAt } of scheduledActions(region).values()) if (nextAt !== undefined) moments.push(nextAt);
  for (const { nextAt } of groupSchedules(region).values()) if (nextAt !== undefined) moments.push(nextAt);
  return Math.min(...moments);
}
