import type { DeploymentConfiguration } from "@aws-sdk/client-ecs";
import {
  deploymentNumber,
  type DeploymentRecord,
  isWanted,
  type ServiceRecord,
  type TaskRecord,
} from "./records/ecs.ts";
import { alarmsOn, alarmsTriggered, bakeMs } from "./deployment-alarms.ts";
import { deploymentId, failDeployment } from "./deployment-failure.ts";
import { cannotStartConsistently, complain, tellEvent } from "./service-events.ts";
import { failedChecks, isServing } from "./service-targets.ts";
import type { Region } from "./world.ts";

/** A task counts as healthy, and no longer as a failed start, after it has been RUNNING for this long. */
const settleMs = 10_000;
/** Real programs need real time to fail: this much of ours, however fast the world runs. */
const settleRealMs = 1000;

/** True when the task runs, has had the time to show that it does not end at once, and its load balancer can use it. */
export function isHealthy(region: Region, task: TaskRecord, now: number): boolean {
  const settled = now - task.phaseAt >= Math.max(settleMs, settleRealMs * region.world.clock.speed);
  return task.phase === "RUNNING" && settled && isServing(region, task);
}

/** From this many failures in a row, ECS waits longer and longer between starts: up to 27 minutes. */
const throttleFrom = 3;
const throttleFirstMs = 10_000;
const throttleMaxMs = 27 * 60_000;
/** Deployments that DescribeServiceDeployments still knows. */
const keptDeployments = 50;

export function primaryOf(service: ServiceRecord): DeploymentRecord | undefined {
  return service.deployments.find((deployment) => deployment.status === "PRIMARY");
}

/** Begins a rollout of what the service now asks for; what was rolling out is superseded. */
export function startDeployment(region: Region, service: ServiceRecord, now: number): DeploymentRecord {
  const number = deploymentNumber(region);
  const path = `${service.clusterName}/${service.name}`;
  const date = new Date(now);
  const sources = service.deployments.filter((one) => one.status !== "GONE");
  for (const old of sources) supersede(old, now);
  const deployment: DeploymentRecord = {
    number,
    serviceDeploymentArn: region.arn("ecs", `service-deployment/${path}/${region.id("", 21)}`),
    revisionArn: region.arn("ecs", `service-revision/${path}/${number}`),
    status: "PRIMARY",
    rolloutState: "IN_PROGRESS",
    rolloutStateReason: `ECS deployment ecs-svc/${number} in progress.`,
    taskDefinitionArn: service.taskDefinitionArn,
    launchType: service.launchType,
    strategy: service.strategy,
    networkConfiguration: service.networkConfiguration,
    monitoring: service.monitoring,
    failedTasks: 0,
    proven: false,
    ignoredAlarms: alarmsOn(region, service),
    createdAt: date,
    updatedAt: date,
    sources: sources.map((one) => one.revisionArn),
  };
  service.deployments.unshift(deployment);
  service.deployments.length = Math.min(service.deployments.length, keptDeployments);
  service.throttledUntil = 0;
  service.complaint = undefined;
  service.steady = false;
  return deployment;
}

function supersede(old: DeploymentRecord, now: number): void {
  old.status = "ACTIVE";
  old.updatedAt = new Date(now);
  old.rollbackOf = undefined;
  if (old.outcome === "ROLLBACK_IN_PROGRESS") old.outcome = "ROLLBACK_FAILED";
  if (old.rolloutState !== "IN_PROGRESS") return;
  old.outcome = "STOPPED";
  old.outcomeReason = "Service deployment stopped because a new service deployment was started.";
  old.finishedAt = new Date(now);
}

/** Takes note of tasks that became healthy or failed to start, and lets the circuit breaker decide. */
export function noteOutcomes(region: Region, service: ServiceRecord, own: readonly TaskRecord[], now: number): void {
  const breaker = service.deploymentConfiguration.deploymentCircuitBreaker;
  for (const task of own) {
    // Nothing is new of most tasks at most passes.
    if (task.noted === "ended" || (task.noted === "healthy" && isWanted(task))) continue;
    const deployment = service.deployments.find((one) => one.number === task.deployment);
    if (!deployment) continue;
    if (task.noted === "nothing" && isHealthy(region, task, now)) {
      task.noted = "healthy";
      if (breaker?.resetOnHealthyTask !== false) deployment.failedTasks = 0;
      service.throttledUntil = 0;
      if (service.complaint?.message === cannotStartConsistently) service.complaint = undefined;
    }
    if (task.task.desiredStatus !== "STOPPED") continue;
    if (task.noted === "nothing" && hasFailed(task)) noteFailure(region, service, deployment, { task, now });
    task.noted = "ended";
  }
  noteAlarms(region, service, now);
}

/** An alarm that goes on during a rollout ends it; the rollback that follows is not watched. */
function noteAlarms(region: Region, service: ServiceRecord, now: number): void {
  const primary = primaryOf(service);
  if (primary?.rolloutState !== "IN_PROGRESS" || primary.rollbackOf !== undefined) return;
  const on = alarmsTriggered(region, service, primary);
  if (on.length === 0) return;
  primary.triggeredAlarms = on;
  const rollback = service.deploymentConfiguration.alarms?.rollback ?? false;
  failDeployment(region, service, primary, { by: "alarms", why: "alarm detected.", rollback }, now);
}

/** Failed to start, or ended by itself before it was healthy. */
function hasFailed(task: TaskRecord): boolean {
  const { stopCode, stoppedReason = "" } = task.task;
  return (
    stopCode === "TaskFailedToStart" ||
    stopCode === "EssentialContainerExited" ||
    stoppedReason.startsWith(failedChecks)
  );
}

function noteFailure(
  region: Region,
  service: ServiceRecord,
  deployment: DeploymentRecord,
  { task, now }: { task: TaskRecord; now: number },
): void {
  deployment.failedTasks++;
  deployment.updatedAt = new Date(now);
  if (deployment.status !== "PRIMARY") return;
  const { deploymentConfiguration: configuration, desiredCount } = service;
  const breaks =
    configuration.deploymentCircuitBreaker?.enable &&
    deployment.failedTasks >= breakerThreshold(configuration, desiredCount);
  if (breaks && deployment.rolloutState === "IN_PROGRESS") {
    const rollback = configuration.deploymentCircuitBreaker?.rollback ?? false;
    const cause = { by: "circuit breaker", why: "tasks failed to start.", rollback } as const;
    return failDeployment(region, service, deployment, cause, now);
  }
  const over = deployment.failedTasks - throttleFrom;
  // "Tasks that are stopped after they reach the RUNNING state don't start the throttle logic or the associated
  // service event message" ("Amazon ECS service throttle logic").
  if (over < 0 || task.task.startedAt !== undefined) return;
  service.throttledUntil = now + Math.min(throttleMaxMs, throttleFirstMs * 2 ** over);
  complain(region, service, cannotStartConsistently, now);
}

/** Failures at which the circuit breaker opens: by default half the desired count, at least 3 and at most 200. */
export function breakerThreshold(configuration: DeploymentConfiguration, desired: number): number {
  const { type = "BOUNDED_PERCENT", value = 50 } = configuration.deploymentCircuitBreaker?.thresholdConfiguration ?? {};
  if (type === "COUNT") return value;
  const share = Math.ceil((desired * value) / 100);
  return type === "BOUNDED_PERCENT" ? Math.min(200, Math.max(3, share)) : Math.max(1, share);
}

/** Ends the rollout that has reached what it wanted, and its failed predecessor if it was a rollback. */
export function completeDeployment(region: Region, service: ServiceRecord, done: DeploymentRecord, now: number): void {
  done.wholeAt ??= now;
  if (done.rollbackOf === undefined && now - done.wholeAt < bakeMs(region, service)) return;
  const date = new Date(now);
  Object.assign(done, {
    rolloutState: "COMPLETED",
    updatedAt: date,
    finishedAt: date,
    proven: true,
    outcome: undefined,
  });
  done.rolloutStateReason = `ECS deployment ${deploymentId(done)} completed.`;
  const failed = service.deployments.find((one) => one.number === done.rollbackOf);
  if (failed) Object.assign(failed, { outcome: "ROLLBACK_SUCCESSFUL", finishedAt: date });
  done.rollbackOf = undefined;
  tellEvent(region, service, `(deployment ${deploymentId(done)}) deployment completed.`, now);
}

/**
 * Whether a rollout counts as done although it is not: with early success criteria, as soon as that share of the tasks
 * is healthy (DeploymentEarlySuccessCriteria, ECS API reference).
 */
export function succeedsEarly(
  region: Region,
  service: ServiceRecord,
  fleet: { current: readonly TaskRecord[]; others: boolean },
  now: number,
): boolean {
  const {
    enable,
    healthyPercent = 100,
    sourceServiceRevisionCleanup,
  } = service.deploymentConfiguration.earlySuccessCriteria ?? {};
  if (!enable || (fleet.others && sourceServiceRevisionCleanup === "BLOCKING")) return false;
  const healthy = fleet.current.filter((task) => isHealthy(region, task, now)).length;
  return healthy >= Math.ceil((service.desiredCount * healthyPercent) / 100);
}

/** Forgets deployments that have no tasks left; one whose rollback is still going on stays to be seen. */
export function retireDeployments(service: ServiceRecord, own: readonly TaskRecord[]): void {
  for (const deployment of service.deployments) {
    if (deployment.status !== "ACTIVE" || deployment.outcome === "ROLLBACK_IN_PROGRESS") continue;
    if (!own.some((task) => task.deployment === deployment.number && task.phase !== "STOPPED"))
      deployment.status = "GONE";
  }
}
