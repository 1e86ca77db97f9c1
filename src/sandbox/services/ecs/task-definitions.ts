import type * as ecs from "@aws-sdk/client-ecs";
import type { Failure, TaskDefinition } from "@aws-sdk/client-ecs";
import { type Handler, page } from "../../wire/api.ts";
import { lastPart, taskDefinitions } from "../../world/records/ecs.ts";
import type { Region } from "../../world/world.ts";
import { clientError, invalidParameter } from "./errors.ts";
import { lookUpDefinition } from "./find.ts";

export const describeTaskDefinition: Handler<typeof ecs, "DescribeTaskDefinition"> = (input, { region }) => {
  const found = lookUpDefinition(region, input.taskDefinition);
  if (!found) throw clientError("Unable to describe task definition.");
  return { taskDefinition: found.definition, tags: input.include?.includes("TAGS") ? found.tags : [] };
};

/** By family, then revision: ascending unless `sort` is DESC. */
export const listTaskDefinitions: Handler<typeof ecs, "ListTaskDefinitions"> = (input, { region }) => {
  const status = input.status ?? "ACTIVE";
  const order = input.sort === "DESC" ? -1 : 1;
  const matching = [...taskDefinitions(region).values()]
    .map(({ definition }) => definition)
    .filter((one) => one.status === status && (input.familyPrefix === undefined || one.family === input.familyPrefix))
    .toSorted((a, b) => order * (a.family === b.family ? a.revision - b.revision : a.family < b.family ? -1 : 1));
  const { items, next } = page(matching, input.nextToken, input.maxResults ?? 100);
  return {
    taskDefinitionArns: items.map((one) => one.taskDefinitionArn),
    ...(next === undefined ? {} : { nextToken: next }),
  };
};

export const listTaskDefinitionFamilies: Handler<typeof ecs, "ListTaskDefinitionFamilies"> = (input, { region }) => {
  const active = new Set<string>();
  const all = new Set<string>();
  for (const { definition } of taskDefinitions(region).values()) {
    all.add(definition.family);
    if (definition.status === "ACTIVE") active.add(definition.family);
  }
  const wanted = { ACTIVE: active, ALL: all, INACTIVE: all.difference(active) }[input.status ?? "ALL"];
  const families = [...wanted].filter((family) => family.startsWith(input.familyPrefix ?? "")).sort();
  const { items, next } = page(families, input.nextToken, input.maxResults ?? 100);
  return { families: items, ...(next === undefined ? {} : { nextToken: next }) };
};

export const deregisterTaskDefinition: Handler<typeof ecs, "DeregisterTaskDefinition"> = (input, { region }) => {
  const name = lastPart(input.taskDefinition ?? "");
  const revision = name.split(":")[1];
  if (revision === undefined) throw clientError("Task definition must be specified with a revision: family:revision.");
  if (!/^\d+$/.test(revision)) throw invalidParameter(`Invalid revision number. Number: ${revision}`);
  const found = taskDefinitions(region).get(name);
  if (!found) throw clientError("Unable to describe task definition.");
  found.definition.status = "INACTIVE";
  found.definition.deregisteredAt = region.world.clock.date();
  return { taskDefinition: found.definition };
};

/** The definitions are DELETE_IN_PROGRESS while tasks or services still use them. */
export const deleteTaskDefinitions: Handler<typeof ecs, "DeleteTaskDefinitions"> = (input, { region }) => {
  const failures: Failure[] = [];
  const deleted: TaskDefinition[] = [];
  for (const reference of input.taskDefinitions ?? []) {
    const found = taskDefinitions(region).get(lastPart(reference));
    const failure = refuseDelete(region, reference, found?.definition);
    if (failure || !found) {
      failures.push(failure ?? { arn: reference, reason: "MISSING" });
      continue;
    }
    found.definition.status = "DELETE_IN_PROGRESS";
    found.definition.deleteRequestedAt = region.world.clock.date();
    deleted.push(found.definition);
  }
  return { taskDefinitions: deleted, failures };
};

function refuseDelete(region: Region, reference: string, definition: TaskDefinition | undefined): Failure | undefined {
  if (!definition) {
    const arn = region.arn("ecs", `task-definition/${lastPart(reference)}`);
    return {
      arn,
      reason: "MISSING",
      detail: "The specified task definition does not exist. Specify a valid account, family, revision and try again.",
    };
  }
  if (definition.status === "ACTIVE")
    return {
      arn: definition.taskDefinitionArn,
      reason: "INVALID_TASK_DEFINITION_STATUS",
      detail: "The specified task definition is still in ACTIVE status. Please deregister the target and try again.",
    };
  return undefined;
}
