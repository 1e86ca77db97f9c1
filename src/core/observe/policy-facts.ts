import type { ScalingPolicy, TargetTrackingScalingPolicyConfiguration } from "@aws-sdk/client-application-auto-scaling";
import type { StepPolicy } from "../scaling/step-scaling.ts";

/** What a scaling policy is about, whatever its kind, in the words that explanations use. */
export interface PolicyFacts {
  name: string;
  type: "target-tracking" | "step" | "predictive";
  /** `cpu`, `memory`, `requests`, `NAMESPACE/NAME` or `metric math`; empty when only its alarms know. */
  metric: string;
  /** Target tracking only. */
  target: number | null;
  /** Seconds. A step policy has one for both directions. */
  scaleOutCooldownSeconds: number;
  scaleInCooldownSeconds: number;
  disableScaleIn: boolean;
  /** Step policies only. */
  steps?: StepPolicy | undefined;
  /** Predictive policies only: it never changes anything. */
  forecastOnly?: boolean | undefined;
}

/** Application Auto Scaling's own default for ECS services when a policy names none, in seconds. */
const defaultCooldown = 300;

const predefinedNames: Record<string, string> = {
  ECSServiceAverageCPUUtilization: "cpu",
  ECSServiceAverageCPUUtilizationHighResolution: "cpu",
  ECSServiceAverageMemoryUtilization: "memory",
  ECSServiceAverageMemoryUtilizationHighResolution: "memory",
  ALBRequestCountPerTarget: "requests",
};

const typeNames: Record<string, PolicyFacts["type"]> = {
  TargetTrackingScaling: "target-tracking",
  StepScaling: "step",
  PredictiveScaling: "predictive",
};

function metricOf(tracking: TargetTrackingScalingPolicyConfiguration | undefined): string {
  const predefined = tracking?.PredefinedMetricSpecification?.PredefinedMetricType;
  if (predefined) return predefinedNames[predefined] ?? predefined;
  const customized = tracking?.CustomizedMetricSpecification;
  if (!customized) return "";
  if (customized.Metrics) return "metric math";
  return `${customized.Namespace}/${customized.MetricName}`;
}

/** Reads a policy as AWS describes it. */
export function factsOf(policy: ScalingPolicy): PolicyFacts {
  const tracking = policy.TargetTrackingScalingPolicyConfiguration;
  const step = policy.StepScalingPolicyConfiguration;
  return {
    name: policy.PolicyName ?? "",
    type: typeNames[policy.PolicyType ?? ""] ?? "target-tracking",
    metric: metricOf(tracking),
    target: tracking?.TargetValue ?? null,
    scaleOutCooldownSeconds: tracking?.ScaleOutCooldown ?? step?.Cooldown ?? defaultCooldown,
    scaleInCooldownSeconds: tracking?.ScaleInCooldown ?? step?.Cooldown ?? defaultCooldown,
    disableScaleIn: tracking?.DisableScaleIn ?? false,
    ...(step
      ? {
          steps: {
            adjustmentType: step.AdjustmentType ?? "ChangeInCapacity",
            minAdjustmentMagnitude: step.MinAdjustmentMagnitude,
            steps: (step.StepAdjustments ?? []).map((one) => ({
              lower: one.MetricIntervalLowerBound,
              upper: one.MetricIntervalUpperBound,
              adjustment: one.ScalingAdjustment ?? 0,
            })),
          },
        }
      : {}),
    ...(policy.PolicyType === "PredictiveScaling"
      ? { forecastOnly: policy.PredictiveScalingPolicyConfiguration?.Mode !== "ForecastAndScale" }
      : {}),
  };
}
