import { emitEvent } from "./event-bus.ts";
import { describeService, describeInstanceState } from "./ecs-event-details.ts";
import {
  type ContainerInstanceRecord,
  containerInstances,
  type ServiceRecord,
  services,
  type TaskRecord,
  tasks,
} from "./records/ecs.ts";
import { eventRules } from "./records/events.ts";
import type { Region } from "./world.ts";

/** What was told last of each thing. */
interface Told {
  /** Changes when there is something to tell. */
  mark: string;
}

const table = (region: Region): Map<string, Told> => region.table("events/ecs-told");

/**
 * Tells EventBridge what changed in ECS since the last pass: "ECS Task State Change", "ECS Container Instance State
 * Change", "ECS Deployment State Change" and "ECS Service Action". Without rules nobody listens, and nothing is kept.
 * Source: "Amazon ECS events", ECS developer guide.
 */
export function stepEcsEvents(region: Region, now: number): void {
  const known = table(region);
  if (eventRules(region).size === 0) return known.size > 0 ? known.clear() : undefined;
  // What is there when the first rule is made is no news.
  const quiet = known.size === 0;
  known.set("listening", { mark: "" });
  const seen = new Set(["listening"]);
  const note = (key: string, mark: string, tell: (before: string | undefined) => void): void => {
    seen.add(key);
    const before = known.get(key)?.mark;
    if (before === mark) return;
    known.set(key, { mark });
    if (!quiet) tell(before);
  };
  for (const record of tasks(region).values()) {
    if (isAsTold(record, known)) continue;
    const glance = lookAt(record);
    glances.set(record, glance);
    note(glance.key, glance.fields.join(" "), () => tellTask(region, record, now));
    seen.delete(glance.key);
  }
  for (const record of containerInstances(region).values())
    note(`instance/${record.id}`, markInstance(record), () => tellInstance(region, record, now));
  for (const record of services(region).values()) stepService(region, record, note, now);
  if (known.size > seen.size + tasks(region).size) forgetGone(region, known, seen);
}

function forgetGone(region: Region, known: Map<string, Told>, seen: ReadonlySet<string>): void {
  for (const key of known.keys())
    if (key.startsWith(taskKey) ? !tasks(region).has(key.slice(taskKey.length)) : !seen.has(key)) known.delete(key);
}

type Note = (key: string, mark: string, tell: (before: string | undefined) => void) => void;

const taskKey = "task/";

/** What a task looked like when it was last told. */
interface Glance {
  key: string;
  fields: readonly (string | undefined)[];
}

/** Nothing changes in most of thousands of tasks: that is seen without making a text of each in each pass. */
const glances = new WeakMap<TaskRecord, Glance>();

/** ECS sends an event for a change of the task's status, its health, or that of a container. */
const lookAt = ({ id, task }: TaskRecord): Glance => ({
  key: `${taskKey}${id}`,
  fields: [
    task.lastStatus,
    task.desiredStatus,
    task.healthStatus,
    task.connectivity,
    ...(task.containers ?? []).flatMap((one) => [one.lastStatus, one.healthStatus]),
  ],
});

function isAsTold(record: TaskRecord, known: ReadonlyMap<string, Told>): boolean {
  const glance = glances.get(record);
  if (!glance || !known.has(glance.key)) return false;
  const { fields } = glance;
  const { lastStatus, desiredStatus, healthStatus, connectivity, containers = [] } = record.task;
  return (
    fields[0] === lastStatus &&
    fields[1] === desiredStatus &&
    fields[2] === healthStatus &&
    fields[3] === connectivity &&
    fields.length === 4 + 2 * containers.length &&
    containers.every((one, at) => fields[4 + 2 * at] === one.lastStatus && fields[5 + 2 * at] === one.healthStatus)
  );
}

const markInstance = (one: ContainerInstanceRecord): string => [one.status, one.agentConnected, one.version].join(" ");

function tellTask(region: Region, { task }: TaskRecord, now: number): void {
  const { tags: _tags, ...shown } = task;
  const table = region.table<{ version: number }>("events/task-versions");
  const version = (table.get(task.taskArn)?.version ?? 0) + 1;
  if (task.lastStatus === "STOPPED") table.delete(task.taskArn);
  else table.set(task.taskArn, { version });
  emitEvent(region, {
    source: "aws.ecs",
    detailType: "ECS Task State Change",
    resources: [task.taskArn],
    detail: { ...shown, version, updatedAt: new Date(now) },
    at: now,
  });
}

function tellInstance(region: Region, record: ContainerInstanceRecord, now: number): void {
  emitEvent(region, {
    source: "aws.ecs",
    detailType: "ECS Container Instance State Change",
    resources: [record.arn],
    detail: describeInstanceState(region, record, now),
    at: now,
  });
}

/** What every event about a service has in common. */
const tellService = (region: Region, service: ServiceRecord, detailType: string, detail: object, at: number): void =>
  void emitEvent(region, { source: "aws.ecs", detailType, resources: [service.arn], detail, at });

function stepService(region: Region, service: ServiceRecord, note: Note, now: number): void {
  for (const one of service.deployments.slice(0, 5)) {
    const { rolloutState: state, number, updatedAt, rolloutStateReason: reason } = one;
    const eventType = state === "FAILED" ? "ERROR" : "INFO";
    const eventName = `SERVICE_DEPLOYMENT_${state}`;
    const detail = { eventType, eventName, deploymentId: `ecs-svc/${number}`, updatedAt, reason };
    note(`deployment/${service.name}/${number}`, state, () =>
      tellService(region, service, "ECS Deployment State Change", detail, now),
    );
  }
  note(`service/${service.clusterName}/${service.name}`, service.events[0]?.id ?? "", (before) =>
    tellActions(region, service, before, now),
  );
}

/** One event for each line that the service has told since the last pass and that has one. */
function tellActions(region: Region, service: ServiceRecord, before: string | undefined, now: number): void {
  const index = service.events.findIndex(({ id }) => id === before);
  const fresh = service.events.slice(0, index === -1 ? service.events.length : index).toReversed();
  for (const { message = "" } of fresh) {
    const action = describeService(message);
    if (!action) continue;
    const { name: eventName, type: eventType, ...rest } = action;
    const clusterArn = region.arn("ecs", `cluster/${service.clusterName}`);
    const detail = { eventType, eventName, clusterArn, createdAt: new Date(now), ...rest };
    tellService(region, service, "ECS Service Action", detail, now);
  }
}
