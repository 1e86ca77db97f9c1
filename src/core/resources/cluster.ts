import type { Aws } from "../aws/aws.ts";
import { diffTags } from "./diff-fields.ts";
import type { LiveParts, Resource } from "../plan/resource.ts";
import { unlessMissing } from "../aws/missing.ts";
import { fromTags, toLowerTags, type Tags } from "./tags.ts";

export interface ClusterSpec {
  name: string;
  tags: Tags;
}

export interface ClusterLive extends LiveParts {
  outputs: { arn: string };
}

/** An ECS cluster. */
export const cluster: Resource<ClusterSpec, ClusterLive> = {
  kind: "ecs-cluster",
  async read(aws: Aws, spec: ClusterSpec) {
    const answer = await aws.call("ecs", "DescribeClusters", { clusters: [spec.name], include: ["TAGS"] });
    const found = answer.clusters?.[0];
    if (!found || found.status === "INACTIVE" || found.status === "DEPROVISIONING") return undefined;
    return { tags: fromTags(found.tags), outputs: { arn: found.clusterArn ?? "" } };
  },
  diff: (spec, live) =>
    live ? diffTags(spec.tags, live.tags) : [{ path: "name", to: spec.name }, ...diffTags(spec.tags, undefined)],
  async create(aws, spec) {
    const made = await aws.call("ecs", "CreateCluster", { clusterName: spec.name, tags: toLowerTags(spec.tags) });
    return { tags: spec.tags, outputs: { arn: made.cluster?.clusterArn ?? "" } };
  },
  async update(aws, spec, live) {
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
