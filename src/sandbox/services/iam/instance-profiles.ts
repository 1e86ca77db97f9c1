import type * as iam from "@aws-sdk/client-iam";
import { DeleteConflictException, EntityAlreadyExistsException, LimitExceededException } from "@aws-sdk/client-iam";
import { meta, page, type Handler } from "../../wire/api.ts";
import { accountId, type Region } from "../../world/world.ts";
import type { InstanceProfileRecord } from "./records.ts";
import { instanceProfiles, roles } from "./records.ts";
import { checkName, findInstanceProfile, findRole, mergeTags, noSuchEntity, toRole } from "./roles.ts";
import { roleId } from "./service-linked-roles.ts";

export const createInstanceProfile: Handler<typeof iam, "CreateInstanceProfile"> = (input, { region }) => {
  const { global } = region.world;
  const name = checkName(input.InstanceProfileName, "instanceProfileName", 128);
  if (instanceProfiles(global).has(name))
    throw new EntityAlreadyExistsException({ message: `Instance Profile ${name} already exists.`, ...meta });
  const path = input.Path ?? "/";
  const profile: InstanceProfileRecord = {
    name,
    id: roleId(global, "AIPA"),
    arn: `arn:aws:iam::${accountId}:instance-profile${path}${name}`,
    path,
    createdAt: global.world.clock.date(),
    roleNames: [],
    tags: mergeTags([], input.Tags ?? []),
  };
  instanceProfiles(global).set(name, profile);
  return { InstanceProfile: toInstanceProfile(region, profile) };
};

export const getInstanceProfile: Handler<typeof iam, "GetInstanceProfile"> = (input, { region }) => ({
  InstanceProfile: toInstanceProfile(region, findInstanceProfile(region, input.InstanceProfileName)),
});

export const listInstanceProfiles: Handler<typeof iam, "ListInstanceProfiles"> = (input, { region }) => {
  const found = [...instanceProfiles(region.world.global).values()].filter((profile) =>
    profile.path.startsWith(input.PathPrefix ?? "/"),
  );
  return toPage(region, found, input);
};

export const listInstanceProfilesForRole: Handler<typeof iam, "ListInstanceProfilesForRole"> = (input, { region }) => {
  const role = findRole(region, input.RoleName);
  const found = [...instanceProfiles(region.world.global).values()].filter((profile) =>
    profile.roleNames.includes(role.name),
  );
  return toPage(region, found, input);
};

function toPage(region: Region, found: InstanceProfileRecord[], input: { Marker?: string; MaxItems?: number }) {
  const { items, next } = page(found, input.Marker, input.MaxItems ?? 100);
  return {
    InstanceProfiles: items.map((profile) => toInstanceProfile(region, profile)),
    IsTruncated: next !== undefined,
    Marker: next,
  };
}

export const addRoleToInstanceProfile: Handler<typeof iam, "AddRoleToInstanceProfile"> = (input, { region }) => {
  const profile = findInstanceProfile(region, input.InstanceProfileName);
  const role = findRole(region, input.RoleName);
  if (profile.roleNames.length > 0)
    throw new LimitExceededException({
      message: "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
      ...meta,
    });
  profile.roleNames.push(role.name);
  return {};
};

export const removeRoleFromInstanceProfile: Handler<typeof iam, "RemoveRoleFromInstanceProfile"> = (
  input,
  { region },
) => {
  const profile = findInstanceProfile(region, input.InstanceProfileName);
  const { name } = findRole(region, input.RoleName);
  if (!profile.roleNames.includes(name)) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  profile.roleNames = profile.roleNames.filter((one) => one !== name);
  return {};
};

export const deleteInstanceProfile: Handler<typeof iam, "DeleteInstanceProfile"> = (input, { region }) => {
  const profile = findInstanceProfile(region, input.InstanceProfileName);
  if (profile.roleNames.length > 0)
    throw new DeleteConflictException({
      message: "Cannot delete entity, must remove roles from instance profile first.",
      ...meta,
    });
  instanceProfiles(region.world.global).delete(profile.name);
  return {};
};

function toInstanceProfile(region: Region, profile: InstanceProfileRecord): iam.InstanceProfile {
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: profile.arn,
    CreateDate: profile.createdAt,
    Roles: profile.roleNames.flatMap((name) => {
      const role = roles(region.world.global).get(name);
      return role ? [toRole(role, { tags: false })] : [];
    }),
    Tags: profile.tags,
  };
}
