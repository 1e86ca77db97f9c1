import type { Aws } from "../aws/aws.ts";
import type { MetricPoint, Subject } from "./snapshot.ts";

export interface ServiceMetrics {
  cpu: MetricPoint[];
  memory: MetricPoint[];
}

const period = 60;

const query = (id: string, metric: string, { cluster, service }: Subject) => ({
  Id: id,
  MetricStat: {
    Metric: {
      Namespace: "AWS/ECS",
      MetricName: metric,
      Dimensions: [
        { Name: "ClusterName", Value: cluster },
        { Name: "ServiceName", Value: service },
      ],
    },
    Period: period,
    Stat: "Average",
  },
});

/** CPU and memory of the service over the last `minutes` of server time, one average a minute, oldest first. */
export async function readMetrics(
  aws: Aws,
  subject: Subject,
  minutes: number,
  signal?: AbortSignal,
): Promise<ServiceMetrics> {
  const now = aws.clock.now();
  const answer = await aws.call(
    "cloudwatch",
    "GetMetricData",
    {
      StartTime: new Date(Math.floor(now / 60_000) * 60_000 - minutes * 60_000),
      EndTime: new Date(now + 1000),
      ScanBy: "TimestampAscending",
      MetricDataQueries: [query("cpu", "CPUUtilization", subject), query("memory", "MemoryUtilization", subject)],
    },
    signal,
  );
  const points = (id: string): MetricPoint[] => {
    const result = answer.MetricDataResults?.find((one) => one.Id === id);
    const values = result?.Values ?? [];
    return (result?.Timestamps ?? []).map((at, index) => ({ at: at.toISOString(), value: values[index] ?? 0 }));
  };
  return { cpu: points("cpu"), memory: points("memory") };
}
