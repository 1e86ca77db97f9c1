import type * as autoscaling from "@aws-sdk/client-auto-scaling";
import { page, type Handler } from "../../wire/api.ts";
import { groups } from "../../world/records/autoscaling.ts";
import { findGroup, validationError } from "./groups.ts";

/** A tag as it is kept and told: Auto Scaling's carry the group's name and whether instances get them. */
export function toTag(groupName: string, tag: autoscaling.Tag): autoscaling.TagDescription {
  return {
    Key: tag.Key ?? "",
    Value: tag.Value ?? "",
    PropagateAtLaunch: tag.PropagateAtLaunch ?? false,
    ResourceId: groupName,
    ResourceType: "auto-scaling-group",
  };
}

export const createOrUpdateTags: Handler<typeof autoscaling, "CreateOrUpdateTags"> = (input, { region }) => {
  const changes = (input.Tags ?? []).map((tag) => ({ tag, group: findGroup(region, tag.ResourceId) }));
  for (const { tag, group } of changes) {
    if (tag.Key?.startsWith("aws:"))
      throw validationError("Tag keys starting with 'aws:' are reserved for internal use");
    group.tags = [...group.tags.filter((old) => old.Key !== tag.Key), toTag(group.name, tag)];
  }
  return {};
};

export const deleteTags: Handler<typeof autoscaling, "DeleteTags"> = (input, { region }) => {
  for (const gone of input.Tags ?? []) {
    const group = findGroup(region, gone.ResourceId);
    group.tags = group.tags.filter((tag) => tag.Key !== gone.Key);
  }
  return {};
};

const readers: Record<string, (tag: autoscaling.TagDescription) => string> = {
  "auto-scaling-group": (tag) => tag.ResourceId ?? "",
  key: (tag) => tag.Key ?? "",
  value: (tag) => tag.Value ?? "",
  "propagate-at-launch": (tag) => String(tag.PropagateAtLaunch),
};

export const describeTags: Handler<typeof autoscaling, "DescribeTags"> = (input, { region }) => {
  const all = [...groups(region).values()].flatMap((group) => group.tags);
  const found = all.filter((tag) =>
    (input.Filters ?? []).every(({ Name, Values }) => {
      const read = readers[Name ?? ""];
      if (!read)
        throw validationError(
          `Filter type ${Name} is not correct. Allowed Filter types are: ${Object.keys(readers).join(" ")}`,
        );
      return (Values ?? []).includes(read(tag));
    }),
  );
  const { items, next } = page(found, input.NextToken, input.MaxRecords ?? 50);
  return { Tags: items, NextToken: next };
};
