import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Aws } from "../../src/core/aws/aws.ts";
import { webTask } from "../support/ecs-world.ts";
import { startSandbox, type TestSandbox } from "../support/sandbox.ts";

const cluster = "shop";
const instancePolicy = "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role";

let sandbox: TestSandbox;
let aws: Aws;

before(async () => {
  sandbox = await startSandbox();
  aws = sandbox.aws();
});
after(() => sandbox.close());

async function until(what: string, condition: () => Promise<boolean>, seconds = 900): Promise<void> {
  for (let second = 0; second < seconds; second += 5) {
    if (await condition()) return;
    await sandbox.advance(5);
  }
  assert.fail(`${what} did not happen within ${seconds} s`);
}

async function readService() {
  const { services = [] } = await aws.call("ecs", "DescribeServices", { cluster, services: ["web"] });
  assert.ok(services[0]);
  return services[0];
}

async function makeGroup(): Promise<string> {
  const trust = {
    Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
  };
  const role = { RoleName: "ecsInstanceRole" };
  const profile = { InstanceProfileName: "ecsInstanceRole" };
  await aws.call("iam", "CreateRole", { ...role, AssumeRolePolicyDocument: JSON.stringify(trust) });
  await aws.call("iam", "AttachRolePolicy", { ...role, PolicyArn: instancePolicy });
  await aws.call("iam", "CreateInstanceProfile", profile);
  await aws.call("iam", "AddRoleToInstanceProfile", { ...profile, ...role });
  const UserData = Buffer.from(`#!/bin/bash\necho ECS_CLUSTER=${cluster} >> /etc/ecs/ecs.config\n`).toString("base64");
  const { Images = [] } = await aws.call("ec2", "DescribeImages", { Owners: ["amazon"] });
  await aws.call("ec2", "CreateLaunchTemplate", {
    LaunchTemplateName: "shop",
    LaunchTemplateData: {
      ImageId: Images[0]?.ImageId,
      InstanceType: "t2.small",
      IamInstanceProfile: { Name: "ecsInstanceRole" },
      UserData,
    },
  });
  const { Subnets = [] } = await aws.call("ec2", "DescribeSubnets", {});
  await aws.call("autoscaling", "CreateAutoScalingGroup", {
    AutoScalingGroupName: "shop",
    LaunchTemplate: { LaunchTemplateName: "shop", Version: "$Latest" },
    MinSize: 1,
    MaxSize: 3,
    NewInstancesProtectedFromScaleIn: true,
    VPCZoneIdentifier: Subnets.slice(0, 2)
      .map((subnet) => subnet.SubnetId)
      .join(","),
  });
  const { AutoScalingGroups = [] } = await aws.call("autoscaling", "DescribeAutoScalingGroups", {});
  return AutoScalingGroups[0]?.AutoScalingGroupARN ?? "";
}

test("a cluster of EC2 instances, through the SDK: machines register, tasks fill them, the group grows and empties", async () => {
  await aws.call("ecs", "CreateCluster", { clusterName: cluster });
  const autoScalingGroupArn = await makeGroup();
  await aws.call("ecs", "CreateCapacityProvider", {
    name: "shop-capacity",
    autoScalingGroupProvider: {
      autoScalingGroupArn,
      managedScaling: { status: "ENABLED", targetCapacity: 100 },
      managedTerminationProtection: "ENABLED",
    },
  });
  await aws.call("ecs", "PutClusterCapacityProviders", {
    cluster,
    capacityProviders: ["shop-capacity"],
    defaultCapacityProviderStrategy: [{ capacityProvider: "shop-capacity", weight: 1 }],
  });
  const hosts = async () =>
    (await aws.call("ecs", "ListContainerInstances", { cluster, status: "ACTIVE" })).containerInstanceArns?.length ?? 0;
  await until("registration", async () => (await hosts()) === 1, 120);

  await aws.call("ecs", "RegisterTaskDefinition", webTask);
  await aws.call("ecs", "CreateService", { cluster, serviceName: "web", taskDefinition: "web", desiredCount: 2 });
  await until("steady state", async () => (await readService()).runningCount === 2, 120);
  await aws.call("ecs", "UpdateService", { cluster, service: "web", desiredCount: 5 });
  // The group stands still for the first instance's warm-up of 300 s.
  await until("five tasks", async () => (await readService()).runningCount === 5, 480);
  assert.equal(await hosts(), 2);

  const { taskArns = [] } = await aws.call("ecs", "ListTasks", { cluster, serviceName: "web" });
  const { tasks = [] } = await aws.call("ecs", "DescribeTasks", { cluster, tasks: taskArns });
  assert.ok(tasks.every((task) => task.startedAt instanceof Date && task.capacityProviderName === "shop-capacity"));

  await aws.call("ecs", "UpdateService", { cluster, service: "web", desiredCount: 1 });
  await until("an empty instance to go", async () => (await hosts()) === 1, 2400);

  await aws.call("ecs", "DeleteService", { cluster, service: "web", force: true });
  await until("the service's end", async () => (await readService()).status === "INACTIVE");
  await aws.call("ecs", "PutClusterCapacityProviders", {
    cluster,
    capacityProviders: [],
    defaultCapacityProviderStrategy: [],
  });
  await sandbox.advance(15);
  await aws.call("autoscaling", "DeleteAutoScalingGroup", { AutoScalingGroupName: "shop", ForceDelete: true });
  await until("the instances' end", async () => (await hosts()) === 0, 120);
  await aws.call("ecs", "DeleteCapacityProvider", { capacityProvider: "shop-capacity" });
  const { cluster: deleted } = await aws.call("ecs", "DeleteCluster", { cluster });
  assert.equal(deleted?.status, "INACTIVE");
});

test("modelled errors arrive as the SDK's own classes", async () => {
  await assert.rejects(aws.call("ecs", "DescribeServices", { cluster: "nothing", services: ["web"] }), {
    name: "ClusterNotFoundException",
    message: "Cluster not found.",
  });
  await assert.rejects(aws.call("ecs", "DescribeTaskDefinition", { taskDefinition: "nothing" }), {
    name: "ClientException",
  });
});
