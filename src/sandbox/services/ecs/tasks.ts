import type * as ecs from "@aws-sdk/client-ecs";
import { type Handler, page } from "../../wire/api.ts";
import { isWanted, lastPart, services, tasks } from "../../world/records/ecs.ts";
import { requestStop } from "../../world/task-requests.ts";
import { invalidParameter } from "./errors.ts";
import { findCluster, findService, lookUpInstance, lookUpTask } from "./find.ts";

export const describeTasks: Handler<typeof ecs, "DescribeTasks"> = (input, { region }) => {
  const cluster = findCluster(region, input.cluster);
  const asked = input.tasks ?? [];
  if (asked.length === 0) throw invalidParameter("Tasks cannot be empty.");
  const found = asked.map((name) => ({ name, record: lookUpTask(region, cluster, name) }));
  const withTags = input.include?.includes("TAGS") ?? false;
  return {
    tasks: found.flatMap(({ record }) => (record ? [{ ...record.task, tags: withTags ? record.task.tags : [] }] : [])),
    failures: found
      .filter(({ record }) => !record)
      .map(({ name }) => ({ arn: region.arn("ecs", `task/${cluster.name}/${lastPart(name)}`), reason: "MISSING" })),
  };
};

/** Without `desiredStatus`: the tasks that are wanted. STOPPED ones are listed for an hour, when asked for. */
export const listTasks: Handler<typeof ecs, "ListTasks"> = (input, { region }) => {
  const cluster = findCluster(region, input.cluster);
  const service = input.serviceName === undefined ? undefined : findService(region, cluster, input.serviceName);
  const instance =
    input.containerInstance === undefined ? undefined : lookUpInstance(region, cluster, input.containerInstance);
  if (input.containerInstance !== undefined && !instance)
    throw invalidParameter("The specified container instance was not found.");
  const status = input.desiredStatus ?? "RUNNING";
  // As on AWS, PENDING is never a desired status and finds nothing.
  const matching = [...tasks(region).values()].filter(
    (record) =>
      record.clusterName === cluster.name &&
      (status === "STOPPED" ? !isWanted(record) : status === "RUNNING" && isWanted(record)) &&
      (!service || record.serviceName === service.name) &&
      (!instance || record.containerInstanceId === instance.id) &&
      (input.family === undefined || lastPart(record.task.taskDefinitionArn).split(":")[0] === input.family) &&
      (input.startedBy === undefined || record.task.startedBy === input.startedBy) &&
      (input.launchType === undefined || record.task.launchType === input.launchType),
  );
  const { items, next } = page(matching, input.nextToken, input.maxResults ?? 100);
  return { taskArns: items.map((one) => one.task.taskArn), ...(next === undefined ? {} : { nextToken: next }) };
};

export const stopTask: Handler<typeof ecs, "StopTask"> = (input, { region }) => {
  const cluster = findCluster(region, input.cluster);
  const record = lookUpTask(region, cluster, input.task ?? "");
  if (!record) throw invalidParameter("The referenced task was not found.");
  requestStop(record, "UserInitiated", input.reason ?? "Task stopped by user", region.world.clock.now());
  const service = services(region).get(`${cluster.name}/${record.serviceName ?? ""}`);
  if (service) service.steady = false;
  return { task: record.task };
};
