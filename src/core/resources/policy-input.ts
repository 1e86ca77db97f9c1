import type {
  PredictiveScalingPolicyConfiguration,
  StepScalingPolicyConfiguration,
  TargetTrackingMetricDataQuery,
  TargetTrackingScalingPolicyConfiguration,
} from "@aws-sdk/client-application-auto-scaling";
import { parseDuration } from "../config/duration.ts";
import type { StepSide } from "../config/policy-steps.ts";
import type { MetricQueryConfig, PolicyConfig } from "../config/scaling-schema.ts";
import { balancerLabel, resolveMetric, type MetricPlace } from "./scaling-metric.ts";

/** The part of PutScalingPolicy that says what the policy does. */
export type PolicyInput =
  | {
      PolicyType: "TargetTrackingScaling";
      TargetTrackingScalingPolicyConfiguration: TargetTrackingScalingPolicyConfiguration;
    }
  | { PolicyType: "StepScaling"; StepScalingPolicyConfiguration: StepScalingPolicyConfiguration }
  | { PolicyType: "PredictiveScaling"; PredictiveScalingPolicyConfiguration: PredictiveScalingPolicyConfiguration };

/** Application Auto Scaling's own cooldown for ECS services, in seconds. */
export const usualCooldown = 300;

const seconds = (duration: string | undefined): number =>
  duration === undefined ? usualCooldown : (parseDuration(duration) ?? usualCooldown);

const tracked: Readonly<Record<string, string>> = {
  cpu: "ECSServiceAverageCPUUtilization",
  memory: "ECSServiceAverageMemoryUtilization",
  requests: "ALBRequestCountPerTarget",
};
/** The metrics that ECS publishes every 20 seconds when the service asks for it. */
const trackedFast: Readonly<Record<string, string>> = {
  cpu: "ECSServiceAverageCPUUtilizationHighResolution",
  memory: "ECSServiceAverageMemoryUtilizationHighResolution",
};
/** Pairs of a load and a utilisation (PredictiveScalingPredefinedMetricPairSpecification, API reference). */
const forecast: Readonly<Record<string, string>> = {
  cpu: "ECSServiceCPUUtilization",
  memory: "ECSServiceMemoryUtilization",
  requests: "ALBRequestCount",
};

/** A target tracking policy as AWS takes it. */
export function trackingInput(place: MetricPlace, policy: PolicyConfig): PolicyInput {
  return {
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: policy.target ?? 0,
      ...trackedMetric(place, policy),
      ScaleOutCooldown: seconds(policy.scaleOutCooldown),
      ScaleInCooldown: seconds(policy.scaleInCooldown),
      DisableScaleIn: policy.disableScaleIn ?? false,
    },
  };
}

function trackedMetric(place: MetricPlace, policy: PolicyConfig): Partial<TargetTrackingScalingPolicyConfiguration> {
  const { metric = "", metrics } = policy;
  if (metrics) return { CustomizedMetricSpecification: { Metrics: toQueries(place, metrics) } };
  const predefined = policy.fast ? trackedFast[metric] : tracked[metric];
  if (predefined === undefined) {
    const { namespace, name, dimensions, statistic } = resolveMetric(place, { ...policy, metric });
    return {
      CustomizedMetricSpecification: {
        Namespace: namespace,
        MetricName: name,
        Dimensions: dimensions.map(({ Name, Value }) => ({ Name, Value })),
        Statistic: statistic as "Average",
      },
    };
  }
  return {
    PredefinedMetricSpecification: {
      PredefinedMetricType: predefined as "ALBRequestCountPerTarget",
      ...(metric === "requests" ? { ResourceLabel: balancerLabel(place) } : {}),
    },
  };
}

/** Only the final figure returns data (TargetTrackingMetricDataQuery, API reference): the one marked, else the last. */
function toQueries(place: MetricPlace, queries: readonly MetricQueryConfig[]): TargetTrackingMetricDataQuery[] {
  const final = queries.findIndex(({ returnData }) => returnData);
  return queries.map(({ id, expression, label, metric, ...rest }, index) => ({
    Id: id,
    ...(label === undefined ? {} : { Label: label }),
    ...(expression === undefined ? {} : { Expression: expression }),
    ...(metric === undefined ? {} : { MetricStat: toStat(place, { metric, ...rest }) }),
    ReturnData: index === (final === -1 ? queries.length - 1 : final),
  }));
}

function toStat(place: MetricPlace, wanted: Parameters<typeof resolveMetric>[1]) {
  const { namespace, name, dimensions, statistic } = resolveMetric(place, wanted);
  const Dimensions = dimensions.map(({ Name, Value }) => ({ Name, Value }));
  return { Metric: { Namespace: namespace, MetricName: name, Dimensions }, Stat: statistic };
}

const adjustmentTypes = {
  tasks: "ChangeInCapacity",
  percent: "PercentChangeInCapacity",
  exact: "ExactCapacity",
} as const;

/** One side of a step policy as AWS takes it: bounds count from the alarm's threshold. */
export function stepInput(policy: PolicyConfig, side: StepSide): PolicyInput {
  const { threshold, above, unit, steps } = side;
  const relative = (value: number): number => Number((value - threshold).toPrecision(12));
  return {
    PolicyType: "StepScaling",
    StepScalingPolicyConfiguration: {
      AdjustmentType: adjustmentTypes[unit],
      StepAdjustments: steps.map(({ from, to, adjustment }) => {
        const near = above
          ? { MetricIntervalLowerBound: relative(from) }
          : { MetricIntervalUpperBound: relative(from) };
        const far =
          to === undefined
            ? {}
            : above
              ? { MetricIntervalUpperBound: relative(to) }
              : { MetricIntervalLowerBound: relative(to) };
        return { ...near, ...far, ScalingAdjustment: adjustment };
      }),
      Cooldown: seconds(policy.cooldown),
      MetricAggregationType: policy.aggregation ?? "Average",
      ...(unit === "percent" && policy.minAdjustmentMagnitude
        ? { MinAdjustmentMagnitude: policy.minAdjustmentMagnitude }
        : {}),
    },
  };
}

/** A predictive policy as AWS takes it. */
export function predictiveInput(place: MetricPlace, policy: PolicyConfig): PolicyInput {
  const { metric = "cpu", target = 0, mode, buffer, overMaximum } = policy;
  return {
    PolicyType: "PredictiveScaling",
    PredictiveScalingPolicyConfiguration: {
      MetricSpecifications: [
        {
          TargetValue: target,
          PredefinedMetricPairSpecification: {
            PredefinedMetricType: forecast[metric] ?? "",
            ...(metric === "requests" ? { ResourceLabel: balancerLabel(place) } : {}),
          },
        },
      ],
      Mode: mode === "forecast-and-scale" ? "ForecastAndScale" : "ForecastOnly",
      SchedulingBufferTime: seconds(buffer),
      ...(overMaximum === undefined
        ? { MaxCapacityBreachBehavior: "HonorMaxCapacity" }
        : { MaxCapacityBreachBehavior: "IncreaseMaxCapacity", MaxCapacityBuffer: overMaximum }),
    },
  };
}
