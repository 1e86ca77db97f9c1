import type { MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import type { Aws } from "../aws/aws.ts";

/** One line of a chart. */
export interface WidgetSeries {
  label: string;
  statistic: string;
  /** Oldest first; periods without data are absent. */
  points: { at: string; value: number }[];
}

export interface MetricWidget {
  title: string;
  /** Value of a line across, the target for example. */
  lines: { label: string; value: number }[];
  series: WidgetSeries[];
}

interface Properties {
  title?: string;
  metrics?: unknown[][];
  stat?: string;
  period?: number;
  alarms?: string[];
  annotations?: { horizontal?: { label?: string; value?: number }[] };
}

/** What a dashboard shows that can be read: charts of metrics, and alarms. */
export interface DashboardParts {
  charts: Properties[];
  /** ARNs. */
  alarms: string[];
}

/** Reads the body of a dashboard; what is neither chart nor alarm is left out. */
export function readParts(body: string): DashboardParts {
  const { widgets = [] } = JSON.parse(body) as { widgets?: { type?: string; properties?: Properties }[] };
  const of = (type: string): Properties[] =>
    widgets.filter((widget) => widget.type === type).map(({ properties = {} }) => properties);
  return { charts: of("metric"), alarms: of("alarm").flatMap(({ alarms = [] }) => alarms) };
}

interface Options {
  label?: string;
  stat?: string;
  expression?: string;
}

/** `[namespace, name, dimension, value, …, {label, stat}]` as a query; undefined for what is no plain metric. */
function toQuery(metric: unknown[], id: string, { stat = "Average", period = 60 }: Properties) {
  const last = metric.at(-1);
  const options: Options = typeof last === "object" && last !== null ? (last as Options) : {};
  const [namespace, name, ...pairs] = metric.filter((part) => typeof part === "string");
  if (namespace === undefined || name === undefined || options.expression !== undefined) return undefined;
  const Dimensions = [];
  for (let index = 0; index + 1 < pairs.length; index += 2)
    Dimensions.push({ Name: pairs[index], Value: pairs[index + 1] });
  const statistic = options.stat ?? stat;
  const query: MetricDataQuery = {
    Id: id,
    MetricStat: { Metric: { Namespace: namespace, MetricName: name, Dimensions }, Period: period, Stat: statistic },
  };
  return { query, label: options.label ?? name, statistic };
}

/** The series of every chart over the last so many seconds of the server's time. */
export async function readCharts(
  aws: Aws,
  { charts }: DashboardParts,
  sinceSeconds: number,
  signal: AbortSignal,
): Promise<MetricWidget[]> {
  const asked = charts.map((chart, index) =>
    (chart.metrics ?? []).flatMap((metric, at) => toQuery(metric, `m${index}x${at}`, chart) ?? []),
  );
  const MetricDataQueries = asked.flat().map(({ query }) => query);
  // Of the minute that is not over, sums and counts are not there yet.
  const end = Math.floor(aws.clock.now() / 60_000) * 60_000;
  const results = new Map<string, WidgetSeries["points"]>();
  const window = {
    StartTime: new Date(end - sinceSeconds * 1000),
    EndTime: new Date(end),
    ScanBy: "TimestampAscending" as const,
  };
  if (MetricDataQueries.length > 0)
    for await (const page of aws.pages("cloudwatch", "GetMetricData", { ...window, MetricDataQueries }, signal))
      for (const { Id = "", Timestamps = [], Values = [] } of page.MetricDataResults ?? []) {
        const points = Timestamps.map((at, index) => ({ at: at.toISOString(), value: Values[index] ?? 0 }));
        results.set(Id, [...(results.get(Id) ?? []), ...points]);
      }
  return charts.map(({ title = "", annotations }, index) => ({
    title,
    lines: (annotations?.horizontal ?? []).map(({ label = "", value = 0 }) => ({ label, value })),
    series: (asked[index] ?? []).map(({ query, label, statistic }) => ({
      label,
      statistic,
      points: results.get(query.Id ?? "") ?? [],
    })),
  }));
}
