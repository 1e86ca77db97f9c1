import { type GroupMoment, manageGroup } from "../../core/scaling/managed-scaling.ts";
import { groupPolicyArn, putGroupAlarms, removeGroupPolicy } from "./group-policies.ts";
import { recordMetric } from "./metrics.ts";
import { countNeeded } from "./needed-instances.ts";
import { groupKey, groupPolicies, type GroupPolicyRecord, type GroupRecord, groups } from "./records/autoscaling.ts";
import { instances } from "./records/ec2.ts";
import {
  type CapacityProviderRecord,
  capacityProviders,
  clusters,
  type ClusterRecord,
  containerInstances,
  tasks,
} from "./records/ecs.ts";
import { makeUuid } from "./scaling-activities.ts";
import type { Region } from "./world.ts";

const minuteMs = 60_000;
/** Managed scaling removes instances after the reservation was below the target for 15 minutes (its scale-in alarm). */
const minutesToScaleIn = 15;
/** Deleted providers and clusters stay visible for an hour. */
const keptMs = 3600_000;

/** Managed scaling and termination protection of the Auto Scaling groups behind capacity providers. */
export function stepCapacityProviders(region: Region, now: number): void {
  settleClusters(region, now);
  dropManagedPolicies(region);
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
  const busy = new Set<string>();
  for (const { containerInstanceId = "", phase } of tasks(region).values())
    if (phase !== "STOPPED") busy.add(containerInstances(region).get(containerInstanceId)?.ec2InstanceId ?? "");
  return busy;
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
  const { reservation } = manageGroup(momentOf(region, cluster, provider, group, now));
  // Of the minute that is over: an alarm looks at it next.
  recordMetric(region, {
    namespace: "AWS/ECS/ManagedScaling",
    name: "CapacityProviderReservation",
    dimensions: { CapacityProviderName: provider.name, ClusterName: cluster.name },
    at: new Date(Math.floor(now / minuteMs) * minuteMs - 1),
    value: reservation,
    unit: "Percent",
  });
  keepManagedPolicy(region, cluster, provider, group);
}

function momentOf(
  region: Region,
  cluster: ClusterRecord,
  provider: CapacityProviderRecord,
  group: GroupRecord,
  now: number,
): GroupMoment {
  const scaling = provider.provider.managedScaling;
  const warmUpMs = (scaling?.instanceWarmupPeriod ?? 300) * 1000;
  return {
    needed: countNeeded(region, cluster, provider, group),
    inService: group.members.filter((member) => member.lifecycleState === "InService").length,
    desired: group.desired,
    min: group.min,
    max: group.max,
    targetCapacity: scaling?.targetCapacity ?? 100,
    smallestStep: scaling?.minimumScalingStepSize,
    largestStep: scaling?.maximumScalingStepSize,
    warming: group.members.some(({ lifecycleState, instanceId }) => {
      // "now minus the instance launch time" (managed-scaling-behavior).
      const launchedAt = instances(region).get(instanceId)?.launchedAt.getTime() ?? 0;
      return lifecycleState === "Pending" || now - launchedAt < warmUpMs;
    }),
    minutesBelow: 0,
  };
}

const isManaged = (region: Region, { policy, managed }: GroupPolicyRecord): boolean => {
  const provider = capacityProviders(region).get(managed?.provider ?? "");
  const cluster = clusters(region).get(managed?.cluster ?? "");
  return (
    provider?.status === "ACTIVE" &&
    provider.provider.managedScaling?.status === "ENABLED" &&
    cluster?.status === "ACTIVE" &&
    cluster.capacityProviders.includes(provider.name) &&
    findGroup(region, provider)?.name === policy.AutoScalingGroupName
  );
};

/** Policies whose provider was detached, deleted or told not to scale go, and their alarms with them. */
function dropManagedPolicies(region: Region): void {
  for (const record of groupPolicies(region).values())
    if (record.managed && !isManaged(region, record)) removeGroupPolicy(region, record);
}

/** ECS scales through a target tracking policy of its own: one datapoint over the target, fifteen below it. */
function keepManagedPolicy(
  region: Region,
  cluster: ClusterRecord,
  provider: CapacityProviderRecord,
  group: GroupRecord,
): void {
  const target = provider.provider.managedScaling?.targetCapacity ?? 100;
  const existing = [...groupPolicies(region).values()].find(
    ({ managed }) => managed?.provider === provider.name && managed.cluster === cluster.name,
  );
  if (existing?.policy.TargetTrackingConfiguration?.TargetValue === target) return;
  const record = existing ?? makeManagedPolicy(region, cluster, provider, group);
  const metric = {
    Namespace: "AWS/ECS/ManagedScaling",
    MetricName: "CapacityProviderReservation",
    Statistic: "Average",
    Dimensions: [
      { Name: "CapacityProviderName", Value: provider.name },
      { Name: "ClusterName", Value: cluster.name },
    ],
  } as const;
  record.policy.TargetTrackingConfiguration = {
    CustomizedMetricSpecification: { ...metric, Dimensions: [...metric.Dimensions] },
    TargetValue: target,
    DisableScaleIn: false,
  };
  const rule = { threshold: target, missingData: "missing" } as const;
  const periods = (count: number) => ({ evaluationPeriods: count, datapointsToAlarm: count });
  putGroupAlarms(region, record, {
    metric: { ...metric, Dimensions: [...metric.Dimensions], Period: 60 },
    high: { ...rule, ...periods(1), comparison: "GreaterThanThreshold" },
    low: { ...rule, ...periods(minutesToScaleIn), comparison: "LessThanThreshold" },
  });
}

function makeManagedPolicy(
  region: Region,
  cluster: ClusterRecord,
  provider: CapacityProviderRecord,
  group: GroupRecord,
): GroupPolicyRecord {
  const PolicyName = `ECSManagedAutoScalingPolicy-${makeUuid(region)}`;
  const record: GroupPolicyRecord = {
    policy: {
      AutoScalingGroupName: group.name,
      PolicyName,
      PolicyARN: groupPolicyArn(region, group.name, PolicyName),
      PolicyType: "TargetTrackingScaling",
      StepAdjustments: [],
      Enabled: true,
      EstimatedInstanceWarmup: provider.provider.managedScaling?.instanceWarmupPeriod,
    },
    managed: { provider: provider.name, cluster: cluster.name },
  };
  groupPolicies(region).set(groupKey(group.name, PolicyName), record);
  return record;
}

/** The desired capacity that a managed policy sets when its alarm for scale-in (or the other) asks. */
export function decideManaged(
  region: Region,
  { managed }: GroupPolicyRecord,
  inwards: boolean,
  now: number,
): number | undefined {
  const provider = capacityProviders(region).get(managed?.provider ?? "");
  const cluster = clusters(region).get(managed?.cluster ?? "");
  const group = provider && findGroup(region, provider);
  if (!provider || !cluster || !group) return undefined;
  const moment = momentOf(region, cluster, provider, group, now);
  const { desired } = manageGroup({ ...moment, minutesBelow: inwards ? minutesToScaleIn : 0 });
  return desired > group.desired === inwards ? undefined : desired;
}
