import type { DeploymentConfiguration } from "@aws-sdk/client-ecs";
import { deploymentNumber, type DeploymentRecord, type ServiceRecord, type TaskRecord } from "./records/ecs.ts";
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

export const deploymentId = (deployment: DeploymentRecord): string => `ecs-svc/${deployment.number}`;

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
    const deployment = service.deployments.find((one) => one.number === task.deployment);
    if (!deployment || task.noted === "ended") continue;
    if (task.noted === "nothing" && isHealthy(region, task, now)) {
      task.noted = "healthy";
      if (breaker?.resetOnHealthyTask !== false) deployment.failedTasks = 0;
      service.throttledUntil = 0;
      if (service.complaint?.message === cannotStartConsistently) service.complaint = undefined;
    }
    if (task.task.desiredStatus !== "STOPPED") continue;
    if (task.noted === "nothing" && hasFailed(task)) noteFailure(region, service, deployment, now);
    task.noted = "ended";
  }
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

function noteFailure(region: Region, service: ServiceRecord, deployment: DeploymentRecord, now: number): void {
  deployment.failedTasks++;
  deployment.updatedAt = new Date(now);
  if (deployment.status !== "PRIMARY") return;
  const { deploymentConfiguration: configuration, desiredCount } = service;
  const breaks =
    configuration.deploymentCircuitBreaker?.enable &&
    deployment.failedTasks >= breakerThreshold(configuration, desiredCount);
  if (breaks && deployment.rolloutState === "IN_PROGRESS") return failDeployment(region, service, deployment, now);
  const over = deployment.failedTasks - throttleFrom;
  if (over < 0) return;
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

function failDeployment(region: Region, service: ServiceRecord, failed: DeploymentRecord, now: number): void {
  const reason = "ECS deployment circuit breaker: tasks failed to start.";
  const date = new Date(now);
  Object.assign(failed, { rolloutState: "FAILED", rolloutStateReason: reason, updatedAt: date, finishedAt: date });
  Object.assign(failed, { outcome: "STOPPED", outcomeReason: reason });
  tellEvent(region, service, `(deployment ${deploymentId(failed)}) deployment failed: tasks failed to start.`, now);
  if (!service.deploymentConfiguration.deploymentCircuitBreaker?.rollback || failed.rollbackOf !== undefined) return;
  const target = service.deployments.find((one) => one !== failed && one.proven);
  if (!target) return;
  failed.status = "ACTIVE";
  failed.outcome = "ROLLBACK_IN_PROGRESS";
  failed.rollbackTo = { revisionArn: target.revisionArn, reason, startedAt: date };
  Object.assign(target, {
    status: "PRIMARY",
    rolloutState: "IN_PROGRESS",
    rolloutStateReason: `ECS deployment circuit breaker: rolling back to deploymentId ${deploymentId(target)}.`,
    updatedAt: date,
    failedTasks: 0,
    rollbackOf: failed.number,
  });
  Object.assign(service, { taskDefinitionArn: target.taskDefinitionArn, launchType: target.launchType });
  Object.assign(service, { strategy: target.strategy, throttledUntil: 0, steady: false });
  tellEvent(region, service, `rolling back to (deployment ${deploymentId(target)}).`, now);
}

/** Ends the rollout that has reached what it wanted, and its failed predecessor if it was a rollback. */
export function completeDeployment(region: Region, service: ServiceRecord, done: DeploymentRecord, now: number): void {
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

/** Forgets deployments that have no tasks left; one whose rollback is still going on stays to be seen. */
export function retireDeployments(service: ServiceRecord, own: readonly TaskRecord[]): void {
  for (const deployment of service.deployments) {
    if (deployment.status !== "ACTIVE" || deployment.outcome === "ROLLBACK_IN_PROGRESS") continue;
    if (!own.some((task) => task.deployment === deployment.number && task.phase !== "STOPPED"))
      deployment.status = "GONE";
  }
}
