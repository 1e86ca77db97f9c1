import type * as iam from "@aws-sdk/client-iam";
import { page, type Handler } from "../../wire/api.ts";
import { findInstanceProfile, findRole, mergeTags } from "./roles.ts";

export const tagRole: Handler<typeof iam, "TagRole"> = (input, { region }) => {
  const role = findRole(region, input.RoleName);
  role.tags = mergeTags(role.tags, input.Tags ?? []);
  return {};
};

export const untagRole: Handler<typeof iam, "UntagRole"> = (input, { region }) => {
  const role = findRole(region, input.RoleName);
  role.tags = without(role.tags, input.TagKeys);
  return {};
};

export const listRoleTags: Handler<typeof iam, "ListRoleTags"> = (input, { region }) =>
  toPage(findRole(region, input.RoleName).tags, input);

export const tagInstanceProfile: Handler<typeof iam, "TagInstanceProfile"> = (input, { region }) => {
  const profile = findInstanceProfile(region, input.InstanceProfileName);
  profile.tags = mergeTags(profile.tags, input.Tags ?? []);
  return {};
};

export const untagInstanceProfile: Handler<typeof iam, "UntagInstanceProfile"> = (input, { region }) => {
  const profile = findInstanceProfile(region, input.InstanceProfileName);
  profile.tags = without(profile.tags, input.TagKeys);
  return {};
};

export const listInstanceProfileTags: Handler<typeof iam, "ListInstanceProfileTags"> = (input, { region }) =>
  toPage(findInstanceProfile(region, input.InstanceProfileName).tags, input);

function without(tags: iam.Tag[], keys: readonly string[] | undefined): iam.Tag[] {
  return tags.filter((tag) => !keys?.includes(tag.Key ?? ""));
}

function toPage(tags: iam.Tag[], input: { Marker?: string; MaxItems?: number }) {
  const { items, next } = page(tags, input.Marker, input.MaxItems ?? 100);
  return { Tags: items, IsTruncated: next !== undefined, Marker: next };
}
