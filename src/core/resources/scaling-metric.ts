import type { Dimension } from "@aws-sdk/client-cloudwatch";
import { unknownValue } from "../plan/resource.ts";

/** Where the service's own metrics are found. */
export interface MetricPlace {
  cluster: string;
  service: string;
  /** Undefined without a load balancer. */
  balancer?: BalancerPlace | undefined;
}

/** What metrics call a load balancer and its target group. */
export interface BalancerPlace {
  /** `app/NAME/ID`. */
  balancer: string;
  /** `targetgroup/NAME/ID`. */
  group: string;
}

/** A metric as `ecsctl.yaml` names it. */
export interface MetricName {
  /** `cpu`, `memory`, `requests`, `running-tasks` or `NAMESPACE/NAME`. */
  metric: string;
  dimensions?: Readonly<Record<string, string>> | undefined;
  statistic?: string | undefined;
}

/** A metric as CloudWatch finds it. */
export interface CloudMetric {
  namespace: string;
  name: string;
  dimensions: Dimension[];
  statistic: string;
}

/** Plain AWS/ECS does not publish how many tasks run; Container Insights does, once a minute. */
const own: Readonly<Record<string, readonly [namespace: string, name: string, statistic: string]>> = {
  cpu: ["AWS/ECS", "CPUUtilization", "Average"],
  memory: ["AWS/ECS", "MemoryUtilization", "Average"],
  "running-tasks": ["ECS/ContainerInsights", "RunningTaskCount", "Average"],
  requests: ["AWS/ApplicationELB", "RequestCountPerTarget", "Sum"],
};

/** Namespaces whose metrics are told apart by cluster and service. */
const ofServices = ["AWS/ECS", "ECS/ContainerInsights"];

/** The CloudWatch metric behind a name, that of the service itself where nothing else is said. */
export function resolveMetric(place: MetricPlace, wanted: MetricName): CloudMetric {
  const [namespace, name, usual] = own[wanted.metric] ?? splitName(wanted.metric);
  const given = Object.entries(wanted.dimensions ?? {}).map(([Name, Value]) => ({ Name, Value }));
  const dimensions =
    wanted.metric === "requests"
      ? balancerDimensions(place.balancer)
      : given.length === 0 && ofServices.includes(namespace)
        ? [
            { Name: "ClusterName", Value: place.cluster },
            { Name: "ServiceName", Value: place.service },
          ]
        : given;
  return { namespace, name, dimensions, statistic: wanted.statistic ?? usual };
}

/** The name is what follows the last slash: namespaces have slashes themselves. */
function splitName(metric: string): readonly [string, string, string] {
  const slash = metric.lastIndexOf("/");
  return [metric.slice(0, slash), metric.slice(slash + 1), "Average"];
}

function balancerDimensions(place: BalancerPlace | undefined): Dimension[] {
  return [
    { Name: "LoadBalancer", Value: place?.balancer ?? unknownValue },
    { Name: "TargetGroup", Value: place?.group ?? unknownValue },
  ];
}

/** What metrics call the load balancer or the target group of an ARN: its tail. */
export const metricNameOf = (arn: string): string => arn.slice(arn.lastIndexOf(":") + 1).replace(/^loadbalancer\//, "");

/** The resource label of ALBRequestCountPerTarget (PredefinedMetricSpecification, API reference). */
export function balancerLabel({ balancer }: MetricPlace): string {
  if (!balancer) return "";
  const parts = [balancer.balancer, balancer.group];
  return parts.includes(unknownValue) ? unknownValue : parts.join("/");
}

/** `LoadBalancer=app/x/1, TargetGroup=targetgroup/x/2`, whatever order AWS gives them in. */
export const dimensionText = (
  dimensions: readonly { Name?: string | undefined; Value?: string | undefined }[] | undefined,
): string | undefined =>
  dimensions
    ?.map(({ Name, Value }) => `${Name}=${Value}`)
    .sort()
    .join(", ") || undefined;
