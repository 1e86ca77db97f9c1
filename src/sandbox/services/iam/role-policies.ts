import type * as iam from "@aws-sdk/client-iam";
import { UnmodifiableEntityException } from "@aws-sdk/client-iam";
import { meta, page, type Handler } from "../../wire/api.ts";
import type { Region } from "../../world/world.ts";
import { managedPolicies } from "./managed-policies.ts";
import { roles } from "./records.ts";
import type { RoleRecord } from "./records.ts";
import { checkName, findRole, noSuchEntity, toAttached } from "./roles.ts";
import { checkPolicy, encodePolicy } from "./trust-policies.ts";

/** A role that a user may change: those linked to a service belong to it. */
function changeableRole(region: Region, name: string | undefined): RoleRecord {
  const role = findRole(region, name);
  if (!role.path.startsWith("/aws-service-role/")) return role;
  throw new UnmodifiableEntityException({
    message: `Cannot perform the operation on the protected role '${role.name}' - this role is only modifiable by AWS`,
    ...meta,
  });
}

/** Attaching twice is once. */
export const attachRolePolicy: Handler<typeof iam, "AttachRolePolicy"> = (input, { region }) => {
  const role = changeableRole(region, input.RoleName);
  const arn = input.PolicyArn ?? "";
  if (!managedPolicies.some((policy) => policy.Arn === arn && policy.IsAttachable))
    throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  if (!role.attached.includes(arn)) role.attached.push(arn);
  return {};
};

export const detachRolePolicy: Handler<typeof iam, "DetachRolePolicy"> = (input, { region }) => {
  const role = changeableRole(region, input.RoleName);
  const arn = input.PolicyArn ?? "";
  if (!role.attached.includes(arn)) throw noSuchEntity(`Policy ${arn} was not found.`);
  role.attached = role.attached.filter((one) => one !== arn);
  return {};
};

export const listAttachedRolePolicies: Handler<typeof iam, "ListAttachedRolePolicies"> = (input, { region }) => {
  const { items, next } = page(findRole(region, input.RoleName).attached, input.Marker, input.MaxItems ?? 100);
  return { AttachedPolicies: items.map(toAttached), IsTruncated: next !== undefined, Marker: next };
};

export const listRolePolicies: Handler<typeof iam, "ListRolePolicies"> = (input, { region }) => {
  const names = Object.keys(findRole(region, input.RoleName).inline).sort();
  const { items, next } = page(names, input.Marker, input.MaxItems ?? 100);
  return { PolicyNames: items, IsTruncated: next !== undefined, Marker: next };
};

export const putRolePolicy: Handler<typeof iam, "PutRolePolicy"> = (input, { region }) => {
  const role = changeableRole(region, input.RoleName);
  const name = checkName(input.PolicyName, "policyName", 128);
  role.inline[name] = checkPolicy(input.PolicyDocument, "permissions");
  return {};
};

export const getRolePolicy: Handler<typeof iam, "GetRolePolicy"> = (input, { region }) => {
  const role = findRole(region, input.RoleName);
  const policy = inlinePolicy(role, input.PolicyName);
  return { RoleName: role.name, PolicyName: input.PolicyName, PolicyDocument: encodePolicy(policy) };
};

export const deleteRolePolicy: Handler<typeof iam, "DeleteRolePolicy"> = (input, { region }) => {
  const role = changeableRole(region, input.RoleName);
  inlinePolicy(role, input.PolicyName);
  delete role.inline[input.PolicyName ?? ""];
  return {};
};

function inlinePolicy(role: RoleRecord, name: string | undefined): string {
  const text = role.inline[name ?? ""];
  if (text !== undefined) return text;
  throw noSuchEntity(`The role policy with name ${name} cannot be found.`);
}

export const getPolicy: Handler<typeof iam, "GetPolicy"> = (input, { region }) => {
  const policy = managedPolicies.find((one) => one.Arn === input.PolicyArn);
  if (!policy) throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`);
  return { Policy: { ...policy, AttachmentCount: attachments(region, policy.Arn), Tags: [] } };
};

export const listPolicies: Handler<typeof iam, "ListPolicies"> = (input, { region }) => {
  const found = managedPolicies
    .filter((policy) => input.Scope !== "Local" && policy.Path.startsWith(input.PathPrefix ?? "/"))
    .map((policy) => ({ ...policy, Description: undefined, AttachmentCount: attachments(region, policy.Arn) }))
    .filter((policy) => !input.OnlyAttached || policy.AttachmentCount > 0);
  const { items, next } = page(found, input.Marker, input.MaxItems ?? 100);
  return { Policies: items, IsTruncated: next !== undefined, Marker: next };
};

function attachments(region: Region, arn: string): number {
  return [...roles(region.world.global).values()].filter((role) => role.attached.includes(arn)).length;
}
