import type { Aws } from "../aws/aws.ts";
import { diffFields } from "./diff-fields.ts";
import type { LiveParts, Resource } from "../plan/resource.ts";
import { unlessMissing } from "../aws/missing.ts";

export interface AttachmentSpec {
  clusterName: string;
  provider: string;
}

export interface AttachmentLive extends LiveParts {
  providers: string[];
  defaults: { capacityProvider: string; weight: number; base: number }[];
}

async function readCluster(aws: Aws, clusterName: string): Promise<AttachmentLive | undefined> {
  // As the cluster itself is read, so that a plan asks once for both.
  const answer = await aws.call("ecs", "DescribeClusters", { clusters: [clusterName], include: ["TAGS", "SETTINGS"] });
  const cluster = answer.clusters?.[0];
  if (cluster?.status !== "ACTIVE") return undefined;
  const defaults = (cluster.defaultCapacityProviderStrategy ?? []).map((item) => ({
    capacityProvider: item.capacityProvider ?? "",
    weight: item.weight ?? 0,
    base: item.base ?? 0,
  }));
  return { providers: cluster.capacityProviders ?? [], defaults };
}

async function put(aws: Aws, spec: AttachmentSpec): Promise<AttachmentLive> {
  const current = (await readCluster(aws, spec.clusterName)) ?? { providers: [], defaults: [] };
  const live = {
    providers: [...new Set([...current.providers, spec.provider])],
    // A strategy that somebody chose for their cluster stays.
    defaults:
      current.defaults.length > 0 ? current.defaults : [{ capacityProvider: spec.provider, weight: 1, base: 0 }],
  };
  await aws.call("ecs", "PutClusterCapacityProviders", {
    cluster: spec.clusterName,
    capacityProviders: live.providers,
    defaultCapacityProviderStrategy: live.defaults,
  });
  return live;
}

/** The cluster knows the capacity provider and uses it where a service names none. */
export const clusterCapacityProviders: Resource<AttachmentSpec, AttachmentLive> = {
  kind: "cluster-capacity-providers",
  async read(aws, spec) {
    const live = await readCluster(aws, spec.clusterName);
    return live?.providers.includes(spec.provider) ? live : undefined;
  },
  diff: (spec, live) => {
    const strategy = live && live.defaults.length > 0 ? "set" : undefined;
    return diffFields(
      { provider: spec.provider, defaultStrategy: "set" },
      live && { provider: spec.provider, defaultStrategy: strategy },
    );
  },
  create: put,
  update: put,
  async delete(aws, spec, live) {
    await unlessMissing(
      aws.call("ecs", "PutClusterCapacityProviders", {
        cluster: spec.clusterName,
        capacityProviders: live.providers.filter((name) => name !== spec.provider),
        defaultCapacityProviderStrategy: live.defaults.filter((item) => item.capacityProvider !== spec.provider),
      }),
      "ClusterNotFoundException",
      "ClusterNotActiveException",
    );
  },
  passing: (error) =>
    ["UpdateInProgressException", "ResourceInUseException"].includes(error.name) ||
    /capacity provider .*(not found|not active|in use)/i.test(error.message),
};
