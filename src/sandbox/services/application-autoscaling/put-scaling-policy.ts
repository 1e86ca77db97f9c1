import type * as aas from "@aws-sdk/client-application-auto-scaling";
import { validateSteps } from "../../../core/scaling/step-scaling.ts";
import type { Handler } from "../../wire/api.ts";
import {
  forecasts,
  namedKey,
  policiesOf,
  scalingPolicies,
  type PolicyRecord,
  type TargetId,
} from "../../world/records/application-autoscaling.ts";
import { makeUuid } from "../../world/scaling-activities.ts";
import { alarmsOfPolicy, stepPolicyOf } from "../../world/scaling-proposals.ts";
import type { Region } from "../../world/world.ts";
import { checkPredictive } from "./predictive-metric.ts";
import { findTarget, invalid, targetIdOf } from "./targets.ts";
import { trackedMetric } from "./tracked-metric.ts";
import { putTrackingAlarms } from "./tracking-alarms.ts";

/** Makes or replaces a policy; target tracking gets its two alarms, step scaling waits for alarms of the user's own. */
export const putScalingPolicy: Handler<typeof aas, "PutScalingPolicy"> = (input, { region }) => {
  const id = targetIdOf(input);
  findTarget(region, id, "registered");
  const name = input.PolicyName ?? "";
  const existing = scalingPolicies(region).get(namedKey(id, name));
  const type = input.PolicyType ?? existing?.policy.PolicyType ?? "StepScaling";
  if (existing && existing.policy.PolicyType !== type)
    throw invalid(
      `Policy type of existing scaling policy ${name} can't be changed from ${existing.policy.PolicyType} to ${type}`,
    );
  if (type === "TargetTrackingScaling") checkTracking(region, id, input);
  else if (type === "StepScaling") checkSteps(input);
  else if (type === "PredictiveScaling") checkPredictive(input.PredictiveScalingPolicyConfiguration, id);
  else throw invalid(`The sandbox does not act on policies of type ${type}.`);
  const record = existing ?? createPolicy(region, id, { name, type });
  if (type === "PredictiveScaling") {
    record.policy.PredictiveScalingPolicyConfiguration = {
      Mode: "ForecastOnly",
      SchedulingBufferTime: 300,
      MaxCapacityBreachBehavior: "HonorMaxCapacity",
      ...withoutUndefined(input.PredictiveScalingPolicyConfiguration),
    };
    forecasts(region).delete(namedKey(id, name));
  } else if (type === "TargetTrackingScaling") {
    record.policy.TargetTrackingScalingPolicyConfiguration = input.TargetTrackingScalingPolicyConfiguration;
    putTrackingAlarms(region, record);
  } else record.policy.StepScalingPolicyConfiguration = input.StepScalingPolicyConfiguration;
  return { PolicyARN: record.policy.PolicyARN, Alarms: describeAlarms(region, record) };
};

function withoutUndefined(
  config: aas.PredictiveScalingPolicyConfiguration | undefined,
): aas.PredictiveScalingPolicyConfiguration {
  const entries = Object.entries(config ?? {}).filter(([, value]) => value !== undefined);
  return { MetricSpecifications: [], ...Object.fromEntries(entries) };
}

function createPolicy(region: Region, id: TargetId, made: { name: string; type: aas.PolicyType }): PolicyRecord {
  const place = `resource/${id.namespace}/${id.resourceId}:policyName/${made.name}`;
  const record: PolicyRecord = {
    id,
    policy: {
      PolicyARN: region.arn("autoscaling", `scalingPolicy:${makeUuid(region)}:${place}`),
      PolicyName: made.name,
      ServiceNamespace: "ecs",
      ResourceId: id.resourceId,
      ScalableDimension: "ecs:service:DesiredCount",
      PolicyType: made.type,
      CreationTime: new Date(Math.floor(region.world.clock.now())),
    },
  };
  scalingPolicies(region).set(namedKey(id, made.name), record);
  return record;
}

/** The alarms that drive a policy, as answers list them. */
export const describeAlarms = (region: Region, { policy }: PolicyRecord): aas.Alarm[] =>
  alarmsOfPolicy(region, policy.PolicyARN, false).map(({ alarm }) => ({
    AlarmName: alarm.AlarmName,
    AlarmARN: alarm.AlarmArn,
  }));

function checkTracking(region: Region, id: TargetId, input: aas.PutScalingPolicyCommandInput): void {
  const config = input.TargetTrackingScalingPolicyConfiguration;
  if (!config)
    throw invalid("TargetTrackingScalingPolicyConfiguration must be specified for policy type TargetTrackingScaling.");
  if (!((config.TargetValue ?? 0) > 0)) throw invalid("TargetValue must be greater than 0.");
  for (const cooldown of [config.ScaleInCooldown, config.ScaleOutCooldown])
    if (cooldown !== undefined && (cooldown < 0 || !Number.isInteger(cooldown)))
      throw invalid("Cooldown must be greater than or equal to 0.");
  const metric = JSON.stringify(trackedMetric(config, id));
  const same = policiesOf(region, id).some(({ policy }) => {
    const other = policy.TargetTrackingScalingPolicyConfiguration;
    return other && policy.PolicyName !== input.PolicyName && JSON.stringify(trackedMetric(other, id)) === metric;
  });
  if (same) throw invalid("Only one TargetTrackingScaling policy for a given metric specification is allowed.");
}

function checkSteps(input: aas.PutScalingPolicyCommandInput): void {
  const config = input.StepScalingPolicyConfiguration;
  if (!config) throw invalid("StepScalingPolicyConfiguration must be specified for policy type StepScaling.");
  if (!config.AdjustmentType) throw invalid("AdjustmentType must be specified.");
  const wrong = validateSteps(stepPolicyOf(config).steps);
  if (wrong) throw invalid(wrong);
  const { MetricAggregationType: aggregation = "Average" } = config;
  if (!["Average", "Maximum", "Minimum"].includes(aggregation))
    throw invalid("MetricAggregationType must be Average, Maximum or Minimum.");
  if (config.MinAdjustmentMagnitude !== undefined && config.AdjustmentType !== "PercentChangeInCapacity")
    throw invalid("MinAdjustmentMagnitude can only be specified when AdjustmentType is PercentChangeInCapacity.");
}
