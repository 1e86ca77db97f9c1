import * as module from "@aws-sdk/client-application-auto-scaling";
import type { Handlers, ServiceModule } from "../../wire/api.ts";
import { ecsServices } from "../../world/scalable-ecs.ts";
import type { ScalableResource } from "../../world/scalable.ts";
import { deleteScalingPolicy } from "./delete-scaling-policy.ts";
import { deregisterScalableTarget } from "./deregister-scalable-target.ts";
import { describeScalableTargets } from "./describe-scalable-targets.ts";
import { describeScalingActivities } from "./describe-scaling-activities.ts";
import { describeScalingPolicies } from "./describe-scaling-policies.ts";
import { getPredictiveScalingForecast } from "./get-predictive-scaling-forecast.ts";
import { putScalingPolicy } from "./put-scaling-policy.ts";
import { registerScalableTarget } from "./register-scalable-target.ts";
import { deleteScheduledAction, describeScheduledActions, putScheduledAction } from "./scheduled-actions.ts";
import { listTagsForResource, tagResource, untagResource } from "./tags.ts";

/** The actions over one kind of scalable resource. */
export const handlersFor = (resource: ScalableResource): Handlers<typeof module> => ({
  DeleteScalingPolicy: deleteScalingPolicy,
  DeleteScheduledAction: deleteScheduledAction,
  DeregisterScalableTarget: deregisterScalableTarget,
  DescribeScalableTargets: describeScalableTargets,
  DescribeScalingActivities: describeScalingActivities,
  DescribeScalingPolicies: describeScalingPolicies,
  DescribeScheduledActions: describeScheduledActions,
  GetPredictiveScalingForecast: getPredictiveScalingForecast,
  ListTagsForResource: listTagsForResource,
  PutScalingPolicy: putScalingPolicy,
  PutScheduledAction: putScheduledAction,
  RegisterScalableTarget: registerScalableTarget(resource),
  TagResource: tagResource,
  UntagResource: untagResource,
});

export const service: ServiceModule<typeof module> = {
  module,
  Client: module.ApplicationAutoScalingClient,
  handlers: handlersFor(ecsServices),
};
