import { hasPassedChecks } from "./container-health.ts";
import { containerInstances, isWanted, type ServiceRecord, services, type TaskRecord, tasks } from "./records/ecs.ts";
import { type TargetGroupRecord, targetGroups } from "./records/elb.ts";
import { tellEvent } from "./service-events.ts";
import { interfaceOf } from "./task-interfaces.ts";
import { requestStop } from "./task-requests.ts";
import { deregisterTarget, registerTarget, targetsOfTask } from "./targets.ts";
import type { Region } from "./world.ts";

/** How ECS begins to say that it stopped a task because its load balancer, or its own health check, found it unfit. */
export const failedChecks = "Task failed ";

/** Registers the service's running tasks with its target groups, takes those that leave out, replaces unhealthy ones. */
export function keepTargets(region: Region, service: ServiceRecord, own: readonly TaskRecord[], now: number): void {
  for (const { targetGroupArn = "", containerName = "", containerPort = 0 } of service.loadBalancers) {
    const group = targetGroups(region).get(targetGroupArn);
    if (!group) continue;
    stopUnhealthy(region, service, group, now);
    const wanted = own.filter((task) => task.phase === "RUNNING" && isWanted(task));
    registerMissing(region, service, group, wanted, { containerName, containerPort }, now);
    deregisterLeaving(region, service, group, wanted, now);
  }
}

function registerMissing(
  region: Region,
  service: ServiceRecord,
  group: TargetGroupRecord,
  wanted: readonly TaskRecord[],
  at: { containerName: string; containerPort: number },
  now: number,
): void {
  const registered = new Set(Object.values(group.targets).map((target) => target.taskId));
  const missing = wanted.filter((task) => !registered.has(task.id));
  for (const task of missing) {
    const target = targetOf(region, group, task, at);
    if (target) registerTarget(region, group, { ...target, taskId: task.id });
  }
  if (missing.length > 0)
    tellEvent(region, service, `registered ${missing.length} targets in (target-group ${group.arn})`, now);
}

function targetOf(
  region: Region,
  group: TargetGroupRecord,
  task: TaskRecord,
  { containerName, containerPort }: { containerName: string; containerPort: number },
): { id: string; port: number } | undefined {
  if (group.targetType === "ip") {
    const id = interfaceOf(region, task)?.address;
    return id === undefined ? undefined : { id, port: containerPort };
  }
  const id = containerInstances(region).get(task.containerInstanceId ?? "")?.ec2InstanceId;
  const container = task.task.containers?.find((one) => one.name === containerName);
  const port = container?.networkBindings?.find((one) => one.containerPort === containerPort)?.hostPort;
  return id === undefined || port === undefined ? undefined : { id, port };
}

function deregisterLeaving(
  region: Region,
  service: ServiceRecord,
  group: TargetGroupRecord,
  wanted: readonly TaskRecord[],
  now: number,
): void {
  const staying = new Set(wanted.map((task) => task.id));
  const leaving = Object.values(group.targets).filter(
    ({ taskId, drainingSince }) =>
      taskId !== undefined && drainingSince === undefined && !staying.has(taskId) && isOf(region, service, taskId),
  );
  for (const target of leaving) deregisterTarget(target, now);
  if (leaving.length === 0) return;
  tellEvent(region, service, `deregistered ${leaving.length} targets in (target-group ${group.arn})`, now);
  tellEvent(region, service, `has begun draining connections on ${leaving.length} tasks.`, now);
}

function isOf(region: Region, service: ServiceRecord, taskId: string): boolean {
  const task = tasks(region).get(taskId);
  return !task || (task.serviceName === service.name && task.clusterName === service.clusterName);
}

/** After the grace period an unhealthy target costs its task its place. */
function stopUnhealthy(region: Region, service: ServiceRecord, group: TargetGroupRecord, now: number): void {
  const graceMs = (service.healthCheckGracePeriodSeconds ?? 0) * 1000;
  for (const { taskId, state, port, description } of Object.values(group.targets)) {
    const task = tasks(region).get(taskId ?? "");
    if (state !== "unhealthy" || !task || !isWanted(task) || !isOf(region, service, task.id)) continue;
    if (now - (task.task.startedAt?.getTime() ?? now) < graceMs) continue;
    const where = `(target-group ${group.arn})`;
    tellEvent(region, service, `(port ${port}) is unhealthy in ${where} due to (reason ${description})`, now);
    requestStop(task, "ServiceSchedulerInitiated", `${failedChecks}ELB health checks in ${where}`, now);
    service.steady = false;
  }
}

/** Whether the task has passed its own health checks and the service's load balancers send it requests, where there are any. */
export function isServing(region: Region, task: TaskRecord): boolean {
  const service = services(region).get(`${task.clusterName}/${task.serviceName ?? ""}`);
  const groups = service?.loadBalancers ?? [];
  if (!hasPassedChecks(region, task)) return false;
  if (groups.length === 0) return true;
  const targets = targetsOfTask(region, task.id);
  return targets.length >= groups.length && targets.every(({ target }) => target.state === "healthy");
}

/** Whether a load balancer still waits for the requests that the task has. */
export const isDraining = (region: Region, task: TaskRecord): boolean =>
  task.serviceName !== undefined && targetsOfTask(region, task.id).length > 0;
