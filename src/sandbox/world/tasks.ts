import type { Container } from "@aws-sdk/client-ecs";
import { stepHealth } from "./container-health.ts";
import { containerInstances, isWanted, type TaskRecord, tasks } from "./records/ecs.ts";
import { findPlace, requirementOf } from "./placement.ts";
import { isDraining } from "./service-targets.ts";
import { forgetContainers, haveEnded, type LiveContainer, liveContainers, stopContainers } from "./task-handles.ts";
import { collectLogs } from "./task-logs.ts";
import { placeTask, requestStop, setPhase } from "./task-requests.ts";
import { attachInterface, dropInterface } from "./task-interfaces.ts";
import { findSecretObstacle } from "./task-secrets.ts";
import { containersOf, findStartObstacle, launchTask, mayTryOtherPorts } from "./task-start.ts";
import type { Region } from "./world.ts";

/** Seconds of the world that each part of a task's life takes at least, on top of what the runtime really needs. */
const acceptSeconds = 1;
const activateSeconds = 1;
const deactivateSeconds = 1;
const deprovisionSeconds = 2;
/** STOPPED tasks stay visible for an hour, as on AWS. */
const keptSeconds = 3600;
const defaultStopTimeoutSeconds = 30;

/** Pulls take 2 to 5 s, the same for the same task; Fargate has no cache of images and takes 6 to 12. */
const pullSeconds = (record: TaskRecord): number =>
  onFargate(record) ? 6 + (chance(record) % 7) : 2 + (chance(record) % 4);
/** Fargate finds a machine and attaches the network interface within 6 to 10 s. */
const provisionSeconds = (record: TaskRecord): number => 6 + (chance(record) % 5);
const chance = (record: TaskRecord): number => Number.parseInt(record.id.slice(0, 2), 16);
const onFargate = (record: TaskRecord): boolean => record.task.launchType === "FARGATE";

/** Moves every task along its life: what the agents, and the capacity providers' placement, do. */
export function stepTasks(region: Region, now: number): void {
  const refused: Refusals = new Set();
  for (const record of tasks(region).values()) {
    const containers = liveContainers(region.world, record.id);
    if (containers) collectLogs(region, record, containers);
    if (record.phase === "RUNNING" && isWanted(record)) keepRunning(region, record, containers, now);
    else if (record.phase === "PROVISIONING" && isWanted(record)) provision(region, record, refused, now);
    else stepTask(region, record, refused, now);
  }
}

/**
 * What found no place in this pass: hundreds of tasks may wait alike, and where one has no room the next has none, until a
 * task ends.
 */
type Refusals = Set<string>;

function stepTask(region: Region, record: TaskRecord, refused: Refusals, now: number): void {
  const since = (now - record.phaseAt) / 1000;
  switch (record.phase) {
    case "PROVISIONING":
      return finish(region, record, refused, now);
    case "PENDING":
      return isWanted(record) ? prepare(region, record, now) : beginStopping(region, record, now);
    case "ACTIVATING":
      if (!isWanted(record)) return beginStopping(region, record, now);
      if (noticeExits(record, live(region, record), region, now)) return;
      return since >= activateSeconds ? run(record, now) : undefined;
    case "RUNNING":
      return setPhase(record, "DEACTIVATING", now);
    case "DEACTIVATING":
      // What the load balancer has sent it already is answered first.
      return since >= deactivateSeconds && !isDraining(region, record) ? beginStopping(region, record, now) : undefined;
    case "STOPPING":
      return awaitEnd(region, record, now);
    case "DEPROVISIONING":
      return since >= deprovisionSeconds ? finish(region, record, refused, now) : undefined;
    case "STOPPED":
      if (since >= keptSeconds) tasks(region).delete(record.id);
  }
}

const live = (region: Region, record: TaskRecord): LiveContainer[] => liveContainers(region.world, record.id) ?? [];

function provision(region: Region, record: TaskRecord, refused: Refusals, now: number): void {
  if (onFargate(record)) {
    if (now - record.phaseAt >= provisionSeconds(record) * 1000) setPhase(record, "PENDING", now);
    return;
  }
  const need = requirementOf(region, record);
  const key = JSON.stringify(need);
  if (refused.has(key)) return;
  const place = findPlace(region, need);
  if (place.instance) placeTask(record, place.instance, now);
  else refused.add(key);
}

function prepare(region: Region, record: TaskRecord, now: number): void {
  if (now - record.phaseAt < acceptSeconds * 1000) return;
  const { task } = record;
  attachInterface(record);
  task.connectivity ??= "CONNECTED";
  task.connectivityAt ??= new Date(now);
  task.pullStartedAt ??= new Date(now);
  if (liveContainers(region.world, record.id) === undefined) {
    const missing = findSecretObstacle(region, record);
    if (missing !== undefined) return requestStop(record, "TaskFailedToStart", missing, now);
    const obstacle = findStartObstacle(region, record);
    return obstacle === undefined ? launchTask(region, record) : failStart(record, obstacle, now);
  }
  const failed = live(region, record).find((one) => one.state === "failed");
  if (failed) return handleFailedStart(region, record, failed, now);
  if (now - task.pullStartedAt.getTime() < pullSeconds(record) * 1000) return;
  if (live(region, record).some((one) => one.state === "starting")) return;
  task.pullStoppedAt = new Date(now);
  setPhase(record, "ACTIVATING", now);
}

function handleFailedStart(region: Region, record: TaskRecord, failed: LiveContainer, now: number): void {
  const { code, message } = failed.error ?? { code: "CannotStartContainerError", message: "unknown" };
  if (mayTryOtherPorts(region, record, message)) {
    stopContainers(region.world, record.id, 0);
    if (haveEnded(region.world, record.id)) forgetContainers(region.world, record.id);
    return;
  }
  const reason = message.startsWith(code) ? message : `${code}: ${message}`;
  const container = record.task.containers?.find((one) => one.name === failed.name);
  if (container) container.reason = reason;
  requestStop(record, "TaskFailedToStart", failedToStart, now);
}

const failedToStart = "Task failed to start";

function failStart(record: TaskRecord, reason: string, now: number): void {
  for (const container of record.task.containers ?? []) container.reason = reason;
  requestStop(record, "TaskFailedToStart", failedToStart, now);
}

function run(record: TaskRecord, now: number): void {
  record.task.startedAt = new Date(now);
  setPhase(record, "RUNNING", now);
}

/** Writes what the containers became into the record; asks the task to stop when an essential one ended. */
function noticeExits(record: TaskRecord, containers: LiveContainer[], region: Region, now: number): boolean {
  for (const one of containers)
    applyState(
      record.task.containers?.find((c) => c.name === one.name),
      one,
    );
  if (containers.every(({ state }) => state === "starting" || state === "running")) return false;
  const ended = containers.filter(({ state }) => state === "exited" || state === "failed");
  const essential = containersOf(region, record).filter((definition) => definition.essential !== false);
  if (!ended.some((one) => essential.some(({ name }) => name === one.name))) return false;
  requestStop(record, "EssentialContainerExited", "Essential container in task exited", now);
  return true;
}

function applyState(container: Container | undefined, one: LiveContainer): void {
  if (!container) return;
  // It runs, and the record says so: what nearly all containers are at nearly all passes.
  const isKnown = container.lastStatus === "RUNNING" && container.runtimeId === one.container?.runtimeId;
  if (one.state === "running" && isKnown) return;
  if (one.container) {
    container.runtimeId = one.container.runtimeId;
    if (one.container.imageDigest !== undefined) container.imageDigest = one.container.imageDigest;
  }
  if (one.state === "running") container.lastStatus = "RUNNING";
  if (one.state !== "exited" && one.state !== "failed") return;
  container.lastStatus = "STOPPED";
  if (one.exit) container.exitCode = one.exit.exitCode;
  const reason = one.exit?.reason ?? (one.error ? `${one.error.code}: ${one.error.message}` : undefined);
  if (reason !== undefined) container.reason = reason;
}

function keepRunning(region: Region, record: TaskRecord, containers: LiveContainer[] | undefined, now: number): void {
  // After a restart of the sandbox nothing of the task lives any more: it is started again, on the ports it had.
  if (!containers) return launchTask(region, record);
  noticeExits(record, containers, region, now);
  stepHealth(region, record, containers, now);
}

function beginStopping(region: Region, record: TaskRecord, now: number): void {
  const definitions = containersOf(region, record);
  const timeout = Math.max(0, ...definitions.map((one) => one.stopTimeout ?? defaultStopTimeoutSeconds));
  const lost = record.task.stopCode === "TerminationNotice";
  stopContainers(region.world, record.id, lost ? 0 : Math.max(1, region.world.clock.toRealMs(timeout * 1000) / 1000));
  setPhase(record, "STOPPING", now);
}

function awaitEnd(region: Region, record: TaskRecord, now: number): void {
  noticeExits(record, live(region, record), region, now);
  if (!haveEnded(region.world, record.id)) return;
  if (record.launched) record.task.executionStoppedAt = new Date(now);
  setPhase(record, "DEPROVISIONING", now);
}

function finish(region: Region, record: TaskRecord, refused: Refusals, now: number): void {
  refused.clear();
  for (const container of record.task.containers ?? []) container.lastStatus = "STOPPED";
  record.task.stoppedAt = new Date(now);
  record.task.connectivity = "DISCONNECTED";
  setPhase(record, "STOPPED", now);
  dropInterface(region, record);
  const instance = containerInstances(region).get(record.containerInstanceId ?? "");
  if (instance) instance.version++;
  collectLogs(region, record, live(region, record));
  forgetContainers(region.world, record.id);
}
