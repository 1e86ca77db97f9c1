import type { Aws } from "../aws/aws.ts";
import { diffFields, diffTags } from "./diff-fields.ts";
import { isTagChange, type LiveParts, type Resource } from "../plan/resource.ts";
import { unlessMissing } from "../aws/missing.ts";
import { fromTags, toLowerTags, type Tags } from "./tags.ts";

export interface ClusterSpec {
  name: string;
  /** Undefined leaves it as it is. */
  containerInsights?: boolean | undefined;
  tags: Tags;
}

export interface ClusterLive extends LiveParts {
  containerInsights: string | undefined;
  outputs: { arn: string };
}

function insights({ containerInsights }: ClusterSpec): { containerInsights: string | undefined } {
  return {
    containerInsights: containerInsights === undefined ? undefined : containerInsights ? "enabled" : "disabled",
  };
}

const settings = (spec: ClusterSpec) => [
  { name: "containerInsights" as const, value: insights(spec).containerInsights },
];

/** An ECS cluster. */
export const cluster: Resource<ClusterSpec, ClusterLive> = {
  kind: "ecs-cluster",
  async read(aws: Aws, spec: ClusterSpec) {
    const answer = await aws.call("ecs", "DescribeClusters", { clusters: [spec.name], include: ["TAGS", "SETTINGS"] });
    const found = answer.clusters?.[0];
    if (!found || found.status === "INACTIVE" || found.status === "DEPROVISIONING") return undefined;
    const containerInsights = found.settings?.find(({ name }) => name === "containerInsights")?.value;
    return { containerInsights, tags: fromTags(found.tags), outputs: { arn: found.clusterArn ?? "" } };
  },
  diff: (spec, live) => [
    ...(live ? [] : [{ path: "name", to: spec.name }]),
    ...diffFields(
      spec.containerInsights === undefined ? {} : insights(spec),
      live && { containerInsights: live.containerInsights },
    ),
    ...diffTags(spec.tags, live?.tags),
  ],
  async create(aws, spec) {
    const made = await aws.call("ecs", "CreateCluster", {
      clusterName: spec.name,
      tags: toLowerTags(spec.tags),
      ...(spec.containerInsights === undefined ? {} : { settings: settings(spec) }),
    });
    return { ...insights(spec), tags: spec.tags, outputs: { arn: made.cluster?.clusterArn ?? "" } };
  },
  async update(aws, spec, live, changes) {
    if (changes.some((change) => change.path === "containerInsights"))
      await aws.call("ecs", "UpdateClusterSettings", { cluster: spec.name, settings: settings(spec) });
    if (changes.some(isTagChange))
      await aws.call("ecs", "TagResource", { resourceArn: live.outputs.arn, tags: toLowerTags(spec.tags) });
    return live;
  },
  async delete(aws, spec) {
    await unlessMissing(aws.call("ecs", "DeleteCluster", { cluster: spec.name }), "ClusterNotFoundException");
  },
  passing: (error) =>
    [
      "UpdateInProgressException",
      "ClusterContainsContainerInstancesException",
      "ClusterContainsTasksException",
      "ClusterContainsServicesException",
      "ClusterContainsCapacityProviderException",
    ].includes(error.name) || /service linked role/i.test(error.message),
};
