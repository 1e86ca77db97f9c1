import type * as ecs from "@aws-sdk/client-ecs";
import type { CapacityProviderStrategyItem } from "@aws-sdk/client-ecs";
import type { Handler } from "../../wire/api.ts";
import { capacityProviders, fargateProviders, services, tasks } from "../../world/records/ecs.ts";
import type { Region } from "../../world/world.ts";
import { describeCluster } from "./cluster-response.ts";
import { inUse, invalidParameter, updateInProgress } from "./errors.ts";
import { findCluster } from "./find.ts";

/** ECS needs about that long to put its scaling policy into an Auto Scaling group, or to take it out. */
export const settleMs = 10_000;

export const busyMessage =
  "The specified cluster is in a busy state. Cluster attachments must be in UPDATE_COMPLETE or UPDATE_FAILED state before they can be updated.";

export function checkProviders(region: Region, names: readonly string[]): void {
  for (const name of names) {
    if (fargateProviders.includes(name) || capacityProviders(region).get(name)?.status === "ACTIVE") continue;
    throw invalidParameter(
      `The specified capacity provider '${name}' was not found. Specify a valid name or ARN and try again.`,
    );
  }
}

/** The rules of a strategy that hold wherever one is given. */
export function checkStrategy(associated: readonly string[], strategy: readonly CapacityProviderStrategyItem[]): void {
  if (strategy.some((item) => !associated.includes(item.capacityProvider ?? "")))
    throw invalidParameter(
      "The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.",
    );
  if (strategy.filter((item) => (item.base ?? 0) > 0).length > 1)
    throw invalidParameter(
      "A capacity provider strategy cannot contain more than one capacity provider with a base greater than 0.",
    );
  const fargate = strategy.filter((item) => fargateProviders.includes(item.capacityProvider ?? "")).length;
  if (fargate > 0 && fargate < strategy.length)
    throw invalidParameter(
      "A capacity provider strategy cannot contain a mix of capacity providers using Auto Scaling groups and Fargate providers. Specify one or the other and try again.",
    );
}

/** With AWS's defaults, always in the same order of fields. */
export const completeStrategy = (strategy: readonly CapacityProviderStrategyItem[]): CapacityProviderStrategyItem[] =>
  strategy.map(({ capacityProvider, weight = 0, base = 0 }) => ({ capacityProvider, weight, base }));

export const hasManagedProvider = (region: Region, names: readonly string[]): boolean =>
  names.some((name) => capacityProviders(region).get(name)?.provider.managedScaling?.status === "ENABLED");

export const putClusterCapacityProviders: Handler<typeof ecs, "PutClusterCapacityProviders"> = (input, { region }) => {
  const cluster = findCluster(region, input.cluster);
  if (cluster.busyUntil !== undefined) throw updateInProgress(busyMessage);
  const providers = input.capacityProviders ?? [];
  const strategy = input.defaultCapacityProviderStrategy ?? [];
  checkProviders(region, providers);
  checkStrategy(providers, strategy);
  const removed = cluster.capacityProviders.filter((name) => !providers.includes(name));
  if (removed.some((name) => isUsed(region, cluster.name, name)))
    throw inUse("The specified capacity provider is in use and cannot be removed.");
  const changed = [...removed, ...providers.filter((name) => !cluster.capacityProviders.includes(name))];
  cluster.capacityProviders = [...providers];
  cluster.defaultStrategy = completeStrategy(strategy);
  if (hasManagedProvider(region, changed)) cluster.busyUntil = region.world.clock.now() + settleMs;
  return { cluster: describeCluster(region, cluster) };
};

/** By a service's strategy or by a task that has not stopped. */
function isUsed(region: Region, cluster: string, provider: string): boolean {
  const byService = [...services(region).values()].some(
    (service) =>
      service.clusterName === cluster &&
      service.status === "ACTIVE" &&
      service.deployments.some(
        (one) => one.status !== "GONE" && one.strategy.some((item) => item.capacityProvider === provider),
      ),
  );
  const byTask = [...tasks(region).values()].some(
    (task) => task.clusterName === cluster && task.capacityProviderName === provider && task.phase !== "STOPPED",
  );
  return byService || byTask;
}
