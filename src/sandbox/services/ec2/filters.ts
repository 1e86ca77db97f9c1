import type { Filter, Tag } from "@aws-sdk/client-ec2";
import { ApiError } from "../../wire/api.ts";

type Value = string | number | boolean | undefined;

/** By filter name: the value, or the values, that an item has for it. */
export type FilterFields<T> = Record<string, (item: T) => Value | readonly Value[]>;

/**
 * The items that match every filter by any of its values; `*` and `?` are wildcards, `tag:KEY` and `tag-key` go by tags.
 * An unknown filter is refused (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html).
 */
export function applyFilters<T extends object>(
  items: Iterable<T>,
  filters: readonly Filter[] | undefined,
  fields: FilterFields<T>,
): T[] {
  const tests = (filters ?? []).map((filter) => makeTest(filter, fields));
  return [...items].filter((item) => tests.every((test) => test(item)));
}

function makeTest<T extends object>(filter: Filter, fields: FilterFields<T>): (item: T) => boolean {
  const name = filter.Name ?? "";
  const patterns = (filter.Values ?? []).map(toPattern);
  const read = fields[name] ?? tagField<T>(name);
  if (!read) throw new ApiError("InvalidParameterValue", `The filter '${name}' is invalid`);
  return (item) => {
    const values = [read(item)].flat();
    return values.some((value) => value !== undefined && patterns.some((pattern) => pattern.test(String(value))));
  };
}

function tagField<T extends object>(name: string): ((item: T) => readonly Value[]) | undefined {
  if (name === "tag-key") return (item) => tagsOf(item).map((tag) => tag.Key);
  if (name === "tag-value") return (item) => tagsOf(item).map((tag) => tag.Value);
  if (!name.startsWith("tag:")) return undefined;
  const key = name.slice(4);
  return (item) =>
    tagsOf(item)
      .filter((tag) => tag.Key === key)
      .map((tag) => tag.Value);
}

function toPattern(text: string): RegExp {
  const source = text
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s");
}

function tagsOf(item: object): Tag[] {
  return "tags" in item ? (item.tags as Tag[]) : [];
}
