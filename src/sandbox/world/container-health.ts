import type { Container, ContainerDefinition, HealthCheck } from "@aws-sdk/client-ecs";
import { definitionOf, isWanted, type ServiceRecord, type TaskRecord } from "./records/ecs.ts";
import { tellEvent } from "./service-events.ts";
import type { LiveContainer } from "./task-handles.ts";
import { requestStop } from "./task-requests.ts";
import type { Region } from "./world.ts";

/** However fast the world is, a real program gets this much of our time to come up, and a check to end. */
const leastStartMs = 2000;
const leastTimeoutSeconds = 1;

type Checked = { name: string; essential: boolean; check: HealthCheck };

/** The containers of a task that have a health check of ECS; one of the image alone is none (HealthCheck, API reference). */
function checkedContainers(region: Region, record: TaskRecord): readonly Checked[] {
  const containers = definitionOf(region, record.task.taskDefinitionArn)?.definition.containerDefinitions;
  if (!containers) return [];
  const known = checks.get(containers);
  if (known) return known;
  const found = containers.flatMap(({ name = "", essential = true, healthCheck: check }) =>
    check && check.command?.[0] !== "NONE" ? [{ name, essential, check }] : [],
  );
  checks.set(containers, found);
  return found;
}

/** A revision never changes, and every pass asks this of every task. */
const checks = new WeakMap<readonly ContainerDefinition[], readonly Checked[]>();

/** Runs the health checks of a running task that are due; what comes of them is in the record when they have ended. */
export function stepHealth(
  region: Region,
  record: TaskRecord,
  containers: readonly LiveContainer[],
  now: number,
): void {
  for (const checked of checkedContainers(region, record)) {
    const live = containers.find((one) => one.name === checked.name);
    if (live?.state !== "running" || !live.container) continue;
    const everyMs = (checked.check.interval ?? 30) * 1000;
    const health = (live.health ??= { nextAt: now + everyMs, failures: 0, passed: false, checking: false });
    if (health.checking || now < health.nextAt) continue;
    health.nextAt = now + everyMs;
    health.checking = true;
    void passes(region, live, checked.check).then((passed) => {
      health.checking = false;
      note(region, record, checked, health, passed);
    });
  }
}

async function passes(region: Region, live: LiveContainer, check: HealthCheck): Promise<boolean> {
  const [kind, ...words] = check.command ?? [];
  const argv = kind === "CMD-SHELL" ? ["/bin/sh", "-c", words.join(" ")] : words;
  const { clock, runtime } = region.world;
  const seconds = clock.toRealMs((check.timeout ?? 5) * 1000) / 1000;
  const least = runtime.kind === "docker" ? 2 * leastTimeoutSeconds : leastTimeoutSeconds;
  try {
    return (await live.container?.run(argv, Math.max(least, seconds)))?.exitCode === 0;
  } catch {
    return false;
  }
}

function note(
  region: Region,
  record: TaskRecord,
  { name, check }: Checked,
  health: NonNullable<LiveContainer["health"]>,
  passed: boolean,
): void {
  const container = record.task.containers?.find((one) => one.name === name);
  if (!container || record.phase !== "RUNNING") return;
  if (passed) {
    health.passed = true;
    health.failures = 0;
    container.healthStatus = "HEALTHY";
  } else if (health.passed || !isStarting(region, record, check)) {
    health.failures++;
    if (health.failures >= (check.retries ?? 3)) container.healthStatus = "UNHEALTHY";
  }
  record.task.healthStatus = healthOf(region, record);
}

/** In the start period failures do not count, until a check has passed. */
function isStarting({ world }: Region, record: TaskRecord, check: HealthCheck): boolean {
  const { clock, runtime } = world;
  const least = runtime.kind === "none" || clock.speed <= 1 ? 0 : leastStartMs * clock.speed;
  const startedAt = record.task.startedAt?.getTime() ?? record.phaseAt;
  return clock.now() - startedAt < Math.max((check.startPeriod ?? 0) * 1000, least);
}

/** Unhealthy when one essential container is, healthy when all of them are (Task, ECS API reference). */
function healthOf(region: Region, record: TaskRecord): "HEALTHY" | "UNHEALTHY" | "UNKNOWN" {
  const statuses = checkedContainers(region, record)
    .filter(({ essential }) => essential)
    .map(({ name }) => record.task.containers?.find((one: Container) => one.name === name)?.healthStatus);
  if (statuses.includes("UNHEALTHY")) return "UNHEALTHY";
  return statuses.length > 0 && statuses.every((status) => status === "HEALTHY") ? "HEALTHY" : "UNKNOWN";
}

/** Whether the containers' own checks let a task count: they have passed, or there are none. */
export const hasPassedChecks = (region: Region, record: TaskRecord): boolean =>
  record.task.healthStatus === "HEALTHY" || checkedContainers(region, record).every(({ essential }) => !essential);

/** The service scheduler stops tasks that are unhealthy, and says so; others take their place. */
export function stopSick(region: Region, service: ServiceRecord, own: readonly TaskRecord[], now: number): void {
  for (const task of own) {
    if (task.task.healthStatus !== "UNHEALTHY" || !isWanted(task)) continue;
    tellEvent(region, service, `(task ${task.id}) failed container health checks.`, now);
    requestStop(task, "ServiceSchedulerInitiated", "Task failed container health checks", now);
    service.steady = false;
  }
}
