import type {
  CustomizedMetricSpecification,
  PredefinedMetricSpecification,
  TargetTrackingScalingPolicyConfiguration,
} from "@aws-sdk/client-application-auto-scaling";
import type { MetricAlarm, MetricDataQuery, StandardUnit, Statistic } from "@aws-sdk/client-cloudwatch";
import type { TargetId } from "../../world/records/application-autoscaling.ts";
import { MathError } from "../../../core/scaling/metric-math.ts";
import { checkMetrics } from "../../../core/scaling/metric-set.ts";
import { mathQueriesOf } from "../../world/metric-queries.ts";
import { invalid } from "./targets.ts";

/** The part of an alarm that says what it looks at, in periods of a minute. Throws AWS's error for what it cannot be. */
export function trackedMetric(config: TargetTrackingScalingPolicyConfiguration, id: TargetId): Partial<MetricAlarm> {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } = config;
  if ((predefined === undefined) === (customized === undefined))
    throw invalid("Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be specified.");
  return predefined ? predefinedMetric(predefined, id) : customizedMetric(customized ?? {});
}

function predefinedMetric(specification: PredefinedMetricSpecification, id: TargetId): Partial<MetricAlarm> {
  const [, cluster, service] = id.resourceId.split("/");
  const ecs = (MetricName: string, Period = 60): Partial<MetricAlarm> => ({
    Namespace: "AWS/ECS",
    MetricName,
    Statistic: "Average",
    Period,
    Dimensions: [
      { Name: "ClusterName", Value: cluster },
      { Name: "ServiceName", Value: service },
    ],
  });
  switch (specification.PredefinedMetricType) {
    case "ECSServiceAverageCPUUtilization":
      return ecs("CPUUtilization");
    case "ECSServiceAverageMemoryUtilization":
      return ecs("MemoryUtilization");
    // A service that does not publish every 20 s leaves its alarm with too little data.
    case "ECSServiceAverageCPUUtilizationHighResolution":
      return ecs("CPUUtilization", 20);
    case "ECSServiceAverageMemoryUtilizationHighResolution":
      return ecs("MemoryUtilization", 20);
    case "ALBRequestCountPerTarget":
      return requestsPerTarget(specification.ResourceLabel);
    default:
      throw invalid(
        `The sandbox publishes no metric for PredefinedMetricType ${specification.PredefinedMetricType} of scalable dimension ${id.dimension}`,
      );
  }
}

/** The label is `app/NAME/ID/targetgroup/NAME/ID`. */
function requestsPerTarget(label: string | undefined): Partial<MetricAlarm> {
  const group = /^app\/[^/]+\/[^/]+\/(targetgroup\/[^/]+\/[^/]+)$/.exec(label ?? "")?.[1];
  if (!group) throw invalid(`ResourceLabel ${label ?? ""} is not valid for ALBRequestCountPerTarget`);
  return {
    Namespace: "AWS/ApplicationELB",
    MetricName: "RequestCountPerTarget",
    Statistic: "Sum",
    Period: 60,
    Dimensions: [{ Name: "TargetGroup", Value: group }],
  };
}

function customizedMetric(specification: CustomizedMetricSpecification): Partial<MetricAlarm> {
  if (specification.Metrics?.length) {
    const Metrics = specification.Metrics.map(({ MetricStat, ...query }): MetricDataQuery => ({
      ...query,
      ...(MetricStat
        ? {
            MetricStat: { Metric: MetricStat.Metric, Stat: MetricStat.Stat, Period: 60, Unit: unitOf(MetricStat.Unit) },
          }
        : {}),
    }));
    checkExpressions(Metrics);
    return { Metrics };
  }
  const { Namespace, MetricName, Statistic, Dimensions, Unit } = specification;
  if (!Namespace || !MetricName || !Statistic)
    throw invalid("CustomizedMetricSpecification needs a Namespace, a MetricName and a Statistic, or Metrics.");
  return {
    Namespace,
    MetricName,
    Statistic: Statistic as Statistic,
    Period: 60,
    Dimensions: Dimensions ?? [],
    ...(Unit ? { Unit: unitOf(Unit) } : {}),
  };
}

const unitOf = (unit: string | undefined): StandardUnit | undefined => unit as StandardUnit | undefined;

/** What CloudWatch would refuse of its alarms is refused now. */
function checkExpressions(queries: readonly MetricDataQuery[]): void {
  if (queries.filter(({ ReturnData }) => ReturnData !== false).length !== 1)
    throw invalid("Exactly one element of the metrics list should return data.");
  try {
    checkMetrics(mathQueriesOf(queries));
  } catch (error) {
    if (error instanceof MathError) throw invalid(error.message);
    throw error;
  }
}
