import * as autoscaling from "@aws-sdk/client-auto-scaling";
import * as ec2 from "@aws-sdk/client-ec2";
import * as iam from "@aws-sdk/client-iam";
import assert from "node:assert/strict";
import { connect, createServer } from "node:net";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { imageId } from "../support/machines.ts";
import { fakeCredentials, startSandbox, type TestSandbox } from "../support/sandbox.ts";

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const userData = "#!/bin/bash\necho ECS_CLUSTER=shop >> /etc/ecs/ecs.config\n";
const AutoScalingGroupName = "shop";

describe("machines through the SDK's own clients", () => {
  let sandbox: TestSandbox;
  let ec2Client: ec2.EC2Client;
  let groupClient: autoscaling.AutoScalingClient;
  let iamClient: iam.IAMClient;
  before(async () => {
    sandbox = await startSandbox();
    const settings = { endpoint: sandbox.url, region: "us-east-1", credentials: fakeCredentials };
    ec2Client = new ec2.EC2Client(settings);
    groupClient = new autoscaling.AutoScalingClient(settings);
    iamClient = new iam.IAMClient(settings);
  });
  after(() => sandbox.close());

  it("makes the role that instances have", async () => {
    const RoleName = "node";
    const { Role } = await iamClient.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
    assert.deepEqual(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")), JSON.parse(trust));
    await iamClient.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName: "node" }));
    await iamClient.send(new iam.AddRoleToInstanceProfileCommand({ InstanceProfileName: "node", RoleName }));
    const twice = iamClient.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
    await assert.rejects(twice, (error: Error) => error instanceof iam.EntityAlreadyExistsException);
    const missing = iamClient.send(new iam.GetRoleCommand({ RoleName: "none" }));
    await assert.rejects(missing, {
      name: "NoSuchEntityException",
      message: "The role with name none cannot be found.",
    });
  });

  it("makes a security group with its rules and a launch template with everything in it", async () => {
    const { GroupId = "" } = await ec2Client.send(
      new ec2.CreateSecurityGroupCommand({
        GroupName: "shop",
        Description: "shop",
        TagSpecifications: [{ ResourceType: "security-group", Tags: [{ Key: "ecsctl:app", Value: "shop" }] }],
      }),
    );
    const IpPermissions = [{ IpProtocol: "tcp", FromPort: 32768, ToPort: 60999, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }];
    await ec2Client.send(new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    const again = ec2Client.send(new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    await assert.rejects(again, { name: "InvalidPermission.Duplicate" });
    const LaunchTemplateData: ec2.RequestLaunchTemplateData = {
      ImageId: imageId,
      InstanceType: "t2.small",
      IamInstanceProfile: { Name: "node" },
      UserData: Buffer.from(userData).toString("base64"),
      MetadataOptions: { HttpTokens: "required" },
      BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { VolumeSize: 30, VolumeType: "gp3", Encrypted: true } }],
      NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: true, Groups: [GroupId] }],
      TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "Name", Value: "shop" }] }],
    };
    await ec2Client.send(new ec2.CreateLaunchTemplateCommand({ LaunchTemplateName: "shop", LaunchTemplateData }));
    const { LaunchTemplateVersions } = await ec2Client.send(
      new ec2.DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName: "shop", Versions: ["$Latest"] }),
    );
    assert.deepEqual(LaunchTemplateVersions?.[0]?.LaunchTemplateData, LaunchTemplateData);
  });

  it("runs a group of them to the end", async () => {
    const zones = ["us-east-1a", "us-east-1b"];
    const { Subnets } = await ec2Client.send(
      new ec2.DescribeSubnetsCommand({ Filters: [{ Name: "availability-zone", Values: zones }] }),
    );
    await groupClient.send(
      new autoscaling.CreateAutoScalingGroupCommand({
        AutoScalingGroupName,
        MinSize: 1,
        MaxSize: 3,
        LaunchTemplate: { LaunchTemplateName: "shop", Version: "$Latest" },
        VPCZoneIdentifier: Subnets?.map((subnet) => subnet.SubnetId).join(","),
        Tags: [{ Key: "AmazonECSManaged", Value: "", PropagateAtLaunch: true, ResourceId: "shop" }],
      }),
    );
    await sandbox.advance(25);
    const { AutoScalingGroups } = await groupClient.send(new autoscaling.DescribeAutoScalingGroupsCommand({}));
    const [group] = AutoScalingGroups ?? [];
    assert.equal(group?.Instances?.[0]?.LifecycleState, "InService");
    assert.deepEqual(group?.Tags?.[0], {
      Key: "AmazonECSManaged",
      Value: "",
      PropagateAtLaunch: true,
      ResourceId: "shop",
      ResourceType: "auto-scaling-group",
    });
    const { Reservations } = await ec2Client.send(
      new ec2.DescribeInstancesCommand({ Filters: [{ Name: "instance-state-name", Values: ["running"] }] }),
    );
    const [instance] = Reservations?.[0]?.Instances ?? [];
    assert.equal(instance?.InstanceId, group?.Instances?.[0]?.InstanceId);
    await answersAt(instance?.PublicIpAddress ?? "");
    const { Activities } = await groupClient.send(new autoscaling.DescribeScalingActivitiesCommand({}));
    assert.equal(Activities?.[0]?.StatusCode, "Successful");
  });

  it("takes everything away again", async () => {
    const remove = { AutoScalingGroupName };
    const busy = groupClient.send(new autoscaling.DeleteAutoScalingGroupCommand(remove));
    await assert.rejects(busy, (error: Error) => error instanceof autoscaling.ResourceInUseFault);
    await groupClient.send(new autoscaling.DeleteAutoScalingGroupCommand({ ...remove, ForceDelete: true }));
    await sandbox.advance(20);
    const { AutoScalingGroups } = await groupClient.send(new autoscaling.DescribeAutoScalingGroupsCommand({}));
    assert.deepEqual(AutoScalingGroups, []);
    await ec2Client.send(new ec2.DeleteLaunchTemplateCommand({ LaunchTemplateName: "shop" }));
    await ec2Client.send(new ec2.DeleteSecurityGroupCommand({ GroupName: "shop" }));
    const gone = ec2Client.send(new ec2.DescribeLaunchTemplatesCommand({ LaunchTemplateNames: ["shop"] }));
    await assert.rejects(gone, { name: "InvalidLaunchTemplateName.NotFoundException" });
  });
});

/** A server can listen, and be reached, at an instance's address. */
async function answersAt(address: string): Promise<void> {
  const server = createServer((socket) => socket.end());
  server.listen(0, address);
  await once(server, "listening");
  const bound = server.address();
  assert.ok(bound !== null && typeof bound === "object");
  await once(connect(bound.port, address), "connect");
  server.close();
}
