import type { Aws } from "../aws/aws.ts";
import { diffFields, diffTags, type Fields } from "./diff-fields.ts";
import { isTagChange, type LiveParts, type Resource } from "../plan/resource.ts";
import { unlessMissing } from "../aws/missing.ts";
import { diffPlacement, type Placement, placementTags } from "./placement.ts";
import { readBack } from "./read-back.ts";
import { fromTags, type Tags } from "./tags.ts";

export interface GroupSpec extends Placement {
  name: string;
  min: number;
  max: number;
  launchTemplate: string;
  /** ECS decides which instance may go: needed for managed termination protection. */
  protectInstances: boolean;
  tags: Tags;
}

export interface GroupLive extends LiveParts {
  fields: Fields;
  instances: string[];
  outputs: { arn: string };
}

function wantedFields(spec: GroupSpec): Fields {
  return {
    min: spec.min,
    max: spec.max,
    launchTemplate: `${spec.launchTemplate}:$Latest`,
    subnets: [...spec.subnetIds].sort(),
    protectInstances: spec.protectInstances,
  };
}

const toTag = (spec: GroupSpec, Key: string, Value: string, PropagateAtLaunch: boolean) => ({
  Key,
  Value,
  PropagateAtLaunch,
  ResourceId: spec.name,
  ResourceType: "auto-scaling-group",
});

function toTags(spec: GroupSpec, moved: boolean) {
  const own = Object.entries(spec.tags).map(([Key, Value]) => toTag(spec, Key, Value, true));
  const place = Object.entries(placementTags(spec, { moved }));
  return [...own, ...place.map(([Key, Value]) => toTag(spec, Key, Value, false))];
}

const toInput = (spec: GroupSpec) => ({
  AutoScalingGroupName: spec.name,
  MinSize: spec.min,
  MaxSize: spec.max,
  LaunchTemplate: { LaunchTemplateName: spec.launchTemplate, Version: "$Latest" },
  VPCZoneIdentifier: spec.subnetIds.join(","),
  NewInstancesProtectedFromScaleIn: spec.protectInstances,
});

async function read(aws: Aws, spec: GroupSpec): Promise<GroupLive | undefined> {
  const answer = await aws.call("autoscaling", "DescribeAutoScalingGroups", { AutoScalingGroupNames: [spec.name] });
  const group = answer.AutoScalingGroups?.[0];
  // A group that is on its way out is as good as gone; making it again waits until it is.
  if (!group || group.Status) return undefined;
  return {
    fields: {
      min: group.MinSize,
      max: group.MaxSize,
      launchTemplate: `${group.LaunchTemplate?.LaunchTemplateName}:${group.LaunchTemplate?.Version}`,
      subnets: (group.VPCZoneIdentifier ?? "").split(",").filter(Boolean).sort(),
      protectInstances: group.NewInstancesProtectedFromScaleIn ?? false,
    },
    instances: (group.Instances ?? []).map((instance) => instance.InstanceId ?? ""),
    tags: fromTags(group.Tags),
    outputs: { arn: group.AutoScalingGroupARN ?? "" },
  };
}

/** The instances. Their number belongs to the capacity provider, so only the limits are compared. */
export const autoScalingGroup: Resource<GroupSpec, GroupLive> = {
  kind: "auto-scaling-group",
  read,
  diff: (spec, live) => [
    ...diffFields(wantedFields(spec), live?.fields),
    ...diffPlacement(spec, live),
    ...diffTags(spec.tags, live?.tags),
  ],
  async create(aws, spec) {
    await aws.call("autoscaling", "CreateAutoScalingGroup", {
      ...toInput(spec),
      DesiredCapacity: spec.min,
      Tags: toTags(spec, false),
    });
    return readBack(read(aws, spec), `Auto Scaling group ${spec.name}`);
  },
  async update(aws, spec, _live, changes) {
    if (changes.some((change) => !isTagChange(change)))
      await aws.call("autoscaling", "UpdateAutoScalingGroup", toInput(spec));
    if (changes.some((change) => isTagChange(change) || change.path === "subnets"))
      await aws.call("autoscaling", "CreateOrUpdateTags", { Tags: toTags(spec, true) });
    return readBack(read(aws, spec), `Auto Scaling group ${spec.name}`);
  },
  async delete(aws, spec) {
    try {
      await unlessMissing(
        aws.call("autoscaling", "DeleteAutoScalingGroup", { AutoScalingGroupName: spec.name, ForceDelete: true }),
        "ResourceNotFoundException",
      );
    } catch (error) {
      if (!(error instanceof Error && /not found/i.test(error.message))) throw error;
    }
  },
  passing: (error) =>
    ["NotVisibleYet", "ScalingActivityInProgressFault", "ScalingActivityInProgress"].includes(error.name) ||
    // Still being deleted, or made by a call whose answer was lost: the next reading tells.
    error.name.startsWith("AlreadyExists") ||
    // A new instance profile is not visible to EC2 at once.
    /instance ?profile|pending delete/i.test(error.message),
};
