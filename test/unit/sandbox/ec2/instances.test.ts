import assert from "node:assert/strict";
import { test } from "node:test";
import { instances } from "../../../../src/sandbox/world/records/ec2.ts";
import { imageId, type Machines, makeMachines, makeTemplate } from "../../../support/machines.ts";

async function run(machines: Machines, count = 1): Promise<string[]> {
  const template = { LaunchTemplateName: "web" };
  const { Instances } = await machines.ec2("RunInstances", { MinCount: 1, MaxCount: count, LaunchTemplate: template });
  return (Instances ?? []).map((instance) => instance.InstanceId ?? "");
}

async function describe({ ec2 }: Machines, id = "") {
  const { Reservations } = await ec2("DescribeInstances", { InstanceIds: [id] });
  return Reservations?.[0]?.Instances?.[0];
}

test("an instance boots in 20 seconds and ends in 15, and is forgotten after an hour", async () => {
  const machines = makeMachines();
  const { ec2, world } = machines;
  await makeTemplate(machines);
  const [id = ""] = await run(machines);
  world.step(19);
  assert.deepEqual((await describe(machines, id))?.State, { Code: 0, Name: "pending" });
  world.step(1);
  assert.deepEqual((await describe(machines, id))?.State, { Code: 16, Name: "running" });
  const ended = await ec2("TerminateInstances", { InstanceIds: [id] });
  assert.deepEqual(ended.TerminatingInstances?.[0], {
    InstanceId: id,
    PreviousState: { Code: 16, Name: "running" },
    CurrentState: { Code: 32, Name: "shutting-down" },
  });
  world.step(15);
  const gone = await describe(machines, id);
  assert.equal(gone?.State?.Name, "terminated");
  assert.equal(gone?.PublicIpAddress, undefined);
  assert.equal(gone?.StateReason?.Code, "Client.UserInitiatedShutdown");
  world.step(3600);
  await assert.rejects(describe(machines, id), { code: "InvalidInstanceID.NotFound" });
});

test("each instance has a loopback address of its own, and a freed one is used again", async () => {
  const machines = makeMachines();
  await makeTemplate(machines);
  const ids = await run(machines, 3);
  const addressOf = async (id?: string) => (await describe(machines, id))?.PublicIpAddress;
  assert.deepEqual(await Promise.all(ids.map(addressOf)), ["127.0.1.1", "127.0.1.2", "127.0.1.3"]);
  await machines.ec2("TerminateInstances", { InstanceIds: ids.slice(1, 2) });
  machines.world.step(15);
  const [again] = await run(machines);
  assert.equal(await addressOf(again), "127.0.1.2");
});

test("two regions do not share addresses", async () => {
  const machines = makeMachines();
  await makeTemplate(machines);
  await run(machines);
  const other = machines.world.region("eu-west-1");
  const { runInstances } = await import("../../../../src/sandbox/services/ec2/run-instances.ts");
  const call = { service: "EC2", operation: "RunInstances", region: other, requestId: "1", protocol: "ec2" as const };
  await runInstances({ MinCount: 1, MaxCount: 1, ImageId: imageId, InstanceType: "t3.small" }, call);
  assert.deepEqual(
    [...instances(other).values()].map((instance) => instance.address),
    ["127.0.1.2"],
  );
});

test("a launch follows its template, and the request wins over it", async () => {
  const machines = makeMachines();
  const { ec2, region } = machines;
  const role = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [role] });
  await machines.iam("CreateRole", { RoleName: "node", AssumeRolePolicyDocument });
  await machines.iam("CreateInstanceProfile", { InstanceProfileName: "node" });
  await machines.iam("AddRoleToInstanceProfile", { InstanceProfileName: "node", RoleName: "node" });
  const { GroupId = "" } = await ec2("CreateSecurityGroup", { GroupName: "web", Description: "web" });
  await ec2("CreateLaunchTemplate", {
    LaunchTemplateName: "full",
    LaunchTemplateData: {
      ImageId: imageId,
      InstanceType: "t2.micro",
      IamInstanceProfile: { Name: "node" },
      UserData: Buffer.from("#!/bin/bash\necho ECS_CLUSTER=shop").toString("base64"),
      MetadataOptions: { HttpTokens: "required", HttpPutResponseHopLimit: 1 },
      BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { VolumeSize: 40, Encrypted: true } }],
      NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: false, Groups: [GroupId] }],
      TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "app", Value: "shop" }] }],
    },
  });
  const { Instances } = await ec2("RunInstances", {
    MinCount: 1,
    MaxCount: 1,
    LaunchTemplate: { LaunchTemplateName: "full", Version: "$Latest" },
    InstanceType: "t2.small",
  });
  const [instance] = Instances ?? [];
  assert.equal(instance?.InstanceType, "t2.small");
  assert.equal(instance?.PublicIpAddress, undefined);
  assert.equal(instance?.MetadataOptions?.HttpPutResponseHopLimit, 1);
  assert.equal(instance?.IamInstanceProfile?.Arn, "arn:aws:iam::123456789012:instance-profile/node");
  assert.deepEqual(instance?.SecurityGroups, [{ GroupId, GroupName: "web" }]);
  assert.deepEqual(instance?.Tags, [{ Key: "app", Value: "shop" }]);
  const record = instances(region).get(instance?.InstanceId ?? "");
  assert.equal(record?.userData, "#!/bin/bash\necho ECS_CLUSTER=shop");
  assert.equal(record?.rootVolumeGiB, 40);
});

test("a launch that AWS would refuse is refused in its words", async () => {
  const machines = makeMachines();
  const { ec2, iam } = machines;
  const { Subnets } = await ec2("DescribeSubnets", {
    Filters: [{ Name: "availability-zone", Values: ["us-east-1e"] }],
  });
  const launch = (change: object) =>
    ec2("RunInstances", { MinCount: 1, MaxCount: 1, ImageId: imageId, InstanceType: "t2.small", ...change });
  await assert.rejects(launch({ ImageId: "ami-00000000" }), {
    code: "InvalidAMIID.NotFound",
    message: "The image id '[ami-00000000]' does not exist",
  });
  await assert.rejects(launch({ IamInstanceProfile: { Name: "nobody" } }), {
    code: "InvalidParameterValue",
    message: "Value (nobody) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name",
  });
  await iam("CreateInstanceProfile", { InstanceProfileName: "empty" });
  await assert.rejects(launch({ IamInstanceProfile: { Name: "empty" } }), {
    message: 'IAM Instance Profile "arn:aws:iam::123456789012:instance-profile/empty" has no associated IAM Roles',
  });
  await assert.rejects(launch({ SubnetId: Subnets?.[0]?.SubnetId }), {
    code: "Unsupported",
    message:
      "Your requested instance type (t2.small) is not supported in your requested Availability Zone (us-east-1e). " +
      "Please retry your request by not specifying an Availability Zone or choosing us-east-1a, us-east-1b, us-east-1c, us-east-1d, us-east-1f.",
  });
  await assert.rejects(launch({ KeyName: "mine" }), { code: "InvalidKeyPair.NotFound" });
  const small = [{ DeviceName: "/dev/xvda", Ebs: { VolumeSize: 8 } }];
  await assert.rejects(launch({ BlockDeviceMappings: small }), { code: "InvalidBlockDeviceMapping" });
  assert.deepEqual((await ec2("DescribeInstances", {})).Reservations, []);
});

test("a launch that is repeated with its token gives the same instance", async () => {
  const { ec2 } = makeMachines();
  const request = {
    MinCount: 1,
    MaxCount: 1,
    ImageId: imageId,
    InstanceType: "t2.small",
    ClientToken: "once",
  } as const;
  const [one, again] = [await ec2("RunInstances", request), await ec2("RunInstances", request)];
  assert.equal(one.Instances?.[0]?.InstanceId, again.Instances?.[0]?.InstanceId);
});

test("status checks begin with running and pass after two minutes", async () => {
  const machines = makeMachines();
  await makeTemplate(machines);
  const [id = ""] = await run(machines);
  const status = async () => (await machines.ec2("DescribeInstanceStatus", { InstanceIds: [id] })).InstanceStatuses;
  assert.deepEqual(await status(), []);
  machines.world.step(20);
  assert.equal((await status())?.[0]?.InstanceStatus?.Status, "initializing");
  machines.world.step(120);
  assert.equal((await status())?.[0]?.InstanceStatus?.Status, "ok");
});

test("a network interface goes with its instance", async () => {
  const machines = makeMachines();
  await makeTemplate(machines);
  const [id = ""] = await run(machines);
  const filter = { Filters: [{ Name: "attachment.instance-id", Values: [id] }] };
  const { NetworkInterfaces } = await machines.ec2("DescribeNetworkInterfaces", filter);
  assert.equal(NetworkInterfaces?.[0]?.Association?.PublicIp, "127.0.1.1");
  await machines.ec2("TerminateInstances", { InstanceIds: [id] });
  machines.world.step(15);
  assert.deepEqual((await machines.ec2("DescribeNetworkInterfaces", filter)).NetworkInterfaces, []);
});
