import type * as ec2 from "@aws-sdk/client-ec2";
import { ApiError, page, type Handler } from "../../wire/api.ts";
import type { Region } from "../../world/world.ts";
import { missingParameter } from "./errors.ts";
import { applyFilters, type FilterFields } from "./filters.ts";
import { mergeTags, taggedResources } from "./tags.ts";

export const createTags: Handler<typeof ec2, "CreateTags"> = (input, { region }) => {
  if (!input.Tags?.length) throw missingParameter("Tag");
  for (const record of findTagged(region, input.Resources)) record.tags = mergeTags(record.tags, input.Tags);
  return {};
};

/** Without tags, all of a resource's tags go; a tag without a value goes whatever its value. */
export const deleteTags: Handler<typeof ec2, "DeleteTags"> = (input, { region }) => {
  for (const record of findTagged(region, input.Resources))
    record.tags = record.tags.filter((tag) => {
      if (!input.Tags?.length) return tag.Key?.startsWith("aws:");
      return !input.Tags.some((gone) => gone.Key === tag.Key && (gone.Value === undefined || gone.Value === tag.Value));
    });
  return {};
};

function findTagged(region: Region, ids: readonly string[] | undefined): { id: string; tags: ec2.Tag[] }[] {
  if (!ids?.length) throw missingParameter("ResourceId");
  const tables = taggedResources(region);
  return ids.map((id) => {
    for (const { records } of tables) {
      const record = records.get(id);
      if (record) return record;
    }
    throw new ApiError("InvalidID", `The ID '${id}' is not valid`);
  });
}

interface TagRow {
  resourceId: string;
  resourceType: ec2.ResourceType;
  key: string;
  value: string;
  tags: ec2.Tag[];
}

const fields: FilterFields<TagRow> = {
  "resource-id": (row) => row.resourceId,
  "resource-type": (row) => row.resourceType,
  key: (row) => row.key,
  value: (row) => row.value,
};

export const describeTags: Handler<typeof ec2, "DescribeTags"> = (input, { region }) => {
  const found = applyFilters(tagRows(region), input.Filters, fields);
  const { items, next } = page(found, input.NextToken, input.MaxResults ?? 1000);
  return {
    Tags: items.map((row) => ({
      ResourceId: row.resourceId,
      ResourceType: row.resourceType,
      Key: row.key,
      Value: row.value,
    })),
    NextToken: next,
  };
};

function tagRows(region: Region): TagRow[] {
  return taggedResources(region).flatMap(({ type, records }) =>
    [...records.values()].flatMap((record) =>
      record.tags.map((tag) => ({
        resourceId: record.id,
        resourceType: type,
        key: tag.Key ?? "",
        value: tag.Value ?? "",
        tags: [tag],
      })),
    ),
  );
}
