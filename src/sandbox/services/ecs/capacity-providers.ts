import type * as ecs from "@aws-sdk/client-ecs";
import type { AutoScalingGroupProvider, CapacityProvider } from "@aws-sdk/client-ecs";
import { type Handler, page } from "../../wire/api.ts";
import { findGroup } from "../../world/capacity-providers.ts";
import {
  type CapacityProviderRecord,
  capacityProviders,
  clusters,
  fargateProviders,
  lastPart,
} from "../../world/records/ecs.ts";
import type { Region } from "../../world/world.ts";
import { clientError, invalidParameter } from "./errors.ts";

function describeProvider(record: CapacityProviderRecord, withTags: boolean): CapacityProvider {
  return {
    capacityProviderArn: record.arn,
    name: record.name,
    status: record.status,
    autoScalingGroupProvider: record.provider,
    ...(record.updateStatus === undefined ? {} : { updateStatus: record.updateStatus }),
    tags: withTags ? record.tags : [],
    type: "EC2_AUTOSCALING",
  };
}

const describeFargate = (region: Region, name: string): CapacityProvider => ({
  capacityProviderArn: region.arn("ecs", `capacity-provider/${name}`),
  name,
  status: "ACTIVE",
  tags: [],
  type: name === "FARGATE" ? "FARGATE" : "FARGATE_SPOT",
});

function completeProvider(
  given: AutoScalingGroupProvider,
  before?: AutoScalingGroupProvider,
): AutoScalingGroupProvider {
  return {
    autoScalingGroupArn: before?.autoScalingGroupArn ?? given.autoScalingGroupArn,
    managedScaling: {
      status: "DISABLED",
      targetCapacity: 100,
      minimumScalingStepSize: 1,
      maximumScalingStepSize: 10_000,
      instanceWarmupPeriod: 300,
      ...before?.managedScaling,
      ...given.managedScaling,
    },
    managedTerminationProtection:
      given.managedTerminationProtection ?? before?.managedTerminationProtection ?? "DISABLED",
    managedDraining: given.managedDraining ?? before?.managedDraining ?? "ENABLED",
  };
}

/** Managed termination protection needs managed scaling and a group that protects new instances. */
function checkProtection(region: Region, record: CapacityProviderRecord): void {
  if (record.provider.managedTerminationProtection !== "ENABLED") return;
  const invalid = "The managed termination protection setting for the capacity provider is invalid.";
  if (record.provider.managedScaling?.status !== "ENABLED")
    throw invalidParameter(
      `${invalid} To enable managed termination protection for a capacity provider, managed scaling must be enabled.`,
    );
  if (findGroup(region, record)?.newInstancesProtected !== true)
    throw invalidParameter(
      `${invalid} To enable managed termination protection for a capacity provider, the Auto Scaling group must have instance protection from scale in enabled.`,
    );
}

export const createCapacityProvider: Handler<typeof ecs, "CreateCapacityProvider"> = (input, { region }) => {
  const name = input.name ?? "";
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name) || /^(aws|ecs|fargate)/i.test(name))
    throw invalidParameter(
      `The specified capacity provider name is invalid. Up to 255 characters are allowed, including letters (upper and lowercase), numbers, underscores, and hyphens. The name cannot be prefixed with "aws", "ecs", or "fargate". Specify a valid name and try again.`,
    );
  if (!input.autoScalingGroupProvider) throw clientError("An Auto Scaling group provider must be specified.");
  const existing = capacityProviders(region).get(name);
  if (existing?.status === "ACTIVE")
    throw clientError(
      `A capacity provider already exists with the name '${name}'. You cannot create multiple capacity providers with the same name.`,
    );
  const record: CapacityProviderRecord = {
    name,
    arn: region.arn("ecs", `capacity-provider/${name}`),
    status: "ACTIVE",
    provider: completeProvider(input.autoScalingGroupProvider),
    tags: input.tags ?? [],
  };
  const group = findGroup(region, record);
  if (!group || group.deleting)
    throw clientError(
      `The specified Auto Scaling group ARN is invalid or does not exist. Specify a valid ARN and try again.`,
    );
  record.provider.autoScalingGroupArn = group.arn;
  for (const other of capacityProviders(region).values())
    if (other.status === "ACTIVE" && other.provider.autoScalingGroupArn === group.arn)
      throw clientError(
        `The specified Auto Scaling group ARN is already being used by another capacity provider. Specify a unique Auto Scaling group ARN and try again.`,
      );
  checkProtection(region, record);
  capacityProviders(region).set(name, record);
  return { capacityProvider: describeProvider(record, true) };
};

export const describeCapacityProviders: Handler<typeof ecs, "DescribeCapacityProviders"> = (input, { region }) => {
  const table = capacityProviders(region);
  const withTags = input.include?.includes("TAGS") ?? false;
  const active = [...table.values()].filter((record) => record.status === "ACTIVE").map((record) => record.name);
  const asked = input.capacityProviders?.length ? input.capacityProviders : [...fargateProviders, ...active];
  const { items, next } = page(asked.map(lastPart), input.nextToken, input.maxResults ?? 10);
  const known = (name: string) => table.has(name) || fargateProviders.includes(name);
  return {
    capacityProviders: items.filter(known).map((name) => {
      const record = table.get(name);
      return record ? describeProvider(record, withTags) : describeFargate(region, name);
    }),
    failures: items
      .filter((name) => !known(name))
      .map((name) => ({ arn: region.arn("ecs", `capacity-provider/${name}`), reason: "MISSING" })),
    ...(next === undefined ? {} : { nextToken: next }),
  };
};

function findProvider(region: Region, nameOrArn: string | undefined): CapacityProviderRecord {
  const record = capacityProviders(region).get(lastPart(nameOrArn ?? ""));
  if (record?.status === "ACTIVE") return record;
  throw invalidParameter("The specified capacity provider does not exist. Specify a valid name or ARN and try again.");
}

export const updateCapacityProvider: Handler<typeof ecs, "UpdateCapacityProvider"> = (input, { region }) => {
  const record = findProvider(region, input.name);
  const change = { autoScalingGroupArn: undefined, ...input.autoScalingGroupProvider };
  const updated = { ...record, provider: completeProvider(change, record.provider) };
  checkProtection(region, updated);
  record.provider = updated.provider;
  record.updateStatus = "UPDATE_COMPLETE";
  return { capacityProvider: describeProvider(record, true) };
};

export const deleteCapacityProvider: Handler<typeof ecs, "DeleteCapacityProvider"> = (input, { region }) => {
  const name = lastPart(input.capacityProvider ?? "");
  if (fargateProviders.includes(name))
    throw clientError(`The specified capacity provider cannot be deleted: ${name} is reserved.`);
  const record = findProvider(region, name);
  const users = [...clusters(region).values()].filter(
    (cluster) => cluster.status === "ACTIVE" && cluster.capacityProviders.includes(name),
  );
  if (users.length > 0)
    throw clientError(
      `The capacity provider cannot be deleted because it is associated with cluster: ${users.map((one) => one.name).join(", ")}. Remove the capacity provider from the cluster and try again.`,
    );
  record.status = "INACTIVE";
  record.updateStatus = "DELETE_COMPLETE";
  record.deletedAt = region.world.clock.date();
  return { capacityProvider: describeProvider(record, true) };
};
