import type { Aws } from "../aws/aws.ts";
import { diffFields, diffTags } from "./diff-fields.ts";
import { isTagChange, ownerTag, type Change, type LiveParts, type Resource } from "../plan/resource.ts";
import { unlessMissing } from "../aws/missing.ts";
import {
  addPermissions,
  type Permission,
  permissionFields,
  putPermissions,
  readPermissions,
} from "./role-permissions.ts";
import { fromTags, regionTag, toUpperTags, type Tags } from "./tags.ts";

export interface RoleSpec {
  name: string;
  /** Who may use the role: `ec2.amazonaws.com`. */
  principal: string;
  /** Names or ARNs of managed policies. */
  policies: readonly string[];
  /** What it may do besides, as an inline policy; none when empty. Undefined: nobody asks what there is. */
  permissions?: readonly Permission[] | undefined;
  /** Name of that inline policy: several apps may share a role. Default: `ecsctl`. */
  policyName?: string | undefined;
  /** What that policy allowed before stays: revisions that a rollback goes back to need it. */
  keepsPermissions?: boolean | undefined;
  description: string;
  tags: Tags;
}

/** Name of the inline policy that holds `permissions`. */
const inlineName = (spec: RoleSpec): string => spec.policyName ?? "ecsctl";

const wantedPermissions = (spec: RoleSpec, live: readonly Permission[] = []): readonly Permission[] | undefined =>
  spec.keepsPermissions ? addPermissions(live, spec.permissions ?? []) : spec.permissions;

export interface RoleLive extends LiveParts {
  /** Service principals that may assume the role. */
  principals: string[];
  policies: { name: string; arn: string }[];
  permissions?: Permission[] | undefined;
  /** The trust policy as it is, to add to. */
  trust: TrustPolicy;
  outputs: { arn: string };
}

interface TrustStatement {
  Effect?: string;
  Action?: string | string[];
  Principal?: string | { Service?: string | string[]; [other: string]: unknown };
  [other: string]: unknown;
}
interface TrustPolicy {
  Version?: string;
  Statement: TrustStatement[];
}

/** AWS's policies that live under `service-role/`; all others named without a path live at the top. */
const serviceRolePolicies = new Set([
  "AmazonEC2ContainerServiceforEC2Role",
  "AmazonEC2ContainerServiceRole",
  "AmazonEC2ContainerServiceAutoscaleRole",
  "AmazonEC2ContainerServiceEventsRole",
  "AmazonECSTaskExecutionRolePolicy",
]);

const isArn = (policy: string): boolean => policy.startsWith("arn:");
const policyName = (policy: string): string => (isArn(policy) ? (policy.split("/").at(-1) ?? policy) : policy);

/** The ARN of one of AWS's managed policies by its name; an ARN stays as it is. */
export function policyArn(policy: string, region: string): string {
  if (isArn(policy)) return policy;
  const partition = region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  const path = serviceRolePolicies.has(policy) ? "service-role/" : "";
  return `arn:${partition}:iam::aws:policy/${path}${policy}`;
}

const list = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

/** IAM returns documents URL-encoded (GetRole, API reference). */
export function parseTrust(document: string | undefined): TrustPolicy {
  const parsed = JSON.parse(decodeURIComponent(document ?? "%7B%7D")) as {
    Version?: string;
    Statement?: TrustStatement | TrustStatement[];
  };
  const { Statement = [], ...rest } = parsed;
  return { ...rest, Statement: Array.isArray(Statement) ? Statement : [Statement] };
}

function trustedServices(trust: TrustPolicy): string[] {
  return trust.Statement.filter((s) => s.Effect === "Allow" && list(s.Action).includes("sts:AssumeRole")).flatMap((s) =>
    typeof s.Principal === "object" ? [...list(s.Principal.Service)] : [],
  );
}

const trustFor = (principal: string): TrustStatement => ({
  Effect: "Allow",
  Principal: { Service: principal },
  Action: "sts:AssumeRole",
});

async function read(aws: Aws, spec: RoleSpec): Promise<RoleLive | undefined> {
  const RoleName = spec.name;
  const [answer, attached, permissions] = await Promise.all([
    unlessMissing(aws.call("iam", "GetRole", { RoleName }), "NoSuchEntityException"),
    unlessMissing(
      aws.all("iam", "ListAttachedRolePolicies", { RoleName }, (page) => page.AttachedPolicies),
      "NoSuchEntityException",
    ),
    spec.permissions ? readPermissions(aws, spec.name, inlineName(spec)) : undefined,
  ]);
  const role = answer?.Role;
  if (!role) return undefined;
  const trust = parseTrust(role.AssumeRolePolicyDocument);
  return {
    principals: trustedServices(trust),
    policies: (attached ?? []).map((policy) => ({ name: policy.PolicyName ?? "", arn: policy.PolicyArn ?? "" })),
    trust,
    permissions,
    tags: fromTags(role.Tags),
    outputs: { arn: role.Arn ?? "" },
  };
}

function diffPolicies(spec: RoleSpec, live: RoleLive | undefined): Change[] {
  const wanted = spec.policies.map(policyName);
  const attached = live?.policies.map((policy) => policy.name) ?? [];
  const missing = wanted.filter((name) => !attached.includes(name));
  // What others attached to a role that is not ours stays; our own role has what ecsctl.yaml says and no more.
  const ours = live?.tags?.[ownerTag] === spec.tags[ownerTag];
  const extra = ours ? attached.filter((name) => !wanted.includes(name)) : [];
  return [
    ...missing.map((name) => ({ path: `policies[${name}]`, to: "attached" })),
    ...extra.map((name) => ({ path: `policies[${name}]`, from: "attached" })),
  ];
}

/** Of somebody else's role, only what is missing counts. */
function diffPermissions(spec: RoleSpec, live: RoleLive | undefined): Change[] {
  const ours = live?.tags?.[ownerTag] === spec.tags[ownerTag];
  if (!spec.permissions || (spec.permissions.length === 0 && !ours)) return [];
  return diffFields(
    permissionFields(wantedPermissions(spec, live?.permissions)),
    live && permissionFields(live.permissions),
  );
}

function diff(spec: RoleSpec, live: RoleLive | undefined): Change[] {
  const trusted = live && (live.principals.includes(spec.principal) ? spec.principal : live.principals.join(", "));
  return [
    ...diffFields({ trust: spec.principal }, live && { trust: trusted }),
    ...diffPolicies(spec, live),
    ...diffPermissions(spec, live),
    ...diffTags(spec.tags, live?.tags),
  ];
}

async function attach(aws: Aws, spec: RoleSpec, live: RoleLive | undefined): Promise<void> {
  for (const change of diffPolicies(spec, live)) {
    const name = /\[(.*)\]/.exec(change.path)?.[1];
    const wanted = spec.policies.find((policy) => policyName(policy) === name);
    const attached = live?.policies.find((policy) => policy.name === name);
    if (wanted && change.to)
      await aws.call("iam", "AttachRolePolicy", { RoleName: spec.name, PolicyArn: policyArn(wanted, aws.region) });
    else if (attached) await aws.call("iam", "DetachRolePolicy", { RoleName: spec.name, PolicyArn: attached.arn });
  }
}

async function create(aws: Aws, spec: RoleSpec): Promise<RoleLive> {
  const document = JSON.stringify({ Version: "2012-10-17", Statement: [trustFor(spec.principal)] });
  const made = await aws.call("iam", "CreateRole", {
    RoleName: spec.name,
    AssumeRolePolicyDocument: document,
    Description: spec.description,
    Tags: toUpperTags({ ...spec.tags, [regionTag]: aws.region }),
  });
  await attach(aws, spec, undefined);
  if (spec.permissions?.length) await putPermissions(aws, spec.name, inlineName(spec), spec.permissions);
  return {
    principals: [spec.principal],
    policies: spec.policies.map((policy) => ({ name: policyName(policy), arn: policyArn(policy, aws.region) })),
    trust: parseTrust(encodeURIComponent(document)),
    tags: spec.tags,
    outputs: { arn: made.Role?.Arn ?? "" },
  };
}

async function update(aws: Aws, spec: RoleSpec, live: RoleLive, changes: readonly Change[]): Promise<RoleLive> {
  if (changes.some((change) => change.path === "trust")) {
    const trust = { ...live.trust, Statement: [...live.trust.Statement, trustFor(spec.principal)] };
    await aws.call("iam", "UpdateAssumeRolePolicy", { RoleName: spec.name, PolicyDocument: JSON.stringify(trust) });
  }
  await attach(aws, spec, live);
  if (changes.some((change) => change.path === "permissions"))
    await putPermissions(aws, spec.name, inlineName(spec), wantedPermissions(spec, live.permissions));
  if (changes.some(isTagChange))
    await aws.call("iam", "TagRole", { RoleName: spec.name, Tags: toUpperTags(spec.tags) });
  return live;
}

/** IAM deletes a role only when nothing hangs on it (DeleteRole, API reference). */
async function remove(aws: Aws, spec: RoleSpec, live: RoleLive): Promise<void> {
  const RoleName = spec.name;
  const gone = "NoSuchEntityException";
  for (const { arn } of live.policies)
    await unlessMissing(aws.call("iam", "DetachRolePolicy", { RoleName, PolicyArn: arn }), gone);
  const inline = await unlessMissing(
    aws.all("iam", "ListRolePolicies", { RoleName }, (page) => page.PolicyNames),
    gone,
  );
  for (const PolicyName of inline ?? [])
    await unlessMissing(aws.call("iam", "DeleteRolePolicy", { RoleName, PolicyName }), gone);
  await unlessMissing(aws.call("iam", "DeleteRole", { RoleName }), gone);
}

/** An IAM role with managed policies and a service that may assume it. */
export const iamRole: Resource<RoleSpec, RoleLive> = {
  kind: "iam-role",
  read,
  diff,
  create,
  update,
  delete: remove,
  passing: (error) => ["ConcurrentModificationException", "EntityAlreadyExistsException"].includes(error.name),
};
