import { ownerTag } from "../plan/resource.ts";

export type Tags = Readonly<Record<string, string>>;

/** The tags of everything that an app owns: the user's own, and the mark of ownership. */
export const ownTags = (app: string, tags: Tags): Tags => ({ ...tags, [ownerTag]: app });

/** The region of the deploy that made something which all regions have: IAM's things, dashboards. */
export const regionTag = "ecsctl:region";

/** As EC2, IAM and Auto Scaling write tags. */
export const toUpperTags = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** As ECS writes tags. */
export const toLowerTags = (tags: Tags): { key: string; value: string }[] =>
  Object.entries(tags).map(([key, value]) => ({ key, value }));

interface AnyTag {
  Key?: string | undefined;
  Value?: string | undefined;
  key?: string | undefined;
  value?: string | undefined;
}

/** Either way of writing, read as a map. */
export function fromTags(tags: readonly AnyTag[] | undefined): Tags {
  return Object.fromEntries((tags ?? []).map((tag) => [tag.Key ?? tag.key ?? "", tag.Value ?? tag.value ?? ""]));
}
