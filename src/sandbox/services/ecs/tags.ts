import type * as ecs from "@aws-sdk/client-ecs";
import type { Tag } from "@aws-sdk/client-ecs";
import type { Handler } from "../../wire/api.ts";
import {
  capacityProviders,
  clusters,
  containerInstances,
  lastPart,
  services,
  taskDefinitions,
  tasks,
} from "../../world/records/ecs.ts";
import type { Region } from "../../world/world.ts";
import { clientError, invalidParameter } from "./errors.ts";

/** What carries the tags of an ECS ARN: a way to read them and to put others. */
function findTagged(region: Region, arn: string | undefined): { tags: Tag[] } {
  const match = /^arn:aws[\w-]*:ecs:[^:]*:[^:]*:([\w-]+)\/(.+)$/.exec(arn ?? "");
  if (!match) throw invalidParameter("Invalid identifier: Identifier is not for a resource that can be tagged.");
  const [, kind = "", rest = ""] = match;
  const id = lastPart(rest);
  const tables: Record<string, () => { tags: Tag[] } | undefined> = {
    cluster: () => clusters(region).get(id),
    service: () => services(region).get(rest),
    task: () => taggedTask(region, id),
    "container-instance": () => containerInstances(region).get(id),
    "task-definition": () => taskDefinitions(region).get(rest),
    "capacity-provider": () => capacityProviders(region).get(id),
  };
  const found = tables[kind]?.();
  if (!found) throw clientError("The specified resource was not found.");
  return found;
}

function taggedTask(region: Region, id: string): { tags: Tag[] } | undefined {
  const task = tasks(region).get(id)?.task;
  if (!task) return undefined;
  return {
    get tags() {
      return task.tags ?? [];
    },
    set tags(tags: Tag[]) {
      task.tags = tags;
    },
  };
}

export const tagResource: Handler<typeof ecs, "TagResource"> = (input, { region }) => {
  const tagged = findTagged(region, input.resourceArn);
  const added = input.tags ?? [];
  tagged.tags = [...tagged.tags.filter((tag) => !added.some((one) => one.key === tag.key)), ...added];
  return {};
};

export const untagResource: Handler<typeof ecs, "UntagResource"> = (input, { region }) => {
  const tagged = findTagged(region, input.resourceArn);
  tagged.tags = tagged.tags.filter((tag) => !input.tagKeys?.includes(tag.key ?? ""));
  return {};
};

export const listTagsForResource: Handler<typeof ecs, "ListTagsForResource"> = (input, { region }) => ({
  tags: findTagged(region, input.resourceArn).tags,
});
