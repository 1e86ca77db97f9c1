import { alarms, compositeAlarms } from "./records/cloudwatch.ts";
import type { DeploymentRecord, ServiceRecord } from "./records/ecs.ts";
import type { Region } from "./world.ts";

const watched = ({ deploymentConfiguration: { alarms: settings } }: ServiceRecord): string[] =>
  settings?.enable ? (settings.alarmNames ?? []) : [];

/** The alarms of a service's rollouts that are on. */
export const alarmsOn = (region: Region, service: ServiceRecord): string[] =>
  watched(service).filter((name) => {
    const found = alarms(region).get(name) ?? compositeAlarms(region).get(name);
    return found?.alarm.StateValue === "ALARM";
  });

/** Those that went on since the deployment began: one that was on before is not watched. */
export const alarmsTriggered = (region: Region, service: ServiceRecord, deployment: DeploymentRecord): string[] =>
  alarmsOn(region, service).filter((name) => !deployment.ignoredAlarms?.includes(name));

/**
 * How long the alarms are watched after everything runs, in ms. ECS computes it from the alarms, and does not say how
 * ("How CloudWatch alarms detect Amazon ECS deployment failures"): here, as long as the slowest of them needs to go on.
 */
export function bakeMs(region: Region, service: ServiceRecord): number {
  const needs = watched(service).map((name) => {
    const { Period = 60, EvaluationPeriods = 1 } = alarms(region).get(name)?.alarm ?? {};
    return Period * EvaluationPeriods * 1000;
  });
  return Math.max(0, ...needs);
}
