import type { Config } from "../config/schema.ts";
import type { Context } from "../context.ts";
import { awsError, usageError } from "../errors.ts";
import { readService } from "../observe/read-tasks.ts";
import { drawPoints } from "../rehearsal/load-curve.ts";
import { median } from "../rehearsal/median.ts";
import type { ReadLoad } from "./rehearsal-options.ts";

/** One period of the service's past. */
interface Moment {
  at: number;
  /** Percent, summed over the tasks. */
  cpu: number;
  /** Tasks that were measured. */
  tasks: number;
  /** A second; undefined without a load balancer. */
  requests: number | undefined;
}

const daySeconds = 86_400;
/** Below that, the idle share of the CPU spoils the division. */
const leastCpu = 10;
/** Above that, the tasks could not do more, and what was asked of them is not known. */
const saturated = 95;

/** The last so many seconds of the service: its load balancer's requests, else its CPU times its tasks. */
export async function readMetricsLoad(context: Context, config: Config, back: number): Promise<ReadLoad> {
  if (back < 600)
    throw usageError({
      code: "TooShort",
      message: "--from-metrics: less than 10 minutes is no load.",
      hint: "--from-metrics 7d",
    });
  const moments = await readMoments(context, config, back);
  const first = moments[0];
  if (!first || moments.length < 3)
    throw awsError({
      code: "NoMetrics",
      message: `CloudWatch has no CPU of ${config.service.name} for that time.`,
      hint: "Name a time in which the service ran under load: --from-metrics 1d",
    });
  return describePast(config.service.name, first, moments);
}

/** The load in requests a second where those are counted, else in percent of a task. */
function describePast(name: string, first: Moment, moments: readonly Moment[]): ReadLoad {
  const perTask = median(
    moments
      .filter(({ cpu, tasks }) => cpu / tasks >= leastCpu)
      .flatMap(({ cpu, requests }) => (requests ? [(requests / cpu) * 100] : [])),
  );
  const points = moments.map((one) => ({
    seconds: (one.at - first.at) / 1000,
    rate: perTask ? (one.requests ?? 0) : one.cpu,
  }));
  const since = new Date(first.at).toISOString().slice(0, 16).replace("T", " ");
  const busy = moments.filter(({ cpu, tasks }) => cpu / tasks >= saturated).length;
  const hidden = `In ${busy} of ${moments.length} periods the CPU was over ${saturated} %: more may have been asked of it than CloudWatch shows.`;
  return {
    curve: {
      rates: drawPoints(points),
      unit: perTask ? "rps" : "%",
      startsAt: first.at,
      description: `${name} since ${since} UTC, ${perTask ? "its load balancer's requests" : "CPU × tasks"}`,
    },
    ...(perTask ? { capacity: { value: perTask, source: "requests against CPU in CloudWatch" } } : {}),
    tasks: Math.max(1, Math.round(first.tasks)),
    notes: busy > 0 ? [hidden] : [],
  };
}

/** CloudWatch keeps minutes for 15 days, five minutes for 63, hours for 455. */
const periodFor = (back: number): number => (back <= 15 * daySeconds ? 60 : back <= 63 * daySeconds ? 300 : 3600);

interface Asked {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
  stat: string;
  period: number;
}

const query = (Id: string, { namespace, name, dimensions, stat, period }: Asked) => ({
  Id,
  MetricStat: {
    Metric: {
      Namespace: namespace,
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Period: period,
    Stat: stat,
  },
});

const requestsOf = (group: string) => ({
  namespace: "AWS/ApplicationELB",
  name: "RequestCountPerTarget",
  dimensions: { TargetGroup: group },
});

async function readMoments(context: Context, config: Config, back: number): Promise<Moment[]> {
  const { aws, signal } = context;
  const subject = { cluster: config.cluster.name, service: config.service.name };
  const service = await readService(aws, subject, signal);
  const group = service.loadBalancers?.[0]?.targetGroupArn?.split(":").at(-1);
  const period = periodFor(back);
  const dimensions = { ClusterName: subject.cluster, ServiceName: subject.service };
  const cpu = { namespace: "AWS/ECS", name: "CPUUtilization", dimensions };
  const now = aws.clock.now();
  const results = await aws.all(
    "cloudwatch",
    "GetMetricData",
    {
      StartTime: new Date((Math.floor(now / 1000 / period) * period - back) * 1000),
      EndTime: new Date(now),
      ScanBy: "TimestampAscending",
      MetricDataQueries: [
        query("cpu", { ...cpu, stat: "Average", period }),
        query("samples", { ...cpu, stat: "SampleCount", period }),
        ...(group ? [query("each", { ...requestsOf(group), stat: "Sum", period })] : []),
      ],
    },
    (page) => page.MetricDataResults,
    signal,
  );
  const read = (id: string) => seriesOf(results.filter((one) => one.Id === id));
  return joinSeries(
    { cpu: read("cpu"), samples: read("samples"), each: read("each"), period },
    service.runningCount ?? 1,
  );
}

type Series = Map<number, number>;

function seriesOf(pages: readonly { Timestamps?: Date[]; Values?: number[] }[]): Series {
  const series: Series = new Map();
  for (const { Timestamps = [], Values = [] } of pages)
    for (const [index, at] of Timestamps.entries()) series.set(at.getTime(), Values[index] ?? 0);
  return series;
}

/**
 * "Sample Count" of CPUUtilization counts the running tasks (ECS developer guide, "service RUNNING task count"), once a
 * minute each, or thrice where the agent reports every 20 s: the newest period and the present count tell which.
 */
function joinSeries(found: { cpu: Series; samples: Series; each: Series; period: number }, running: number): Moment[] {
  const { cpu, samples, each, period } = found;
  const newest = [...samples.values()].slice(-3).reduce((most, one) => Math.max(most, one), 0);
  const aMinute = newest / (period / 60) / Math.max(1, running) >= 2 ? 3 : 1;
  return [...cpu]
    .sort(([a], [b]) => a - b)
    .map(([at, percent]) => {
      const tasks = Math.max(1, (samples.get(at) ?? 1) / aMinute / (period / 60));
      const one = each.get(at);
      return { at, cpu: percent * tasks, tasks, requests: one === undefined ? undefined : (one * tasks) / period };
    });
}
