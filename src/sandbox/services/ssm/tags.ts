import { InvalidResourceId } from "@aws-sdk/client-ssm";
import type * as ssm from "@aws-sdk/client-ssm";
import { type Handler, meta } from "../../wire/api.ts";
import { type ParameterRecord, parameters } from "../../world/records/secrets.ts";
import type { Region } from "../../world/world.ts";

function requireParameter(region: Region, id = ""): ParameterRecord {
  const found = parameters(region).get(id);
  if (found) return found;
  const message = "The resource ID is not valid. Verify that you entered the correct ID and try again.";
  throw new InvalidResourceId({ message, ...meta });
}

export const addTagsToResource: Handler<typeof ssm, "AddTagsToResource"> = (input, { region }) => {
  const record = requireParameter(region, input.ResourceId);
  const given = (input.Tags ?? []).map(({ Key, Value }) => ({ Key, Value }));
  record.tags = [...record.tags.filter((tag) => !given.some(({ Key }) => Key === tag.Key)), ...given];
  return {};
};

export const removeTagsFromResource: Handler<typeof ssm, "RemoveTagsFromResource"> = (input, { region }) => {
  const record = requireParameter(region, input.ResourceId);
  record.tags = record.tags.filter((tag) => !input.TagKeys?.includes(tag.Key ?? ""));
  return {};
};

export const listTagsForResource: Handler<typeof ssm, "ListTagsForResource"> = (input, { region }) => ({
  TagList: requireParameter(region, input.ResourceId).tags.map(({ Key, Value }) => ({ Key, Value })),
});
