import type * as ecs from "@aws-sdk/client-ecs";
import type { Handler } from "../../wire/api.ts";
import { clusters } from "../../world/records/ecs.ts";
import { describeCluster } from "./cluster-response.ts";
import { invalidParameter } from "./errors.ts";
import {
  checkProviders,
  checkStrategy,
  completeStrategy,
  hasManagedProvider,
  settleMs,
} from "./put-cluster-capacity-providers.ts";

/** Creating a cluster that exists gives the one that is there, unchanged, as on AWS. */
export const createCluster: Handler<typeof ecs, "CreateCluster"> = (input, { region }) => {
  const name = input.clusterName ?? "default";
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name))
    throw invalidParameter("Identifier must be a cluster name: letters, digits, hyphens and underscores, up to 255.");
  const existing = clusters(region).get(name);
  if (existing?.status === "ACTIVE") return { cluster: describeCluster(region, existing) };
  const providers = input.capacityProviders ?? [];
  checkProviders(region, providers);
  checkStrategy(providers, input.defaultCapacityProviderStrategy ?? []);
  const cluster = {
    name,
    arn: region.arn("ecs", `cluster/${name}`),
    status: "ACTIVE" as const,
    settings: input.settings ?? [{ name: "containerInsights" as const, value: "disabled" }],
    configuration: input.configuration,
    capacityProviders: providers,
    defaultStrategy: completeStrategy(input.defaultCapacityProviderStrategy ?? []),
    busyUntil: hasManagedProvider(region, providers) ? region.world.clock.now() + settleMs : undefined,
    tags: input.tags ?? [],
  };
  clusters(region).set(name, cluster);
  return { cluster: describeCluster(region, cluster) };
};
