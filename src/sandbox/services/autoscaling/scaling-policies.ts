import type * as autoscaling from "@aws-sdk/client-auto-scaling";
import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { validateSteps } from "../../../core/scaling/step-scaling.ts";
import { trackingAlarms } from "../../../core/scaling/target-tracking.ts";
import { page, type Handler } from "../../wire/api.ts";
import { alarmsOfGroupPolicy, groupPolicyArn, putGroupAlarms, removeGroupPolicy } from "../../world/group-policies.ts";
import { executePolicy } from "../../world/group-scaling.ts";
import { groupKey, groupPolicies, type GroupPolicyRecord } from "../../world/records/autoscaling.ts";
import type { Region } from "../../world/world.ts";
import { findActiveGroup, findGroup, validationError } from "./groups.ts";

type Input = autoscaling.PutScalingPolicyCommandInput;

const adjustmentTypes: readonly string[] = ["ChangeInCapacity", "ExactCapacity", "PercentChangeInCapacity"];

/** Makes or replaces a policy of a group; target tracking gets its two alarms. */
export const putScalingPolicy: Handler<typeof autoscaling, "PutScalingPolicy"> = (input, { region }) => {
  const group = findActiveGroup(region, input.AutoScalingGroupName);
  const name = input.PolicyName ?? "";
  const type = input.PolicyType ?? "SimpleScaling";
  const metric = checkPolicy(input, type);
  const existing = groupPolicies(region).get(groupKey(group.name, name));
  if (existing?.managed) throw validationError("The scaling policy is managed by Amazon ECS and cannot be changed.");
  const { AutoScalingGroupName: _group, ...settings } = input;
  const policy = {
    StepAdjustments: [],
    Enabled: true,
    ...settings,
    AutoScalingGroupName: group.name,
    PolicyName: name,
    PolicyType: type,
    PolicyARN: existing?.policy.PolicyARN ?? groupPolicyArn(region, group.name, name),
  };
  const record: GroupPolicyRecord = { ...existing, policy };
  groupPolicies(region).set(groupKey(group.name, name), record);
  if (metric) {
    const { TargetValue = 0, DisableScaleIn = false } = policy.TargetTrackingConfiguration ?? {};
    const period = metric.Period ?? 60;
    putGroupAlarms(region, record, {
      metric,
      ...trackingAlarms(TargetValue, { disableScaleIn: DisableScaleIn, period }),
    });
  }
  return { PolicyARN: policy.PolicyARN, Alarms: describeAlarms(region, policy.PolicyARN) };
};

const describeAlarms = (region: Region, arn: string): autoscaling.Alarm[] =>
  alarmsOfGroupPolicy(region, arn).map(({ AlarmName, AlarmArn }) => ({ AlarmName, AlarmARN: AlarmArn }));

/** What a target tracking policy looks at; undefined for the other kinds. Throws for what cannot be. */
function checkPolicy(input: Input, type: string): Partial<MetricAlarm> | undefined {
  if (type === "TargetTrackingScaling") return trackedMetric(input.TargetTrackingConfiguration);
  if (type !== "SimpleScaling" && type !== "StepScaling")
    throw validationError(`The sandbox does not act on group policies of type ${type}.`);
  if (!adjustmentTypes.includes(input.AdjustmentType ?? ""))
    throw validationError(
      `Invalid value '${input.AdjustmentType ?? ""}' for AdjustmentType. Valid values: ${adjustmentTypes.join(", ")}.`,
    );
  if (type === "SimpleScaling") {
    if (input.ScalingAdjustment === undefined)
      throw validationError("ScalingAdjustment is required when PolicyType is SimpleScaling");
    return undefined;
  }
  const wrong = validateSteps(
    (input.StepAdjustments ?? []).map((step) => ({
      lower: step.MetricIntervalLowerBound,
      upper: step.MetricIntervalUpperBound,
      adjustment: step.ScalingAdjustment ?? 0,
    })),
  );
  if (wrong) throw validationError(wrong);
  return undefined;
}

function trackedMetric(config: autoscaling.TargetTrackingConfiguration | undefined): Partial<MetricAlarm> {
  const metric = config?.CustomizedMetricSpecification;
  if (!((config?.TargetValue ?? 0) > 0)) throw validationError("TargetValue must be greater than 0.");
  if (!metric?.Namespace || !metric.MetricName || !metric.Statistic)
    throw validationError(
      "The sandbox tracks metrics of a CustomizedMetricSpecification only: it publishes none of the predefined ones.",
    );
  return {
    Namespace: metric.Namespace,
    MetricName: metric.MetricName,
    Statistic: metric.Statistic,
    Period: metric.Period ?? 60,
    Dimensions: metric.Dimensions ?? [],
  };
}

/** By name; of one group unless told otherwise. */
export const describePolicies: Handler<typeof autoscaling, "DescribePolicies"> = (input, { region }) => {
  if (input.AutoScalingGroupName) findGroup(region, input.AutoScalingGroupName);
  const matching = [...groupPolicies(region).values()].filter(
    ({ policy }) =>
      (!input.AutoScalingGroupName || policy.AutoScalingGroupName === input.AutoScalingGroupName) &&
      (!input.PolicyNames?.length ||
        input.PolicyNames.includes(policy.PolicyName) ||
        input.PolicyNames.includes(policy.PolicyARN)) &&
      (!input.PolicyTypes?.length || input.PolicyTypes.includes(policy.PolicyType ?? "")),
  );
  const { items, next } = page(matching, input.NextToken, input.MaxRecords ?? 50);
  const ScalingPolicies = items.map(({ policy }) => ({ ...policy, Alarms: describeAlarms(region, policy.PolicyARN) }));
  return { ScalingPolicies, ...(next ? { NextToken: next } : {}) };
};

function findPolicy(region: Region, group: string | undefined, name: string | undefined): GroupPolicyRecord {
  const found = [...groupPolicies(region).values()].find(
    ({ policy }) =>
      policy.PolicyARN === name || (policy.PolicyName === name && (!group || policy.AutoScalingGroupName === group)),
  );
  if (!found) throw validationError("Policy does not exist");
  return found;
}

export const deletePolicy: Handler<typeof autoscaling, "DeletePolicy"> = (input, { region }) => {
  const record = findPolicy(region, input.AutoScalingGroupName, input.PolicyName);
  if (record.managed) throw validationError("The scaling policy is managed by Amazon ECS and cannot be deleted.");
  removeGroupPolicy(region, record);
  return {};
};

/** As if its alarm had gone off with a metric value. */
export const executePolicyNow: Handler<typeof autoscaling, "ExecutePolicy"> = (input, { region }) => {
  const record = findPolicy(region, input.AutoScalingGroupName, input.PolicyName);
  if (record.policy.PolicyType === "TargetTrackingScaling")
    throw validationError("You cannot execute a target tracking scaling policy.");
  const { MetricValue, BreachThreshold } = input;
  if (record.policy.PolicyType === "StepScaling" && (MetricValue === undefined || BreachThreshold === undefined))
    throw validationError("MetricValue and BreachThreshold are required for a step scaling policy.");
  if (!input.HonorCooldown) delete record.cooldownUntil;
  executePolicy(region, {
    group: findActiveGroup(region, record.policy.AutoScalingGroupName),
    record,
    metric: MetricValue,
    threshold: BreachThreshold,
    now: region.world.clock.now(),
    cause: `a user request executed policy ${record.policy.PolicyName}`,
  });
  return {};
};
