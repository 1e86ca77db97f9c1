import assert from "node:assert/strict";
import { test } from "node:test";
import { imageId, makeMachines } from "../../../support/machines.ts";

test("every region has a default VPC with a default subnet in each zone, the same in every world", async () => {
  const [one, other] = [makeMachines("eu-west-1"), makeMachines("eu-west-1")];
  const { Vpcs } = await one.ec2("DescribeVpcs", { Filters: [{ Name: "is-default", Values: ["true"] }] });
  assert.equal(Vpcs?.length, 1);
  assert.equal(Vpcs[0]?.CidrBlock, "172.31.0.0/16");
  const filters = [{ Name: "vpc-id", Values: [Vpcs[0]?.VpcId ?? ""] }];
  const { Subnets } = await one.ec2("DescribeSubnets", { Filters: filters });
  assert.deepEqual(
    Subnets?.map((subnet) => [subnet.AvailabilityZone, subnet.AvailabilityZoneId, subnet.CidrBlock]),
    [
      ["eu-west-1a", "euw1-az1", "172.31.0.0/20"],
      ["eu-west-1b", "euw1-az2", "172.31.16.0/20"],
      ["eu-west-1c", "euw1-az3", "172.31.32.0/20"],
    ],
  );
  assert.ok(Subnets?.every((subnet) => subnet.DefaultForAz && subnet.MapPublicIpOnLaunch));
  assert.deepEqual(await other.ec2("DescribeSubnets", { Filters: filters }), { Subnets, NextToken: undefined });
});

test("lists are cut into pages that together are the whole", async () => {
  const { ec2 } = makeMachines();
  const seen: unknown[] = [];
  let token: string | undefined;
  do {
    const { Subnets, NextToken } = await ec2("DescribeSubnets", { MaxResults: 4, NextToken: token });
    seen.push(...(Subnets ?? []).map((subnet) => subnet.SubnetId));
    token = NextToken;
  } while (token);
  assert.equal(new Set(seen).size, 6);
  assert.equal(seen.length, 6);
});

test("filters take wildcards and tags, and unknown ones are refused", async () => {
  const { ec2 } = makeMachines();
  const { Subnets } = await ec2("DescribeSubnets", {});
  const id = Subnets?.[2]?.SubnetId ?? "";
  await ec2("CreateTags", { Resources: [id], Tags: [{ Key: "tier", Value: "web-1" }] });
  const byTag = await ec2("DescribeSubnets", { Filters: [{ Name: "tag:tier", Values: ["web-?", "db*"] }] });
  assert.deepEqual(
    byTag.Subnets?.map((subnet) => subnet.SubnetId),
    [id],
  );
  const byKey = await ec2("DescribeSubnets", { Filters: [{ Name: "tag-key", Values: ["tier"] }] });
  assert.equal(byKey.Subnets?.length, 1);
  const byZone = await ec2("DescribeSubnets", { Filters: [{ Name: "availability-zone", Values: ["us-east-1*"] }] });
  assert.equal(byZone.Subnets?.length, 6);
  await assert.rejects(ec2("DescribeSubnets", { Filters: [{ Name: "colour", Values: ["red"] }] }), {
    code: "InvalidParameterValue",
    message: "The filter 'colour' is invalid",
  });
});

test("what is named and does not exist is refused with EC2's codes", async () => {
  const { ec2 } = makeMachines();
  await assert.rejects(ec2("DescribeSubnets", { SubnetIds: ["subnet-00000000000000000"] }), {
    code: "InvalidSubnetID.NotFound",
    message: "The subnet ID 'subnet-00000000000000000' does not exist",
  });
  await assert.rejects(ec2("DescribeVpcs", { VpcIds: ["vpc-1"] }), { code: "InvalidVpcID.NotFound" });
});

test("tags can be written, listed and deleted; AWS's own are reserved", async () => {
  const { ec2 } = makeMachines();
  const { GroupId = "" } = await ec2("CreateSecurityGroup", {
    GroupName: "web",
    Description: "web",
    TagSpecifications: [{ ResourceType: "security-group", Tags: [{ Key: "ecsctl:app", Value: "shop" }] }],
  });
  await ec2("CreateTags", { Resources: [GroupId], Tags: [{ Key: "Name", Value: "shop" }] });
  const filter = { Filters: [{ Name: "resource-id", Values: [GroupId] }] };
  assert.deepEqual((await ec2("DescribeTags", filter)).Tags, [
    { ResourceId: GroupId, ResourceType: "security-group", Key: "ecsctl:app", Value: "shop" },
    { ResourceId: GroupId, ResourceType: "security-group", Key: "Name", Value: "shop" },
  ]);
  await ec2("DeleteTags", { Resources: [GroupId], Tags: [{ Key: "Name", Value: "other" }, { Key: "ecsctl:app" }] });
  assert.deepEqual(
    (await ec2("DescribeTags", filter)).Tags?.map((tag) => tag.Key),
    ["Name"],
  );
  await assert.rejects(ec2("CreateTags", { Resources: [GroupId], Tags: [{ Key: "aws:x", Value: "" }] }), {
    code: "InvalidParameterValue",
  });
  await assert.rejects(ec2("CreateTags", { Resources: ["sg-1"], Tags: [{ Key: "a" }] }), {
    code: "InvalidID",
    message: "The ID 'sg-1' is not valid",
  });
});

test("offerings by zone tell where a type cannot be had", async () => {
  const { ec2 } = makeMachines();
  const { InstanceTypeOfferings } = await ec2("DescribeInstanceTypeOfferings", {
    LocationType: "availability-zone",
    Filters: [{ Name: "instance-type", Values: ["t2.small"] }],
  });
  assert.deepEqual(
    InstanceTypeOfferings?.map((offering) => offering.Location),
    ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d", "us-east-1f"],
  );
  const unknown = await ec2("DescribeInstanceTypeOfferings", {
    Filters: [{ Name: "instance-type", Values: ["x9.huge"] }],
  });
  assert.deepEqual(unknown.InstanceTypeOfferings, []);
  await assert.rejects(ec2("DescribeInstanceTypes", { InstanceTypes: ["x9.huge" as "t2.small"] }), {
    code: "InvalidInstanceType",
    message: "The following supplied instance types do not exist: [x9.huge]",
  });
});

test("a dry run says that it would have succeeded and does nothing", async () => {
  const { ec2 } = makeMachines();
  await assert.rejects(ec2("CreateSecurityGroup", { GroupName: "web", Description: "web", DryRun: true }), {
    code: "DryRunOperation",
    message: "Request would have succeeded, but DryRun flag is set.",
    status: 412,
  });
  assert.equal((await ec2("DescribeSecurityGroups", {})).SecurityGroups?.length, 1);
});

test("a VPC is made, divided and taken away again, in EC2's order and words", async () => {
  const { ec2 } = makeMachines("eu-west-1");
  const code = (name: string, message: RegExp) => ({ code: name, message });
  await assert.rejects(ec2("CreateVpc", { CidrBlock: "10.0.0.0/8" }), code("InvalidVpc.Range", /'10.0.0.0\/8' is inv/));
  const { Vpc } = await ec2("CreateVpc", { CidrBlock: "10.0.0.1/24" });
  assert.deepEqual([Vpc?.CidrBlock, Vpc?.IsDefault], ["10.0.0.0/24", false]);
  const VpcId = Vpc?.VpcId ?? "";
  const add = (CidrBlock: string, AvailabilityZone?: string) =>
    ec2("CreateSubnet", { VpcId, CidrBlock, AvailabilityZone });
  const { Subnet } = await add("10.0.0.0/25");
  assert.deepEqual(
    [Subnet?.AvailabilityZone, Subnet?.AvailableIpAddressCount, Subnet?.MapPublicIpOnLaunch],
    ["eu-west-1a", 123, false],
  );
  await assert.rejects(add("10.0.0.64/26"), code("InvalidSubnet.Conflict", /conflicts with another subnet$/));
  await assert.rejects(add("10.0.1.0/28"), code("InvalidSubnet.Range", /is invalid\.$/));
  await assert.rejects(add("10.0.0.128/25", "eu-west-1z"), code("InvalidParameterValue", /zones: eu-west-1a, eu-/));
  const SubnetId = Subnet?.SubnetId ?? "";
  await ec2("ModifySubnetAttribute", { SubnetId, MapPublicIpOnLaunch: { Value: true } });
  const found = await ec2("DescribeSubnets", { Filters: [{ Name: "map-public-ip-on-launch", Values: ["true"] }] });
  assert.ok(found.Subnets?.some((one) => one.SubnetId === SubnetId));
  await assert.rejects(
    ec2("DeleteVpc", { VpcId }),
    code("DependencyViolation", /^The vpc '.*' has dependencies and cannot be deleted\.$/),
  );
  await ec2("DeleteSubnet", { SubnetId });
  await ec2("DeleteVpc", { VpcId });
  const { SecurityGroups } = await ec2("DescribeSecurityGroups", { Filters: [{ Name: "vpc-id", Values: [VpcId] }] });
  assert.deepEqual(SecurityGroups, [], "its default group went with it");
});

test("instances stay in one network, and a subnet stays under its instances", async () => {
  const machines = makeMachines();
  const { ec2 } = machines;
  const VpcId = (await ec2("CreateVpc", { CidrBlock: "10.0.0.0/16" })).Vpc?.VpcId;
  const SubnetId = (await ec2("CreateSubnet", { VpcId, CidrBlock: "10.0.0.0/24" })).Subnet?.SubnetId ?? "";
  const launch = { ImageId: imageId, InstanceType: "t2.small", MinCount: 1, MaxCount: 1, SubnetId } as const;
  const { Instances = [] } = await ec2("RunInstances", launch);
  assert.equal(Instances[0]?.VpcId, VpcId);
  const { GroupId = "" } = await ec2("CreateSecurityGroup", { GroupName: "web", Description: "web" });
  await assert.rejects(ec2("RunInstances", { ...launch, SecurityGroupIds: [GroupId] }), {
    code: "InvalidParameter",
    message: `Security group ${GroupId} and subnet ${SubnetId} belong to different networks.`,
  });
  await assert.rejects(ec2("DeleteSubnet", { SubnetId }), {
    code: "DependencyViolation",
    message: `The subnet '${SubnetId}' has dependencies and cannot be deleted.`,
  });
});

test("the default VPC can be deleted, stays so, and comes back when it is asked for", async () => {
  const { ec2 } = makeMachines();
  const { Subnets = [] } = await ec2("DescribeSubnets", {});
  for (const { SubnetId } of Subnets) await ec2("DeleteSubnet", { SubnetId });
  await ec2("DeleteVpc", { VpcId: Subnets[0]?.VpcId });
  assert.deepEqual((await ec2("DescribeVpcs", {})).Vpcs, []);
  await assert.rejects(ec2("RunInstances", { ImageId: imageId, MinCount: 1, MaxCount: 1, InstanceType: "t2.small" }), {
    code: "VPCIdNotSpecified",
    message: "No default VPC for this user",
  });
  await ec2("CreateDefaultVpc", {});
  await assert.rejects(ec2("CreateDefaultVpc", {}), { code: "DefaultVpcAlreadyExists" });
  assert.equal((await ec2("DescribeSubnets", {})).Subnets?.length, Subnets.length);
});
