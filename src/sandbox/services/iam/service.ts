import * as iam from "@aws-sdk/client-iam";
import type { Handlers, ServiceModule } from "../../wire/api.ts";
import { createRole, deleteRole, getRole, listRoles, updateAssumeRolePolicy } from "./create-role.ts";
import { createServiceLinkedRole, getUser } from "./create-service-linked-role.ts";
import {
  addRoleToInstanceProfile,
  createInstanceProfile,
  deleteInstanceProfile,
  getInstanceProfile,
  listInstanceProfiles,
  listInstanceProfilesForRole,
  removeRoleFromInstanceProfile,
} from "./instance-profiles.ts";
import {
  attachRolePolicy,
  deleteRolePolicy,
  detachRolePolicy,
  getPolicy,
  getRolePolicy,
  listAttachedRolePolicies,
  listPolicies,
  listRolePolicies,
  putRolePolicy,
} from "./role-policies.ts";
import { simulateCustomPolicy, simulatePrincipalPolicy } from "./simulate-policy.ts";
import {
  listInstanceProfileTags,
  listRoleTags,
  tagInstanceProfile,
  tagRole,
  untagInstanceProfile,
  untagRole,
} from "./tags.ts";

const handlers: Handlers<typeof iam> = {
  AddRoleToInstanceProfile: addRoleToInstanceProfile,
  AttachRolePolicy: attachRolePolicy,
  CreateInstanceProfile: createInstanceProfile,
  CreateRole: createRole,
  CreateServiceLinkedRole: createServiceLinkedRole,
  DeleteInstanceProfile: deleteInstanceProfile,
  DeleteRole: deleteRole,
  DeleteRolePolicy: deleteRolePolicy,
  DetachRolePolicy: detachRolePolicy,
  GetInstanceProfile: getInstanceProfile,
  GetPolicy: getPolicy,
  GetRole: getRole,
  GetRolePolicy: getRolePolicy,
  GetUser: getUser,
  ListAttachedRolePolicies: listAttachedRolePolicies,
  ListInstanceProfiles: listInstanceProfiles,
  ListInstanceProfilesForRole: listInstanceProfilesForRole,
  ListInstanceProfileTags: listInstanceProfileTags,
  ListPolicies: listPolicies,
  ListRolePolicies: listRolePolicies,
  ListRoles: listRoles,
  ListRoleTags: listRoleTags,
  PutRolePolicy: putRolePolicy,
  RemoveRoleFromInstanceProfile: removeRoleFromInstanceProfile,
  SimulateCustomPolicy: simulateCustomPolicy,
  SimulatePrincipalPolicy: simulatePrincipalPolicy,
  TagInstanceProfile: tagInstanceProfile,
  TagRole: tagRole,
  UntagInstanceProfile: untagInstanceProfile,
  UntagRole: untagRole,
  UpdateAssumeRolePolicy: updateAssumeRolePolicy,
};

export const service: ServiceModule<typeof iam> = { module: iam, Client: iam.IAMClient, handlers };
