import { sightOf } from "./alarm-sight.ts";
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
    next = Math.min(next, nextLook(region, now), nextCheck(region, now), nextSchedule(region));
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
  if (groups(region).size === 0) return false;
  const registered = new Set<string>();
  for (const { ec2InstanceId } of containerInstances(region).values()) registered.add(ec2InstanceId);
  for (const { deleting, members, desired } of groups(region).values()) {
    if (deleting || members.length !== desired || members.some(isLeaving)) return true;
    for (const { instanceId } of members) {
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

/** When something is measured, or an alarm evaluated. */
function nextLook(region: Region, now: number): number {
  const after = (every: number, delay = 0): number => (Math.floor((now - delay) / every) + 1) * every + delay;
  let next = Math.min(after(sampleInterval(region.world.clock.speed)), after(minuteMs));
  for (const { alarm } of alarms(region).values()) {
    const { everyMs, settleMs } = sightOf(alarm);
    next = Math.min(next, after(everyMs, settleMs));
  }
  return next;
}

/** When a container is asked for its health, or has answered. */
function nextCheck(region: Region, now: number): number {
  let next = Infinity;
  for (const { id } of tasks(region).values())
    for (const { health } of liveContainers(region.world, id) ?? [])
      if (health) next = Math.min(next, health.checking ? now + secondMs : health.nextAt);
  return next;
}

function nextSchedule(region: Region): number {
  let next = Infinity;
  for (const { nextAt } of scheduledActions(region).values()) next = Math.min(next, nextAt ?? Infinity);
  for (const { nextAt } of groupSchedules(region).values()) next = Math.min(next, nextAt ?? Infinity);
  return next;
}
