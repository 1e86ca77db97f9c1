import type * as aas from "@aws-sdk/client-application-auto-scaling";
import { accountId, type Region } from "../../world/world.ts";
import type { Handler } from "../../wire/api.ts";
import {
  scalableTargets,
  targetKey,
  type TargetId,
  type TargetRecord,
} from "../../world/records/application-autoscaling.ts";
import type { ScalableResource } from "../../world/scalable.ts";
import { enforceBounds } from "../../world/scheduled-actions.ts";
import { invalid, targetIdOf } from "./targets.ts";

const serviceRole = `arn:aws:iam::${accountId}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`;

/** Makes a target or changes the given parts of one; a desired count outside the bounds is moved to the nearer one. */
export const registerScalableTarget =
  (resource: ScalableResource): Handler<typeof aas, "RegisterScalableTarget"> =>
  (input, { region }) => {
    const id = targetIdOf(input);
    if (!resource.read(region, id.resourceId)) throw invalid(`ECS service doesn't exist: ${id.resourceId}`);
    const existing = scalableTargets(region).get(targetKey(id));
    const min = input.MinCapacity ?? existing?.target.MinCapacity;
    const max = input.MaxCapacity ?? existing?.target.MaxCapacity;
    if (min === undefined || max === undefined)
      throw invalid("Both MinCapacity and MaxCapacity must be specified when registering a new scalable target");
    if (min < 0) throw invalid("Minimum capacity cannot be less than 0");
    if (max < min) throw invalid("Maximum capacity cannot be less than minimum capacity");
    const record = existing ?? createTarget(region, id, { min, max });
    Object.assign(record.target, { MinCapacity: min, MaxCapacity: max });
    if (input.SuspendedState)
      record.target.SuspendedState = { ...record.target.SuspendedState, ...withoutUndefined(input.SuspendedState) };
    Object.assign(record.tags, input.Tags);
    enforceBounds(region, resource, record);
    return { ScalableTargetARN: record.target.ScalableTargetARN };
  };

const withoutUndefined = (state: aas.SuspendedState): aas.SuspendedState =>
  Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined));

function createTarget(region: Region, id: TargetId, bounds: { min: number; max: number }): TargetRecord {
  const record: TargetRecord = {
    id,
    target: {
      ServiceNamespace: "ecs",
      ResourceId: id.resourceId,
      ScalableDimension: "ecs:service:DesiredCount",
      MinCapacity: bounds.min,
      MaxCapacity: bounds.max,
      RoleARN: serviceRole,
      CreationTime: new Date(Math.floor(region.world.clock.now())),
      SuspendedState: {
        DynamicScalingInSuspended: false,
        DynamicScalingOutSuspended: false,
        ScheduledScalingSuspended: false,
      },
      ScalableTargetARN: region.arn("application-autoscaling", `scalable-target/${region.id("0ec5", 32)}`),
    },
    tags: {},
  };
  scalableTargets(region).set(targetKey(id), record);
  return record;
}
