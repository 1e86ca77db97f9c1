import type { Aws } from "../aws/aws.ts";
import { diffFields, diffTags, type Fields } from "./diff-fields.ts";
import { isTagChange, type LiveParts, type Resource } from "../plan/resource.ts";
import { unlessMissing } from "../aws/missing.ts";
import { fromTags, toLowerTags, type Tags } from "./tags.ts";

export interface CapacityProviderSpec {
  name: string;
  clusterName: string;
  groupArn: string;
  managedScaling: boolean;
  /** Percent of the instances to keep in use. */
  targetCapacity: number;
  /** Seconds until a new instance counts. */
  warmupSeconds: number;
  /** Most instances added at once. */
  maxStep: number;
  draining: boolean;
  /** Only while it scales. */
  protection: boolean;
  tags: Tags;
}

export interface CapacityProviderLive extends LiveParts {
  fields: Fields;
  outputs: { arn: string };
}

/** What AWS takes when nothing is said (ManagedScaling, ECS API reference). */
const usual = { warmupSeconds: 300, maxStep: 10_000 };

const switched = (on: boolean): "ENABLED" | "DISABLED" => (on ? "ENABLED" : "DISABLED");

function wantedFields(spec: CapacityProviderSpec): Fields {
  return {
    autoScalingGroup: spec.groupArn,
    managedScaling: switched(spec.managedScaling),
    // AWS keeps a target only while it scales.
    ...(spec.managedScaling
      ? { targetCapacity: spec.targetCapacity, instanceWarmup: spec.warmupSeconds, maxStep: spec.maxStep }
      : {}),
    managedTerminationProtection: switched(spec.managedScaling && spec.protection),
    managedDraining: switched(spec.draining),
  };
}

function toProvider(spec: CapacityProviderSpec) {
  return {
    managedScaling: {
      status: switched(spec.managedScaling),
      ...(spec.managedScaling
        ? {
            targetCapacity: spec.targetCapacity,
            instanceWarmupPeriod: spec.warmupSeconds,
            maximumScalingStepSize: spec.maxStep,
          }
        : {}),
    },
    managedTerminationProtection: switched(spec.managedScaling && spec.protection),
    managedDraining: switched(spec.draining),
  };
}

async function read(aws: Aws, spec: CapacityProviderSpec): Promise<CapacityProviderLive | undefined> {
  const answer = await unlessMissing(
    aws.call("ecs", "DescribeCapacityProviders", { capacityProviders: [spec.name], include: ["TAGS"] }),
    "ResourceNotFoundException",
  );
  const provider = answer?.capacityProviders?.[0];
  // One on its way out is as good as gone; making it again waits until it is.
  if (!provider || provider.status === "INACTIVE") return undefined;
  if (["DELETE_IN_PROGRESS", "DELETE_COMPLETE"].includes(provider.updateStatus ?? "")) return undefined;
  const group = provider.autoScalingGroupProvider;
  return {
    fields: {
      autoScalingGroup: group?.autoScalingGroupArn,
      managedScaling: group?.managedScaling?.status ?? "DISABLED",
      targetCapacity: group?.managedScaling?.targetCapacity,
      instanceWarmup: group?.managedScaling?.instanceWarmupPeriod ?? usual.warmupSeconds,
      maxStep: group?.managedScaling?.maximumScalingStepSize ?? usual.maxStep,
      managedTerminationProtection: group?.managedTerminationProtection ?? "DISABLED",
      managedDraining: group?.managedDraining ?? "ENABLED",
    },
    tags: fromTags(provider.tags),
    outputs: { arn: provider.capacityProviderArn ?? "" },
  };
}

/** A provider that a cluster still names cannot be deleted (DeleteCapacityProvider, ECS API reference). */
async function detach(aws: Aws, spec: CapacityProviderSpec): Promise<void> {
  const answer = await aws.call("ecs", "DescribeClusters", { clusters: [spec.clusterName] });
  const cluster = answer.clusters?.[0];
  if (cluster?.status !== "ACTIVE" || !cluster.capacityProviders?.includes(spec.name)) return;
  await aws.call("ecs", "PutClusterCapacityProviders", {
    cluster: spec.clusterName,
    capacityProviders: cluster.capacityProviders.filter((name) => name !== spec.name),
    defaultCapacityProviderStrategy: (cluster.defaultCapacityProviderStrategy ?? []).filter(
      (item) => item.capacityProvider !== spec.name,
    ),
  });
}

/** Ties the Auto Scaling group to ECS, which sizes it by what the tasks need. */
export const capacityProvider: Resource<CapacityProviderSpec, CapacityProviderLive> = {
  kind: "capacity-provider",
  read,
  diff: (spec, live) => [
    ...diffFields(wantedFields(spec), live?.fields, ["autoScalingGroup"]),
    ...diffTags(spec.tags, live?.tags),
  ],
  async create(aws, spec) {
    const made = await aws.call("ecs", "CreateCapacityProvider", {
      name: spec.name,
      autoScalingGroupProvider: { autoScalingGroupArn: spec.groupArn, ...toProvider(spec) },
      tags: toLowerTags(spec.tags),
    });
    const arn = made.capacityProvider?.capacityProviderArn ?? "";
    return { fields: wantedFields(spec), tags: spec.tags, outputs: { arn } };
  },
  async update(aws, spec, live, changes) {
    if (changes.some((change) => !isTagChange(change)))
      await aws.call("ecs", "UpdateCapacityProvider", { name: spec.name, autoScalingGroupProvider: toProvider(spec) });
    if (changes.some(isTagChange))
      await aws.call("ecs", "TagResource", { resourceArn: live.outputs.arn, tags: toLowerTags(spec.tags) });
    return live;
  },
  async delete(aws, spec) {
    await detach(aws, spec);
    try {
      await aws.call("ecs", "DeleteCapacityProvider", { capacityProvider: spec.name });
    } catch (error) {
      // The SDK asks again after a lost answer: what has gone is refused as a parameter.
      if (!(error instanceof Error && /capacity provider does not exist/i.test(error.message))) throw error;
    }
  },
  passing: (error) =>
    ["UpdateInProgressException", "ResourceInUseException"].includes(error.name) ||
    /in use|service linked role|auto ?scaling group .*(not|does) .*(exist|found)|already exists|being deleted/i.test(
      error.message,
    ),
};
