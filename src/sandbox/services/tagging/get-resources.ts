import {
  InvalidParameterException,
  PaginationTokenExpiredException,
} from "@aws-sdk/client-resource-groups-tagging-api";
import type * as tagging from "@aws-sdk/client-resource-groups-tagging-api";
import type { TagFilter } from "@aws-sdk/client-resource-groups-tagging-api";
import { meta, type Handler } from "../../wire/api.ts";
import { taggedThings, type TaggedThing } from "./tagged-things.ts";

/** ResourcesPerPage when it is not given (GetResources, API reference). */
const pageSize = 50;

/** Every key must match, with one of its values if it has any. */
const matches = (tags: TaggedThing["tags"], filters: readonly TagFilter[]): boolean =>
  filters.every(({ Key = "", Values = [] }) => {
    const value = tags[Key];
    return value !== undefined && (Values.length === 0 || Values.includes(value));
  });

/** `ecs` or `ecs:service`, as the beginning of an ARN's resource says. */
function isOfType(arn: string, types: readonly string[]): boolean {
  const [, , service = "", , , ...rest] = arn.split(":");
  const type = rest.join(":").split(/[:/]/)[0];
  return types.length === 0 || types.includes(service) || types.includes(`${service}:${type}`);
}

export const getResources: Handler<typeof tagging, "GetResources"> = (input, { region }) => {
  if ((input.ResourcesPerPage ?? 1) < 1 || (input.ResourcesPerPage ?? 1) > 100)
    throw new InvalidParameterException({
      Message: "ResourcesPerPage must be between 1 and 100.",
      message: "",
      ...meta,
    });
  const found = taggedThings(region)
    .filter(({ tags }) => Object.keys(tags).length > 0 && matches(tags, input.TagFilters ?? []))
    .filter(({ arn }) => isOfType(arn, input.ResourceTypeFilters ?? []));
  const from = input.PaginationToken ? Number(input.PaginationToken) : 0;
  if (!Number.isInteger(from) || from < 0 || from > found.length)
    throw new PaginationTokenExpiredException({ Message: "The pagination token is not valid.", message: "", ...meta });
  const size = input.ResourcesPerPage ?? pageSize;
  const page = found.slice(from, from + size);
  return {
    PaginationToken: from + size < found.length ? String(from + size) : "",
    ResourceTagMappingList: page.map(({ arn, tags }) => ({
      ResourceARN: arn,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    })),
  };
};
