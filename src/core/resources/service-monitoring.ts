import type { MonitoringConfiguration, Service } from "@aws-sdk/client-ecs";
import type { Aws } from "../aws/aws.ts";

/** Seconds between two figures of a metric that is published fast; every minute otherwise (MonitoringConfiguration). */
export const fastSeconds = 20;

/** The metrics that a service publishes every 20 seconds; the service tells only in its revision. */
export async function readFastMetrics(aws: Aws, service: Service): Promise<string[]> {
  const arn = service.currentServiceRevisions?.[0]?.arn;
  if (arn === undefined) return [];
  const { serviceRevisions = [] } = await aws.call("ecs", "DescribeServiceRevisions", { serviceRevisionArns: [arn] });
  const configurations = serviceRevisions[0]?.monitoring?.metricConfigurations ?? [];
  return configurations
    .filter(({ resolutionSeconds = 60 }) => resolutionSeconds < 60)
    .flatMap(({ metricNames = [] }) => metricNames)
    .sort();
}

/** How CreateService and UpdateService are told; an empty list goes back to every minute. */
export const toMonitoring = (metrics: readonly string[]): MonitoringConfiguration => ({
  metricConfigurations: metrics.length === 0 ? [] : [{ metricNames: [...metrics], resolutionSeconds: fastSeconds }],
});
