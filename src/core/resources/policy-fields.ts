import type {
  CustomizedMetricSpecification,
  PredictiveScalingPolicyConfiguration,
  ScalingPolicy,
  StepAdjustment,
  StepScalingPolicyConfiguration,
  TargetTrackingScalingPolicyConfiguration,
} from "@aws-sdk/client-application-auto-scaling";
import type { Fields } from "./diff-fields.ts";
import { usualCooldown, type PolicyInput } from "./policy-input.ts";
import { dimensionText } from "./scaling-metric.ts";

/** What a policy does, in the words of a plan; the same for one that is wanted and one that is there. */
export function policyFields(policy: ScalingPolicy | PolicyInput): Fields {
  const type = policy.PolicyType;
  if ("TargetTrackingScalingPolicyConfiguration" in policy && policy.TargetTrackingScalingPolicyConfiguration)
    return { type, ...trackingFields(policy.TargetTrackingScalingPolicyConfiguration) };
  if ("StepScalingPolicyConfiguration" in policy && policy.StepScalingPolicyConfiguration)
    return { type, ...stepFields(policy.StepScalingPolicyConfiguration) };
  if ("PredictiveScalingPolicyConfiguration" in policy && policy.PredictiveScalingPolicyConfiguration)
    return { type, ...predictiveFields(policy.PredictiveScalingPolicyConfiguration) };
  return { type };
}

function trackingFields(config: TargetTrackingScalingPolicyConfiguration): Fields {
  const predefined = config.PredefinedMetricSpecification;
  const custom = config.CustomizedMetricSpecification;
  return {
    metric: predefined?.PredefinedMetricType ?? (custom && customName(custom)),
    balancer: predefined?.ResourceLabel,
    dimensions: dimensionText(custom?.Dimensions),
    statistic: custom?.Statistic,
    math: custom?.Metrics?.map(queryText),
    target: config.TargetValue,
    scaleOutCooldown: config.ScaleOutCooldown ?? usualCooldown,
    scaleInCooldown: config.ScaleInCooldown ?? usualCooldown,
    disableScaleIn: config.DisableScaleIn ?? false,
  };
}

const customName = ({ Namespace, MetricName, Metrics }: CustomizedMetricSpecification): string =>
  Metrics && Metrics.length > 0 ? "metric math" : `${Namespace}/${MetricName}`;

type Query = NonNullable<CustomizedMetricSpecification["Metrics"]>[number];

function queryText({ Id, Expression, MetricStat, ReturnData }: Query): string {
  const { Namespace, MetricName, Dimensions } = MetricStat?.Metric ?? {};
  const of = dimensionText(Dimensions);
  const source = Expression ?? `${MetricStat?.Stat} of ${Namespace}/${MetricName}${of ? ` {${of}}` : ""}`;
  return `${Id}${ReturnData === false ? "" : " (tracked)"} = ${source}`;
}

function stepFields(config: StepScalingPolicyConfiguration): Fields {
  return {
    adjustment: config.AdjustmentType,
    steps: (config.StepAdjustments ?? []).map(stepText).sort(),
    minAdjustmentMagnitude: config.MinAdjustmentMagnitude,
    cooldown: config.Cooldown ?? usualCooldown,
    aggregation: config.MetricAggregationType ?? "Average",
  };
}

const stepText = ({
  MetricIntervalLowerBound: lower,
  MetricIntervalUpperBound: upper,
  ScalingAdjustment,
}: StepAdjustment) => `${lower ?? ""}..${upper ?? ""}: ${ScalingAdjustment}`;

function predictiveFields(config: PredictiveScalingPolicyConfiguration): Fields {
  const [one] = config.MetricSpecifications ?? [];
  return {
    metric: one?.PredefinedMetricPairSpecification?.PredefinedMetricType,
    balancer: one?.PredefinedMetricPairSpecification?.ResourceLabel,
    target: one?.TargetValue,
    mode: config.Mode ?? "ForecastOnly",
    buffer: config.SchedulingBufferTime ?? usualCooldown,
    overMaximum:
      config.MaxCapacityBreachBehavior === "IncreaseMaxCapacity" ? (config.MaxCapacityBuffer ?? 0) : undefined,
  };
}
