import { changeDesired } from "./groups.ts";
import { recordMetric } from "./metrics.ts";
import { providerOf, requirementOf, type Requirement, tasksOn, usageOf } from "./placement.ts";
import { type GroupRecord, groups } from "./records/autoscaling.ts";
import { instances, instanceTypes, launchTemplates } from "./records/ec2.ts";
import {
  type CapacityProviderRecord,
  capacityProviders,
  clusters,
  type ClusterRecord,
  containerInstances,
  tasks,
} from "./records/ecs.ts";
import type { Region } from "./world.ts";

const minuteMs = 60_000;
/** Managed scaling removes instances after the reservation was below the target for 15 minutes (its scale-in alarm). */
const minutesToScaleIn = 15;
/** Deleted providers and clusters stay visible for an hour. */
const keptMs = 3600_000;

/** Managed scaling and termination protection of the Auto Scaling groups behind capacity providers. */
export function stepCapacityProviders(region: Region, now: number): void {
  settleClusters(region, now);
  const minute = Math.floor(now / minuteMs);
  const last = region.table<{ minute: number }>("ecs/managed-scaling");
  const due = last.get("last")?.minute !== minute;
  if (due) last.set("last", { minute });
  for (const provider of capacityProviders(region).values()) {
    if (provider.status === "INACTIVE") {
      if (now - (provider.deletedAt?.getTime() ?? 0) >= keptMs) capacityProviders(region).delete(provider.name);
      continue;
    }
    const group = findGroup(region, provider);
    if (!group || group.deleting) continue;
    protectBusy(region, provider, group);
    for (const cluster of clusters(region).values())
      if (due && cluster.status === "ACTIVE" && cluster.capacityProviders.includes(provider.name))
        manageScaling(region, cluster, provider, group, now);
  }
}

/** Clusters whose attachments have settled can be changed again; deleted ones disappear. */
function settleClusters(region: Region, now: number): void {
  for (const cluster of clusters(region).values()) {
    if (cluster.busyUntil !== undefined && now >= cluster.busyUntil) {
      cluster.busyUntil = undefined;
      if (cluster.status === "DEPROVISIONING") {
        cluster.status = "INACTIVE";
        cluster.deletedAt = new Date(now);
      }
    }
    if (cluster.status === "INACTIVE" && now - (cluster.deletedAt?.getTime() ?? 0) >= keptMs)
      clusters(region).delete(cluster.name);
  }
}

export function findGroup(region: Region, provider: CapacityProviderRecord): GroupRecord | undefined {
  const arn = provider.provider.autoScalingGroupArn;
  return [...groups(region).values()].find((group) => group.arn === arn || group.name === arn);
}

/** Instances that run tasks are protected from scale-in; idle ones may go. */
function protectBusy(region: Region, provider: CapacityProviderRecord, group: GroupRecord): void {
  if (provider.provider.managedTerminationProtection !== "ENABLED") return;
  const busy = busyMachines(region);
  for (const member of group.members) member.protectedFromScaleIn = busy.has(member.instanceId);
}

function busyMachines(region: Region): Set<string> {
  const busy = [...containerInstances(region).values()].filter((one) => tasksOn(region, one.id).length > 0);
  return new Set(busy.map((one) => one.ec2InstanceId));
}

function manageScaling(
  region: Region,
  cluster: ClusterRecord,
  provider: CapacityProviderRecord,
  group: GroupRecord,
  now: number,
): void {
  const scaling = provider.provider.managedScaling;
  if (scaling?.status !== "ENABLED") return;
  const needed = countNeeded(region, cluster, provider, group);
  const present = group.members.filter((member) => member.lifecycleState === "InService").length;
  const reservation = present > 0 ? (needed / present) * 100 : needed > 0 ? 200 : 100;
  recordMetric(region, {
    namespace: "AWS/ECS/ManagedScaling",
    name: "CapacityProviderReservation",
    dimensions: { CapacityProviderName: provider.name, ClusterName: cluster.name },
    at: new Date(now),
    value: reservation,
    unit: "Percent",
  });
  const target = scaling.targetCapacity ?? 100;
  provider.minutesBelowTarget = reservation < target ? provider.minutesBelowTarget + 1 : 0;
  const wanted = Math.ceil((needed * 100) / target);
  if (wanted > group.desired) scaleOut(region, provider, group, wanted);
  else if (provider.minutesBelowTarget >= minutesToScaleIn && wanted < group.desired)
    scaleIn(region, provider, group, wanted);
}

/** `wanted` counts instances that boot already, so no warm-up has to keep it from adding them twice. */
function scaleOut(region: Region, provider: CapacityProviderRecord, group: GroupRecord, wanted: number): void {
  const { minimumScalingStepSize = 1, maximumScalingStepSize = 10_000 } = provider.provider.managedScaling ?? {};
  const step = Math.min(maximumScalingStepSize, Math.max(minimumScalingStepSize, wanted - group.desired));
  const desired = Math.max(group.desired, Math.min(group.max, group.desired + step));
  changeDesired(region, group, desired, causeOf(provider, group, "High"));
}

function scaleIn(region: Region, provider: CapacityProviderRecord, group: GroupRecord, wanted: number): void {
  changeDesired(region, group, Math.max(group.min, wanted), causeOf(provider, group, "Low"));
  provider.minutesBelowTarget = 0;
}

/** As the group's scaling activities tell it: ECS scales through a target tracking policy of its own. */
const causeOf = (provider: CapacityProviderRecord, group: GroupRecord, side: "High" | "Low"): string =>
  `a monitor alarm TargetTracking-${group.name}-Alarm${side}-${provider.name} in state ALARM triggered policy ECSManagedAutoScalingPolicy-${provider.name}`;

/** M of AWS's formula: instances that run tasks, and as many more as the tasks in PROVISIONING fill. */
function countNeeded(
  region: Region,
  cluster: ClusterRecord,
  provider: CapacityProviderRecord,
  group: GroupRecord,
): number {
  const own = [...containerInstances(region).values()].filter(
    (one) => one.clusterName === cluster.name && one.status !== "INACTIVE" && providerOf(region, one) === provider.name,
  );
  const busy = own.filter((one) => usageOf(region, one).taskCount > 0).length;
  const waiting = [...tasks(region).values()].filter(
    (task) =>
      task.phase === "PROVISIONING" && task.clusterName === cluster.name && task.capacityProviderName === provider.name,
  );
  if (waiting.length === 0) return busy;
  const needs = waiting.map((task) => requirementOf(region, task));
  return busy + packed(needs, sizeOf(region, group));
}

function sizeOf(region: Region, group: GroupRecord): { cpu: number; memoryMiB: number } {
  const member = group.members.map((one) => instances(region).get(one.instanceId)).find((one) => one !== undefined);
  const template = launchTemplates(region).get(group.launchTemplate.id)?.versions.at(-1)?.data;
  const type = instanceTypes[member?.instanceType ?? template?.InstanceType ?? ""];
  return { cpu: (type?.vcpus ?? 1) * 1024, memoryMiB: type?.registeredMemoryMiB ?? 957 };
}

/** How many empty instances the tasks fill, first fit. A task that fits none counts for none: no instance would help. */
function packed(needs: readonly Requirement[], size: { cpu: number; memoryMiB: number }): number {
  const bins: { cpu: number; memoryMiB: number; ports: Set<number>; group: Set<string> }[] = [];
  for (const need of needs) {
    if (need.cpu > size.cpu || need.memoryMiB > size.memoryMiB) continue;
    const distinct = need.constraints.some((constraint) => constraint.type === "distinctInstance");
    let bin = bins.find(
      (one) =>
        one.cpu >= need.cpu &&
        one.memoryMiB >= need.memoryMiB &&
        !need.ports.some((port) => one.ports.has(port)) &&
        !(distinct && one.group.has(need.group)),
    );
    if (!bin) bins.push((bin = { ...size, ports: new Set(), group: new Set() }));
    bin.cpu -= need.cpu;
    bin.memoryMiB -= need.memoryMiB;
    for (const port of need.ports) bin.ports.add(port);
    bin.group.add(need.group);
  }
  return bins.length;
}
