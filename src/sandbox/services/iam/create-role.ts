import type * as iam from "@aws-sdk/client-iam";
import { DeleteConflictException, EntityAlreadyExistsException } from "@aws-sdk/client-iam";
import { meta, page, type Handler } from "../../wire/api.ts";
import { accountId } from "../../world/world.ts";
import type { RoleRecord } from "./records.ts";
import { instanceProfiles, roles } from "./records.ts";
import { checkName, findRole, mergeTags, toRole } from "./roles.ts";
import { roleId } from "./service-linked-roles.ts";
import { checkPolicy } from "./trust-policies.ts";

export const createRole: Handler<typeof iam, "CreateRole"> = (input, { region }) => {
  const { global } = region.world;
  const name = checkName(input.RoleName, "roleName", 64);
  const trustPolicy = checkPolicy(input.AssumeRolePolicyDocument, "trust");
  if (roles(global).has(name))
    throw new EntityAlreadyExistsException({ message: `Role with name ${name} already exists.`, ...meta });
  const path = input.Path ?? "/";
  const role: RoleRecord = {
    name,
    id: roleId(global, "AROA"),
    arn: `arn:aws:iam::${accountId}:role${path}${name}`,
    path,
    trustPolicy,
    description: input.Description,
    maxSessionSeconds: input.MaxSessionDuration ?? 3600,
    createdAt: global.world.clock.date(),
    tags: mergeTags([], input.Tags ?? []),
    attached: [],
    inline: {},
  };
  roles(global).set(name, role);
  return { Role: toRole(role) };
};

export const getRole: Handler<typeof iam, "GetRole"> = (input, { region }) => ({
  Role: toRole(findRole(region, input.RoleName)),
});

export const listRoles: Handler<typeof iam, "ListRoles"> = (input, { region }) => {
  const found = [...roles(region.world.global).values()]
    .filter((role) => role.path.startsWith(input.PathPrefix ?? "/"))
    .toSorted((one, other) => one.name.localeCompare(other.name));
  const { items, next } = page(found, input.Marker, input.MaxItems ?? 100);
  return {
    Roles: items.map((role) => toRole(role, { tags: false })),
    IsTruncated: next !== undefined,
    Marker: next,
  };
};

export const deleteRole: Handler<typeof iam, "DeleteRole"> = (input, { region }) => {
  const { global } = region.world;
  const role = findRole(region, input.RoleName);
  const conflict = (message: string): Error => new DeleteConflictException({ message, ...meta });
  for (const profile of instanceProfiles(global).values())
    if (profile.roleNames.includes(role.name))
      throw conflict("Cannot delete entity, must remove roles from instance profile first.");
  if (role.attached.length > 0) throw conflict("Cannot delete entity, must detach all policies first.");
  if (Object.keys(role.inline).length > 0) throw conflict("Cannot delete entity, must delete policies first.");
  roles(global).delete(role.name);
  return {};
};

export const updateAssumeRolePolicy: Handler<typeof iam, "UpdateAssumeRolePolicy"> = (input, { region }) => {
  const role = findRole(region, input.RoleName);
  role.trustPolicy = checkPolicy(input.PolicyDocument, "trust");
  return {};
};
