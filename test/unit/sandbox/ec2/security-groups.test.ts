import assert from "node:assert/strict";
import { test } from "node:test";
import { imageId, type Machines, makeMachines } from "../../../support/machines.ts";

const http = { IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: "0.0.0.0/0", Description: "web" }] };

async function makeSecurityGroup({ ec2 }: Machines): Promise<string> {
  const { GroupId = "" } = await ec2("CreateSecurityGroup", { GroupName: "web", Description: "the web" });
  return GroupId;
}

test("a new group lets everything out and nothing in", async () => {
  const machines = makeMachines();
  const id = await makeSecurityGroup(machines);
  const { SecurityGroups } = await machines.ec2("DescribeSecurityGroups", { GroupIds: [id] });
  assert.deepEqual(SecurityGroups?.[0]?.IpPermissions, []);
  assert.equal(SecurityGroups?.[0]?.IpPermissionsEgress?.[0]?.IpProtocol, "-1");
  assert.equal(SecurityGroups?.[0]?.GroupName, "web");
});

test("a name is free once in a VPC", async () => {
  const machines = makeMachines();
  await makeSecurityGroup(machines);
  const { Vpcs } = await machines.ec2("DescribeVpcs", {});
  await assert.rejects(makeSecurityGroup(machines), {
    code: "InvalidGroup.Duplicate",
    message: `The security group 'web' already exists for VPC '${Vpcs?.[0]?.VpcId}'`,
  });
});

test("rules are added, described together, and taken away", async () => {
  const machines = makeMachines();
  const { ec2 } = machines;
  const GroupId = await makeSecurityGroup(machines);
  const ephemeral = { IpProtocol: "tcp", FromPort: 32768, ToPort: 60999, IpRanges: [{ CidrIp: "10.0.0.0/8" }] };
  const added = await ec2("AuthorizeSecurityGroupIngress", { GroupId, IpPermissions: [http, ephemeral] });
  assert.equal(added.SecurityGroupRules?.length, 2);
  const more = { ...http, IpRanges: [{ CidrIp: "192.0.2.0/24" }], Ipv6Ranges: [{ CidrIpv6: "::/0" }] };
  await ec2("AuthorizeSecurityGroupIngress", { GroupId, IpPermissions: [more] });
  const { SecurityGroups } = await ec2("DescribeSecurityGroups", { GroupIds: [GroupId] });
  assert.deepEqual(SecurityGroups?.[0]?.IpPermissions?.[0], {
    IpProtocol: "tcp",
    FromPort: 80,
    ToPort: 80,
    IpRanges: [
      { CidrIp: "0.0.0.0/0", Description: "web" },
      { CidrIp: "192.0.2.0/24", Description: undefined },
    ],
    Ipv6Ranges: [{ CidrIpv6: "::/0", Description: undefined }],
    PrefixListIds: [],
    UserIdGroupPairs: [],
  });
  await ec2("RevokeSecurityGroupIngress", { GroupId, IpPermissions: [more] });
  const rule = added.SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? "";
  await ec2("RevokeSecurityGroupIngress", { GroupId, SecurityGroupRuleIds: [rule] });
  const { SecurityGroupRules } = await ec2("DescribeSecurityGroupRules", {
    Filters: [{ Name: "group-id", Values: [GroupId] }],
  });
  assert.deepEqual(
    SecurityGroupRules?.filter((one) => !one.IsEgress).map((one) => [one.FromPort, one.ToPort, one.CidrIpv4]),
    [[32768, 60999, "10.0.0.0/8"]],
  );
});

test("a rule twice is refused and nothing of the request is done", async () => {
  const machines = makeMachines();
  const { ec2 } = machines;
  const GroupId = await makeSecurityGroup(machines);
  await ec2("AuthorizeSecurityGroupIngress", { GroupId, IpPermissions: [http] });
  const other = { ...http, FromPort: 443, ToPort: 443 };
  await assert.rejects(ec2("AuthorizeSecurityGroupIngress", { GroupId, IpPermissions: [other, http] }), {
    code: "InvalidPermission.Duplicate",
    message: 'the specified rule "peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW" already exists',
  });
  const { SecurityGroups } = await ec2("DescribeSecurityGroups", { GroupNames: ["web"] });
  assert.equal(SecurityGroups?.[0]?.IpPermissions?.length, 1);
});

test("bad rules and unknown groups are refused", async () => {
  const machines = makeMachines();
  const { ec2 } = machines;
  const GroupId = await makeSecurityGroup(machines);
  const authorize = (change: object) =>
    ec2("AuthorizeSecurityGroupIngress", { GroupId, IpPermissions: [{ ...http, ...change }] });
  await assert.rejects(authorize({ ToPort: 70000 }), {
    code: "InvalidParameterValue",
    message: "TCP/UDP port (70000) out of range",
  });
  await assert.rejects(authorize({ IpProtocol: "carrier-pigeon" }), { code: "InvalidPermission.Malformed" });
  await assert.rejects(authorize({ IpRanges: [{ CidrIp: "10.0.0.0" }] }), {
    code: "InvalidParameterValue",
    message: "CIDR block 10.0.0.0 is malformed",
  });
  await assert.rejects(ec2("RevokeSecurityGroupIngress", { GroupId, IpPermissions: [http] }), {
    code: "InvalidPermission.NotFound",
    message: "The specified rule does not exist in this security group.",
  });
  await assert.rejects(ec2("DescribeSecurityGroups", { GroupIds: ["sg-0123456789abcdef0"] }), {
    code: "InvalidGroup.NotFound",
    message: "The security group 'sg-0123456789abcdef0' does not exist",
  });
  await assert.rejects(ec2("DescribeSecurityGroups", { GroupIds: ["web"] }), { code: "InvalidGroupId.Malformed" });
});

test("a group cannot go before the last instance that uses it has", async () => {
  const machines = makeMachines();
  const { ec2, world } = machines;
  const GroupId = await makeSecurityGroup(machines);
  const run = await ec2("RunInstances", {
    MinCount: 1,
    MaxCount: 1,
    ImageId: imageId,
    InstanceType: "t2.small",
    SecurityGroupIds: [GroupId],
  });
  const InstanceIds = [run.Instances?.[0]?.InstanceId ?? ""];
  const violation = { code: "DependencyViolation", message: `resource ${GroupId} has a dependent object` };
  await assert.rejects(ec2("DeleteSecurityGroup", { GroupId }), violation);
  await ec2("TerminateInstances", { InstanceIds });
  world.step(10);
  await assert.rejects(ec2("DeleteSecurityGroup", { GroupId }), violation);
  world.step(5);
  await ec2("DeleteSecurityGroup", { GroupId });
  await assert.rejects(ec2("DeleteSecurityGroup", { GroupId }), { code: "InvalidGroup.NotFound" });
});

test("the default group stays", async () => {
  const { ec2 } = makeMachines();
  await assert.rejects(ec2("DeleteSecurityGroup", { GroupName: "default" }), { code: "CannotDelete" });
});
