import type { ScalableTarget } from "@aws-sdk/client-application-auto-scaling";
import type { Aws } from "../aws/aws.ts";
import { unlessMissing } from "../aws/missing.ts";
import type { Change, LiveParts, Resource } from "../plan/resource.ts";
import { diffFields } from "./diff-fields.ts";
import type { Tags } from "./tags.ts";

export interface ScalableTargetSpec {
  /** `service/CLUSTER/SERVICE`. */
  resourceId: string;
  min: number;
  max: number;
  /** Limits that scheduled actions set from time to time: found in force, they are as wanted. */
  scheduled?: { min: readonly number[]; max: readonly number[] } | undefined;
  /** Held by hand until a scheduled action lets go: its limits are not ours to change. */
  held?: boolean | undefined;
  tags: Tags;
}

export interface ScalableTargetLive extends LiveParts {
  min: number;
  max: number;
  outputs: { arn: string };
}

/** What Application Auto Scaling changes of an ECS service. */
export const serviceDimension = { ServiceNamespace: "ecs", ScalableDimension: "ecs:service:DesiredCount" } as const;

/** The scalable target of a service; undefined when nothing scales it. */
export async function readScalableTarget(aws: Aws, resourceId: string): Promise<ScalableTarget | undefined> {
  const answer = await aws.call("application-autoscaling", "DescribeScalableTargets", {
    ...serviceDimension,
    ResourceIds: [resourceId],
  });
  return answer.ScalableTargets?.[0];
}

function diff(spec: ScalableTargetSpec, live: ScalableTargetLive | undefined): Change[] {
  if (live && spec.held) return [];
  const { min = [], max = [] } = spec.scheduled ?? {};
  const wanted = {
    min: live && min.includes(live.min) ? live.min : spec.min,
    max: live && max.includes(live.max) ? live.max : spec.max,
  };
  return diffFields(wanted, live && { min: live.min, max: live.max });
}

/** What Application Auto Scaling may do to the service's desired count. Belongs to whoever owns the service. */
export const scalableTarget: Resource<ScalableTargetSpec, ScalableTargetLive> = {
  kind: "scalable-target",
  async read(aws, spec) {
    const target = await readScalableTarget(aws, spec.resourceId);
    if (!target) return undefined;
    return {
      min: target.MinCapacity ?? 0,
      max: target.MaxCapacity ?? 0,
      outputs: { arn: target.ScalableTargetARN ?? "" },
    };
  },
  diff,
  async create(aws, spec) {
    const made = await aws.call("application-autoscaling", "RegisterScalableTarget", {
      ...serviceDimension,
      ResourceId: spec.resourceId,
      MinCapacity: spec.min,
      MaxCapacity: spec.max,
      Tags: { ...spec.tags },
    });
    return { min: spec.min, max: spec.max, outputs: { arn: made.ScalableTargetARN ?? "" } };
  },
  async update(aws, spec, live, changes) {
    const changed = (path: string): boolean => changes.some((change) => change.path === path);
    const [min, max] = [changed("min") ? spec.min : live.min, changed("max") ? spec.max : live.max];
    await aws.call("application-autoscaling", "RegisterScalableTarget", {
      ...serviceDimension,
      ResourceId: spec.resourceId,
      MinCapacity: min,
      MaxCapacity: max,
    });
    return { ...live, min, max };
  },
  async delete(aws, spec) {
    await unlessMissing(
      aws.call("application-autoscaling", "DeregisterScalableTarget", {
        ...serviceDimension,
        ResourceId: spec.resourceId,
      }),
      "ObjectNotFoundException",
    );
  },
  passing: (error) =>
    error.name === "ConcurrentUpdateException" || /service linked role|service doesn't exist/i.test(error.message),
};
