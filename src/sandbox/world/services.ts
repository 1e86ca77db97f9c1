import { stopSick } from "./container-health.ts";
import {
  cannotStartConsistently,
  complain,
  explainNoPlace,
  tellEvent,
  tellStarted,
  tellStopped,
} from "./service-events.ts";
import { findPlace, requirementFor } from "./placement.ts";
import {
  capacityProviders,
  clusters,
  containerInstances,
  definitionOf,
  type DeploymentRecord,
  isFargate,
  isWanted,
  type ServiceRecord,
  services,
  type TaskDefinitionRecord,
  type TaskRecord,
  tasks,
} from "./records/ecs.ts";
import { deploymentId } from "./deployment-failure.ts";
import {
  completeDeployment,
  isHealthy,
  noteOutcomes,
  primaryOf,
  retireDeployments,
  succeedsEarly,
} from "./rollouts.ts";
import { isRunning, leastNeeded } from "./service-fleet.ts";
import { keepTargets } from "./service-targets.ts";
import { chooseProvider, createTask, requestStop, type TaskRequest } from "./task-requests.ts";
import { forgetDefinitions } from "./task-definitions.ts";
import { findRoleObstacle } from "./task-roles.ts";
import type { Region } from "./world.ts";

/** A service that stays steady says so every six hours. */
const steadyRepeatMs = 6 * 3600_000;
/** A rollback is watched for a while before it counts as done, even if the old tasks never stopped running. */
const rollbackMs = 30_000;
/** A deleted service stays visible as INACTIVE for an hour. */
const keptMs = 3600_000;

/** The service scheduler: keeps every service at its desired count and moves its rollout on. */
export function stepServices(region: Region, now: number): void {
  forgetDefinitions(region);
  for (const [key, service] of services(region)) {
    if (service.status === "INACTIVE") {
      if (now - (service.deletedAt?.getTime() ?? 0) >= keptMs) services(region).delete(key);
      continue;
    }
    schedule(region, service, now);
  }
}

/** Tasks that the service's scheduler started and that are still shown. */
export function tasksOf(region: Region, service: ServiceRecord): TaskRecord[] {
  const own: TaskRecord[] = [];
  for (const task of tasks(region).values())
    if (task.serviceName === service.name && task.clusterName === service.clusterName) own.push(task);
  return own;
}

function schedule(region: Region, service: ServiceRecord, now: number): void {
  const own = tasksOf(region, service);
  noteOutcomes(region, service, own, now);
  const primary = primaryOf(service);
  if (!primary) return;
  stopSick(region, service, own, now);
  const fleet = survey(region, own, primary);
  stopSurplus(region, service, primary, fleet, now);
  if (service.loadBalancers.length > 0) keepTargets(region, service, own, now);
  if (service.status === "ACTIVE" && primary.rolloutState !== "FAILED")
    startMissing(region, service, primary, fleet, now);
  retireDeployments(service, own);
  if (service.status === "DRAINING") finishDraining(service, own, now);
  else judge(region, service, primary, now);
}

interface Fleet {
  /** Of the primary deployment, on instances that stay. */
  current: TaskRecord[];
  /** To be replaced: of older deployments, or on draining instances. */
  outgoing: TaskRecord[];
}

function survey(region: Region, own: readonly TaskRecord[], primary: DeploymentRecord): Fleet {
  const fleet: Fleet = { current: [], outgoing: [] };
  for (const task of own.filter(isWanted)) {
    const draining = containerInstances(region).get(task.containerInstanceId ?? "")?.status === "DRAINING";
    (task.deployment === primary.number && !draining ? fleet.current : fleet.outgoing).push(task);
  }
  return fleet;
}

function stopSurplus(
  region: Region,
  service: ServiceRecord,
  primary: DeploymentRecord,
  fleet: Fleet,
  now: number,
): void {
  const failed = primary.rolloutState === "FAILED";
  const lower = Math.ceil(
    (service.desiredCount * (service.deploymentConfiguration.minimumHealthyPercent ?? 100)) / 100,
  );
  // Tasks that do not run protect nobody; of those that do, only as many as leave the minimum standing.
  const idle = failed ? [] : fleet.outgoing.filter((task) => !isRunning(task));
  const running = fleet.outgoing.filter(isRunning);
  const surplus = (): number =>
    failed
      ? fleet.current.length + running.length - service.desiredCount
      : [...fleet.current, ...fleet.outgoing].filter((task) => isHealthy(region, task, now)).length - lower;
  const outgoing = running.length > 0 ? running.slice(0, Math.max(0, Math.min(running.length, surplus()))) : [];
  const extra = Math.max(0, fleet.current.length - service.desiredCount);
  const stopping = [...idle, ...outgoing, ...leastNeeded(fleet.current, extra)];
  for (const task of stopping) {
    const reason = `Scaling activity initiated by (deployment ecs-svc/${task.deployment ?? primary.number})`;
    requestStop(task, "ServiceSchedulerInitiated", reason, now);
  }
  if (stopping.length > 0) service.steady = false;
  tellStopped(region, service, stopping, now);
  fleet.current = fleet.current.filter(isWanted);
  fleet.outgoing = fleet.outgoing.filter(isWanted);
}

function startMissing(
  region: Region,
  service: ServiceRecord,
  primary: DeploymentRecord,
  fleet: Fleet,
  now: number,
): void {
  const upper = Math.floor((service.desiredCount * (service.deploymentConfiguration.maximumPercent ?? 200)) / 100);
  const missing = service.desiredCount - fleet.current.length;
  const room = upper - fleet.current.length - fleet.outgoing.length;
  const count = Math.min(missing, room);
  if (count <= 0 || now < service.throttledUntil) return;
  const definition = definitionOf(region, primary.taskDefinitionArn);
  if (!definition) return;
  const obstacle = findRoleObstacle(region, definition.definition);
  if (obstacle !== undefined)
    return complain(region, service, `failed to launch a task with (error ${obstacle}).`, now);
  const started: TaskRecord[] = [];
  let trouble: string | undefined;
  while (started.length < count && trouble === undefined) {
    const task = startOne(region, service, primary, definition, [...fleet.current, ...started]);
    if (typeof task === "string") trouble = task;
    else started.push(task);
  }
  if (started.length > 0) service.steady = false;
  fleet.current.push(...started);
  tellStarted(region, service, started, now);
  if (trouble !== undefined) complain(region, service, trouble, now);
  else if (service.complaint?.message !== cannotStartConsistently) service.complaint = undefined;
}

/** The task, or why there is no place for it. */
function startOne(
  region: Region,
  service: ServiceRecord,
  primary: DeploymentRecord,
  definition: TaskDefinitionRecord,
  current: readonly TaskRecord[],
): TaskRecord | string {
  const cluster = clusters(region).get(service.clusterName);
  if (!cluster) return "was unable to place a task because its cluster is gone.";
  const provider = chooseProvider(
    primary.strategy,
    (name) => current.filter((task) => task.capacityProviderName === name).length,
  );
  const request: TaskRequest = {
    cluster,
    definition,
    group: `service:${service.name}`,
    startedBy: deploymentId(primary),
    serviceName: service.name,
    deployment: primary.number,
    capacityProviderName: provider,
    launchType: isFargate(primary) ? "FARGATE" : "EC2",
    networkConfiguration: primary.networkConfiguration,
    tags: tagsFor(service, definition),
    placementConstraints: service.placementConstraints,
    placementStrategy: service.placementStrategy,
    enableExecuteCommand: service.enableExecuteCommand,
  };
  if (request.launchType === "FARGATE") return createTask(region, request);
  const need = requirementFor(definition.definition, {
    clusterName: service.clusterName,
    group: request.group,
    constraints: service.placementConstraints,
    strategy: service.placementStrategy,
    capacityProvider: provider,
  });
  const place = findPlace(region, need);
  if (place.instance) return createTask(region, request, place.instance);
  const scaling = capacityProviders(region).get(provider ?? "")?.provider.managedScaling?.status;
  if (scaling === "ENABLED") return createTask(region, request);
  return explainNoPlace(place);
}

function tagsFor(service: ServiceRecord, definition: TaskDefinitionRecord) {
  const propagated = { NONE: [], SERVICE: service.tags, TASK_DEFINITION: definition.tags }[service.propagateTags];
  const managed = [
    { key: "aws:ecs:clusterName", value: service.clusterName },
    { key: "aws:ecs:serviceName", value: service.name },
  ];
  return [...propagated, ...(service.enableECSManagedTags ? managed : [])];
}

function finishDraining(service: ServiceRecord, own: readonly TaskRecord[], now: number): void {
  if (own.some((task) => task.phase !== "STOPPED")) return;
  service.status = "INACTIVE";
  service.deletedAt = new Date(now);
  for (const deployment of service.deployments) deployment.status = "GONE";
}

/** Completes the rollout and tells of the steady state. */
function judge(region: Region, service: ServiceRecord, primary: DeploymentRecord, now: number): void {
  const own = tasksOf(region, service);
  const current = own.filter((task) => isWanted(task) && task.deployment === primary.number);
  const others = own.some((task) => task.deployment !== primary.number && task.phase !== "STOPPED");
  const whole = current.length === service.desiredCount && current.every(isRunning) && !others;
  const watched = primary.rollbackOf === undefined || now - primary.updatedAt.getTime() >= rollbackMs;
  // Asked of every task, so only where the answer counts.
  const isSettled = (): boolean => watched && current.every((task) => isHealthy(region, task, now));
  const isDone = (): boolean => (whole && isSettled()) || succeedsEarly(region, service, { current, others }, now);
  if (primary.rolloutState === "IN_PROGRESS" && primaryOf(service) === primary && isDone())
    completeDeployment(region, service, primary, now);
  if (!whole) service.steady = false;
  if (!whole || primary.rolloutState !== "COMPLETED") return;
  if (service.steady && now - (service.steadyToldAt ?? 0) < steadyRepeatMs) return;
  if (!isSettled()) return;
  service.steady = true;
  service.steadyToldAt = now;
  tellEvent(region, service, "has reached a steady state.", now);
}
