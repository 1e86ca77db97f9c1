import * as sdk from "@aws-sdk/client-iam";
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Machines, makeMachines } from "../../../support/machines.ts";

const ec2Role = "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role";
const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

const makeRole = ({ iam }: Machines, RoleName = "node") =>
  iam("CreateRole", { RoleName, AssumeRolePolicyDocument: trust, Tags: [{ Key: "app", Value: "shop" }] });

/** What `assert.rejects` takes: the SDK's class and the message. */
const refusal = (kind: new (...args: never[]) => Error, message: string) => (error: Error) => {
  assert.ok(error instanceof kind, error.message);
  assert.equal(error.message, message);
  return true;
};

test("a role is given back with its policy percent-encoded", async () => {
  const machines = makeMachines();
  await makeRole(machines);
  const { Role } = await machines.iam("GetRole", { RoleName: "node" });
  assert.equal(Role?.Arn, "arn:aws:iam::123456789012:role/node");
  assert.match(Role?.RoleId ?? "", /^AROA[0-9A-F]{17}$/);
  assert.match(Role?.AssumeRolePolicyDocument ?? "", /^%7B%22Version%22/);
  assert.equal(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ""), trust);
  assert.deepEqual(Role?.Tags, [{ Key: "app", Value: "shop" }]);
});

test("the managed policies of the journey can be attached, once, and others not", async () => {
  const machines = makeMachines();
  const { iam } = machines;
  await makeRole(machines);
  for (const PolicyArn of [ec2Role, "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser", ec2Role])
    await iam("AttachRolePolicy", { RoleName: "node", PolicyArn });
  const { AttachedPolicies } = await iam("ListAttachedRolePolicies", { RoleName: "node" });
  assert.deepEqual(AttachedPolicies, [
    { PolicyName: "AmazonEC2ContainerServiceforEC2Role", PolicyArn: ec2Role },
    {
      PolicyName: "AmazonEC2ContainerRegistryPowerUser",
      PolicyArn: "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser",
    },
  ]);
  assert.equal((await iam("GetPolicy", { PolicyArn: ec2Role })).Policy?.AttachmentCount, 1);
  const PolicyArn = "arn:aws:iam::aws:policy/AmazonEC2ContainerServiceforEC2Role";
  await assert.rejects(
    iam("AttachRolePolicy", { RoleName: "node", PolicyArn }),
    refusal(sdk.NoSuchEntityException, `Policy ${PolicyArn} does not exist or is not attachable.`),
  );
  await assert.rejects(
    iam("DetachRolePolicy", { RoleName: "node", PolicyArn }),
    refusal(sdk.NoSuchEntityException, `Policy ${PolicyArn} was not found.`),
  );
});

test("a role goes when nothing hangs on it any more", async () => {
  const machines = makeMachines();
  const { iam } = machines;
  await makeRole(machines);
  await iam("AttachRolePolicy", { RoleName: "node", PolicyArn: ec2Role });
  const statement = { Effect: "Allow", Action: "logs:*", Resource: "*" };
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await iam("PutRolePolicy", { RoleName: "node", PolicyName: "logs", PolicyDocument });
  await iam("CreateInstanceProfile", { InstanceProfileName: "node" });
  await iam("AddRoleToInstanceProfile", { InstanceProfileName: "node", RoleName: "node" });
  const conflict = (what: string) =>
    assert.rejects(
      iam("DeleteRole", { RoleName: "node" }),
      refusal(sdk.DeleteConflictException, `Cannot delete entity, must ${what} first.`),
    );
  await conflict("remove roles from instance profile");
  await assert.rejects(
    iam("DeleteInstanceProfile", { InstanceProfileName: "node" }),
    refusal(sdk.DeleteConflictException, "Cannot delete entity, must remove roles from instance profile first."),
  );
  await iam("RemoveRoleFromInstanceProfile", { InstanceProfileName: "node", RoleName: "node" });
  await conflict("detach all policies");
  await iam("DetachRolePolicy", { RoleName: "node", PolicyArn: ec2Role });
  await conflict("delete policies");
  await iam("DeleteRolePolicy", { RoleName: "node", PolicyName: "logs" });
  await iam("DeleteRole", { RoleName: "node" });
  await assert.rejects(
    iam("GetRole", { RoleName: "node" }),
    refusal(sdk.NoSuchEntityException, "The role with name node cannot be found."),
  );
  await iam("DeleteInstanceProfile", { InstanceProfileName: "node" });
  await assert.rejects(
    iam("GetInstanceProfile", { InstanceProfileName: "node" }),
    refusal(sdk.NoSuchEntityException, "Instance Profile node cannot be found."),
  );
});

test("an instance profile has one role", async () => {
  const machines = makeMachines();
  const { iam } = machines;
  await makeRole(machines);
  await makeRole(machines, "other");
  await iam("CreateInstanceProfile", { InstanceProfileName: "node" });
  await iam("AddRoleToInstanceProfile", { InstanceProfileName: "node", RoleName: "node" });
  await assert.rejects(
    iam("AddRoleToInstanceProfile", { InstanceProfileName: "node", RoleName: "other" }),
    refusal(sdk.LimitExceededException, "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1"),
  );
  const { InstanceProfiles } = await iam("ListInstanceProfilesForRole", { RoleName: "node" });
  assert.deepEqual(
    InstanceProfiles?.[0]?.Roles?.map((role) => role.RoleName),
    ["node"],
  );
});

test("names are taken once and policies have a form", async () => {
  const machines = makeMachines();
  const { iam } = machines;
  await makeRole(machines);
  await assert.rejects(
    makeRole(machines),
    refusal(sdk.EntityAlreadyExistsException, "Role with name node already exists."),
  );
  const create = (AssumeRolePolicyDocument: string) => iam("CreateRole", { RoleName: "bad", AssumeRolePolicyDocument });
  await assert.rejects(create("{"), refusal(sdk.MalformedPolicyDocumentException, "This policy contains invalid Json"));
  const resource = JSON.stringify({ Statement: { ...JSON.parse(trust).Statement[0], Resource: "*" } });
  await assert.rejects(
    create(resource),
    refusal(sdk.MalformedPolicyDocumentException, "Has prohibited field Resource"),
  );
  await assert.rejects(iam("CreateRole", { RoleName: "no spaces", AssumeRolePolicyDocument: trust }), {
    code: "ValidationError",
  });
});

test("lists come in pages, with a marker", async () => {
  const machines = makeMachines();
  for (const name of ["c", "a", "b"]) await makeRole(machines, name);
  const first = await machines.iam("ListRoles", { MaxItems: 2 });
  assert.equal(first.IsTruncated, true);
  const rest = await machines.iam("ListRoles", { MaxItems: 2, Marker: first.Marker });
  assert.equal(rest.IsTruncated, false);
  const names = [...(first.Roles ?? []), ...(rest.Roles ?? [])].map((role) => role.RoleName);
  assert.deepEqual(names, ["a", "b", "c"]);
});

test("tags of roles and profiles change alone", async () => {
  const machines = makeMachines();
  const { iam } = machines;
  await makeRole(machines);
  await iam("TagRole", {
    RoleName: "node",
    Tags: [
      { Key: "app", Value: "api" },
      { Key: "team", Value: "x" },
    ],
  });
  await iam("UntagRole", { RoleName: "node", TagKeys: ["team"] });
  assert.deepEqual((await iam("ListRoleTags", { RoleName: "node" })).Tags, [{ Key: "app", Value: "api" }]);
  await iam("CreateInstanceProfile", { InstanceProfileName: "node", Tags: [{ Key: "app", Value: "shop" }] });
  const { Tags } = await iam("ListInstanceProfileTags", { InstanceProfileName: "node" });
  assert.deepEqual(Tags, [{ Key: "app", Value: "shop" }]);
});

test("a service-linked role is made once and belongs to its service", async () => {
  const { iam } = makeMachines();
  const { Role } = await iam("CreateServiceLinkedRole", { AWSServiceName: "ecs.amazonaws.com" });
  assert.equal(Role?.Path, "/aws-service-role/ecs.amazonaws.com/");
  await assert.rejects(
    iam("CreateServiceLinkedRole", { AWSServiceName: "ecs.amazonaws.com" }),
    refusal(
      sdk.InvalidInputException,
      "Service role name AWSServiceRoleForECS has been taken in this account, please try a different suffix.",
    ),
  );
  await assert.rejects(
    iam("AttachRolePolicy", { RoleName: "AWSServiceRoleForECS", PolicyArn: ec2Role }),
    (error: Error) => error instanceof sdk.UnmodifiableEntityException,
  );
});
