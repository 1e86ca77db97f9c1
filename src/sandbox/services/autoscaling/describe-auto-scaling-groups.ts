import type * as autoscaling from "@aws-sdk/client-auto-scaling";
import { page, type Handler } from "../../wire/api.ts";
import { isEnding } from "../../world/instances.ts";
import type { GroupMember, GroupRecord } from "../../world/records/autoscaling.ts";
import { groups, isLeaving } from "../../world/records/autoscaling.ts";
import { instances, subnets } from "../../world/records/ec2.ts";
import type { Region } from "../../world/world.ts";
import { ensureServiceLinkedRole } from "../iam/service-linked-roles.ts";
import { validationError } from "./groups.ts";

/** Names that do not exist are left out without an error, as on AWS. */
export const describeAutoScalingGroups: Handler<typeof autoscaling, "DescribeAutoScalingGroups"> = (
  input,
  { region },
) => {
  const names = input.AutoScalingGroupNames ?? [];
  const found = [...groups(region).values()].filter(
    (group) => (names.length === 0 || names.includes(group.name)) && matches(group, input.Filters ?? []),
  );
  const { items, next } = page(found, input.NextToken, input.MaxRecords ?? 50);
  return { AutoScalingGroups: items.map((group) => toGroup(region, group)), NextToken: next };
};

function matches(group: GroupRecord, filters: readonly autoscaling.Filter[]): boolean {
  return filters.every(({ Name = "", Values = [] }) => {
    if (Name === "tag-key") return group.tags.some((tag) => Values.includes(tag.Key ?? ""));
    if (Name === "tag-value") return group.tags.some((tag) => Values.includes(tag.Value ?? ""));
    if (Name.startsWith("tag:"))
      return group.tags.some((tag) => tag.Key === Name.slice(4) && Values.includes(tag.Value ?? ""));
    throw validationError(`Filter type ${Name} is not correct. Allowed Filter types are: tag-key tag-value tag:<key>`);
  });
}

function toGroup(region: Region, group: GroupRecord): autoscaling.AutoScalingGroup {
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    LaunchTemplate: toTemplate(group.launchTemplate),
    MinSize: group.min,
    MaxSize: group.max,
    DesiredCapacity: group.desired,
    AvailabilityZones: [...new Set(group.subnetIds.flatMap((id) => subnets(region).get(id)?.availabilityZone ?? []))],
    VPCZoneIdentifier: group.subnetIds.join(","),
    LoadBalancerNames: [],
    TargetGroupARNs: [],
    Instances: group.members.map((member) => toMember(region, group, member)),
    CreatedTime: group.createdAt,
    SuspendedProcesses: group.suspendedProcesses.map(toSuspended),
    Status: group.deleting ? "Delete in progress" : undefined,
    Tags: group.tags,
    NewInstancesProtectedFromScaleIn: group.newInstancesProtected,
    ServiceLinkedRoleARN: ensureServiceLinkedRole(region, "autoscaling.amazonaws.com").arn,
    TrafficSources: [],
    EnabledMetrics: [],
    ...toEchoed(group),
  };
}

function toEchoed(group: GroupRecord) {
  return {
    DefaultCooldown: group.echoed?.cooldownSeconds ?? 300,
    HealthCheckType: group.echoed?.healthCheckType ?? "EC2",
    HealthCheckGracePeriod: group.echoed?.healthCheckGraceSeconds ?? 0,
    TerminationPolicies: group.echoed?.terminationPolicies ?? ["Default"],
    MaxInstanceLifetime: group.echoed?.maxInstanceLifetimeSeconds,
    DefaultInstanceWarmup: group.echoed?.defaultWarmupSeconds,
    CapacityRebalance: group.echoed?.capacityRebalance,
  };
}

function toSuspended(ProcessName: string): autoscaling.SuspendedProcess {
  return { ProcessName, SuspensionReason: "User suspended" };
}

function toTemplate(template: GroupRecord["launchTemplate"]): autoscaling.LaunchTemplateSpecification {
  return { LaunchTemplateId: template.id, LaunchTemplateName: template.name, Version: template.version };
}

function toMember(region: Region, group: GroupRecord, member: GroupMember): autoscaling.Instance {
  const instance = instances(region).get(member.instanceId);
  return {
    InstanceId: member.instanceId,
    InstanceType: instance?.instanceType,
    AvailabilityZone: instance?.availabilityZone ?? "",
    LifecycleState: member.lifecycleState,
    HealthStatus: !instance || (isEnding(instance) && !isLeaving(member)) ? "Unhealthy" : "Healthy",
    LaunchTemplate: toTemplate(instance?.launchTemplate ?? group.launchTemplate),
    ProtectedFromScaleIn: member.protectedFromScaleIn,
  };
}

export const describeAutoScalingInstances: Handler<typeof autoscaling, "DescribeAutoScalingInstances"> = (
  input,
  { region },
) => {
  const ids = input.InstanceIds ?? [];
  const all = [...groups(region).values()].flatMap((group) =>
    group.members.map((member) => ({ ...toMember(region, group, member), AutoScalingGroupName: group.name })),
  );
  const found = all.filter((one) => ids.length === 0 || ids.includes(one.InstanceId ?? ""));
  const { items, next } = page(found, input.NextToken, input.MaxRecords ?? 50);
  return {
    AutoScalingInstances: items.map((one) => ({ ...one, HealthStatus: one.HealthStatus?.toUpperCase() })),
    NextToken: next,
  };
};
