import type { PredictiveScalingMetricSpecification } from "@aws-sdk/client-application-auto-scaling";
import type { HourlyValue } from "../../core/scaling/forecast.ts";
import { hourMs } from "../../core/scaling/forecast.ts";
import { runQueries } from "./metric-queries.ts";
import { readSeries, type MetricId, type Series } from "./metrics.ts";
import type { TargetId } from "./records/application-autoscaling.ts";
import type { Region } from "./world.ts";

/** Hours of the past, and what one unit of load an hour comes to in units of the target. */
type Load = (region: Region, window: { from: number; to: number }) => Series;

const hourSeconds = 3600;

/**
 * How a policy's load is read, as the mean over each hour: percent of a task summed over all tasks, or requests a minute.
 * Divided by the target it is a number of tasks. Undefined for metrics that the sandbox does not publish.
 */
export function loadOf(specification: PredictiveScalingMetricSpecification, id: TargetId): Load | undefined {
  const pair = specification.PredefinedMetricPairSpecification;
  const load = specification.PredefinedLoadMetricSpecification;
  const custom = specification.CustomizedLoadMetricSpecification?.MetricDataQueries;
  if (custom) {
    const shown = custom.find(({ ReturnData }) => ReturnData !== false)?.Id ?? "";
    const queries = custom.map((query) => ({
      Id: query.Id,
      Expression: query.Expression,
      Label: query.Label,
      ReturnData: query.ReturnData,
      MetricStat: query.MetricStat && {
        Metric: query.MetricStat.Metric,
        Stat: query.MetricStat.Stat,
        Period: hourSeconds,
      },
    }));
    return (region, window) => scaled(runQueries(region, queries, window).get(shown)?.[0] ?? new Map(), 1 / 60);
  }
  switch (pair?.PredefinedMetricType ?? load?.PredefinedMetricType) {
    case "ECSServiceCPUUtilization":
    case "ECSServiceTotalCPUUtilization":
      return utilization("CPUUtilization", id);
    case "ECSServiceMemoryUtilization":
    case "ECSServiceTotalMemoryUtilization":
      return utilization("MemoryUtilization", id);
    case "ALBRequestCount":
    case "ALBTargetGroupRequestCount":
      return requests(pair?.ResourceLabel ?? load?.ResourceLabel);
    default:
      return undefined;
  }
}

const scaled = (series: Series, factor: number): Series =>
  new Map([...series].map(([at, value]) => [at, value * factor]));

function utilization(name: string, id: TargetId): Load {
  const [, ClusterName = "", ServiceName = ""] = id.resourceId.split("/");
  const metric: MetricId = { namespace: "AWS/ECS", name, dimensions: { ClusterName, ServiceName } };
  // A task is one sample a minute, however often it is looked at.
  return (region, window) => scaled(readSeries(region, metric, { ...window, period: hourSeconds }, "Sum"), 1 / 60);
}

/** The label is `app/NAME/ID/targetgroup/NAME/ID`. */
function requests(label: string | undefined): Load | undefined {
  const [, LoadBalancer, TargetGroup] = /^(app\/[^/]+\/[^/]+)\/(targetgroup\/[^/]+\/[^/]+)$/.exec(label ?? "") ?? [];
  if (!LoadBalancer || !TargetGroup) return undefined;
  const metric = { namespace: "AWS/ApplicationELB", name: "RequestCount", dimensions: { LoadBalancer, TargetGroup } };
  return (region, window) => scaled(readSeries(region, metric, { ...window, period: hourSeconds }, "Sum"), 1 / 60);
}

/** The hours of a load that lie before `to` (ms), oldest first. */
export function readHours(region: Region, load: Load, to: number): HourlyValue[] {
  const from = to - 14 * 24 * hourMs;
  return [...load(region, { from, to })].map(([at, value]) => ({ at, value })).sort((a, b) => a.at - b.at);
}
