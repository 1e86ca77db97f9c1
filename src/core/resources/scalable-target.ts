import { diffFields } from "./diff-fields.ts";
import type { LiveParts, Resource } from "../plan/resource.ts";
import { unlessMissing } from "../aws/missing.ts";
import type { Tags } from "./tags.ts";

export interface ScalableTargetSpec {
  /** `service/CLUSTER/SERVICE`. */
  resourceId: string;
  min: number;
  max: number;
  tags: Tags;
}

export interface ScalableTargetLive extends LiveParts {
  min: number;
  max: number;
  outputs: { arn: string };
}

const dimension = { ServiceNamespace: "ecs", ScalableDimension: "ecs:service:DesiredCount" } as const;

/** What Application Auto Scaling may do to the service's desired count. Belongs to whoever owns the service. */
export const scalableTarget: Resource<ScalableTargetSpec, ScalableTargetLive> = {
  kind: "scalable-target",
  async read(aws, spec) {
    const answer = await aws.call("application-autoscaling", "DescribeScalableTargets", {
      ...dimension,
      ResourceIds: [spec.resourceId],
    });
    const target = answer.ScalableTargets?.[0];
    if (!target) return undefined;
    return {
      min: target.MinCapacity ?? 0,
      max: target.MaxCapacity ?? 0,
      outputs: { arn: target.ScalableTargetARN ?? "" },
    };
  },
  diff: (spec, live) => diffFields({ min: spec.min, max: spec.max }, live && { min: live.min, max: live.max }),
  async create(aws, spec) {
    const made = await aws.call("application-autoscaling", "RegisterScalableTarget", {
      ...dimension,
      ResourceId: spec.resourceId,
      MinCapacity: spec.min,
      MaxCapacity: spec.max,
      Tags: { ...spec.tags },
    });
    return { min: spec.min, max: spec.max, outputs: { arn: made.ScalableTargetARN ?? "" } };
  },
  async update(aws, spec, live) {
    await aws.call("application-autoscaling", "RegisterScalableTarget", {
      ...dimension,
      ResourceId: spec.resourceId,
      MinCapacity: spec.min,
      MaxCapacity: spec.max,
    });
    return { ...live, min: spec.min, max: spec.max };
  },
  async delete(aws, spec) {
    await unlessMissing(
      aws.call("application-autoscaling", "DeregisterScalableTarget", { ...dimension, ResourceId: spec.resourceId }),
      "ObjectNotFoundException",
    );
  },
  passing: (error) =>
    error.name === "ConcurrentUpdateException" || /service linked role|service doesn't exist/i.test(error.message),
};
