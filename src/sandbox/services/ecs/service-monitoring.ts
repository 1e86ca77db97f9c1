import type { MonitoringConfiguration } from "@aws-sdk/client-ecs";
import { invalidParameter } from "./errors.ts";

const metricNames = ["CPUUtilization", "MemoryUtilization"];

/**
 * The resolutions that a service asks for; undefined when it asks for none. Rules:
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_MetricConfiguration.html
 */
export function completeMonitoring(asked: MonitoringConfiguration | undefined): MonitoringConfiguration | undefined {
  const configurations = asked?.metricConfigurations ?? [];
  const named = configurations.flatMap((one) => one.metricNames ?? []);
  for (const { resolutionSeconds } of configurations)
    if (resolutionSeconds !== 20 && resolutionSeconds !== 60)
      throw invalidParameter(`Invalid resolutionSeconds ${resolutionSeconds}. The valid values are 20 and 60.`);
  for (const name of named)
    if (!metricNames.includes(name))
      throw invalidParameter(`Invalid metric name ${name}. The valid values are ${metricNames.join(" and ")}.`);
  if (new Set(named).size < named.length)
    throw invalidParameter("A metric can have one resolution only: metricConfigurations names it twice.");
  return configurations.length > 0 ? { metricConfigurations: configurations } : undefined;
}
