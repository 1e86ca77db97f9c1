import type { AttachedPolicy, Role, Tag } from "@aws-sdk/client-iam";
import { NoSuchEntityException } from "@aws-sdk/client-iam";
import { ApiError, meta } from "../../wire/api.ts";
import type { Region } from "../../world/world.ts";
import type { InstanceProfileRecord, RoleRecord } from "./records.ts";
import { instanceProfiles, roles } from "./records.ts";
import { encodePolicy } from "./trust-policies.ts";

export function noSuchEntity(message: string): NoSuchEntityException {
  return new NoSuchEntityException({ message, ...meta });
}

/** The role of that name; NoSuchEntity where there is none. */
export function findRole(region: Region, name: string | undefined): RoleRecord {
  const role = roles(region.world.global).get(name ?? "");
  if (role) return role;
  throw noSuchEntity(`The role with name ${name} cannot be found.`);
}

export function findInstanceProfile(region: Region, name: string | undefined): InstanceProfileRecord {
  const profile = instanceProfiles(region.world.global).get(name ?? "");
  if (profile) return profile;
  throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
}

/** Refuses a name that IAM cannot give; `parameter` as it is in the message. */
export function checkName(name: string | undefined, parameter: string, maximum: number): string {
  if (name && /^[\w+=,.@-]+$/.test(name) && name.length <= maximum) return name;
  const tooLong = name !== undefined && name.length > maximum;
  throw new ApiError(
    "ValidationError",
    tooLong
      ? `1 validation error detected: Value '${name}' at '${parameter}' failed to satisfy constraint: Member must have length less than or equal to ${maximum}`
      : `The specified value for ${parameter} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
  );
}

export function mergeTags(tags: readonly Tag[], added: readonly Tag[]): Tag[] {
  const merged = new Map(tags.map((tag) => [tag.Key, tag]));
  for (const { Key, Value } of added) merged.set(Key, { Key, Value });
  return [...merged.values()];
}

/** A role as Get and Create tell it; lists leave out the tags. */
export function toRole(role: RoleRecord, options: { tags: boolean } = { tags: true }): Role {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: role.createdAt,
    AssumeRolePolicyDocument: encodePolicy(role.trustPolicy),
    Description: role.description,
    MaxSessionDuration: role.maxSessionSeconds,
    ...(options.tags && role.tags.length > 0 ? { Tags: role.tags } : {}),
  };
}

export function toAttached(arn: string): AttachedPolicy {
  return { PolicyName: arn.slice(arn.lastIndexOf("/") + 1), PolicyArn: arn };
}
