import type { MetricAlarm, MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import type { Aws } from "../aws/aws.ts";
import type { ServiceMetrics } from "./read-metrics.ts";
import type { MetricPoint, Subject } from "./snapshot.ts";

/** Seconds back in which a metric's last datapoint is looked for. */
const lookBack = 3600;

/** Seconds of one period of an alarm, also of one on metric math. */
export const periodOf = (alarm: MetricAlarm): number =>
  alarm.Period ??
  alarm.Metrics?.find(({ MetricStat }) => MetricStat)?.MetricStat?.Period ??
  alarm.Metrics?.[0]?.Period ??
  60;

/** What an alarm looks at, as GetMetricData asks for it; metric math keeps its ids. */
function queriesOf(alarm: MetricAlarm): MetricDataQuery[] {
  if (alarm.Metrics && alarm.Metrics.length > 0) return alarm.Metrics;
  const Metric = { Namespace: alarm.Namespace, MetricName: alarm.MetricName, Dimensions: alarm.Dimensions ?? [] };
  return [
    {
      Id: "m",
      MetricStat: { Metric, Period: periodOf(alarm), Stat: alarm.Statistic ?? alarm.ExtendedStatistic ?? "Average" },
    },
  ];
}

/** The points of the service's own one-minute averages when those are what an alarm looks at; undefined when not. */
export function pointsOfService(
  alarm: MetricAlarm,
  { cluster, service }: Subject,
  metrics: ServiceMetrics,
): MetricPoint[] | undefined {
  const { Namespace, MetricName, Dimensions = [], Statistic } = alarm;
  const has = (name: string, value: string) => Dimensions.some(({ Name, Value }) => Name === name && Value === value);
  if (Namespace !== "AWS/ECS" || Statistic !== "Average" || periodOf(alarm) !== 60 || Dimensions.length !== 2)
    return undefined;
  if (!has("ClusterName", cluster) || !has("ServiceName", service)) return undefined;
  const points =
    MetricName === "CPUUtilization" ? metrics.cpu : MetricName === "MemoryUtilization" ? metrics.memory : [];
  // Nothing lately: since when is for a longer look to tell.
  return points.length > 0 ? points : undefined;
}

/**
 * The datapoints that alarms judge, oldest first, by the alarm's name. Alarms on the same metric (a policy's two) are
 * asked for together.
 */
export async function readAlarmPoints(
  aws: Aws,
  alarms: readonly MetricAlarm[],
  signal?: AbortSignal,
): Promise<Map<string, MetricPoint[]>> {
  const groups = new Map<string, MetricAlarm[]>();
  for (const alarm of alarms) {
    const key = JSON.stringify(queriesOf(alarm));
    groups.set(key, [...(groups.get(key) ?? []), alarm]);
  }
  const answers = await Promise.all(
    [...groups.values()].map(async (same) => {
      const points = await readPoints(aws, same, signal);
      return same.map((alarm) => [alarm.AlarmName ?? "", points] as const);
    }),
  );
  return new Map(answers.flat());
}

async function readPoints(aws: Aws, same: readonly MetricAlarm[], signal?: AbortSignal): Promise<MetricPoint[]> {
  const [alarm] = same;
  if (!alarm) return [];
  const now = aws.clock.now();
  const period = periodOf(alarm);
  const periods = Math.max(...same.map(({ EvaluationPeriods = 1 }) => EvaluationPeriods)) + 3;
  const from = now - Math.max(lookBack, periods * period) * 1000;
  const queries = queriesOf(alarm);
  const answer = await aws.call(
    "cloudwatch",
    "GetMetricData",
    {
      StartTime: new Date(Math.floor(from / (period * 1000)) * period * 1000),
      EndTime: new Date(now + 1000),
      ScanBy: "TimestampAscending",
      MetricDataQueries: queries,
    },
    signal,
  );
  const wanted = queries.find(({ ReturnData }) => ReturnData !== false)?.Id;
  const result = answer.MetricDataResults?.find(({ Id }) => Id === wanted) ?? answer.MetricDataResults?.[0];
  return (result?.Timestamps ?? []).map((at, index) => ({ at: at.toISOString(), value: result?.Values?.[index] ?? 0 }));
}
