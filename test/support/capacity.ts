import type { Aws } from "../../src/core/aws/aws.ts";
import type { TestSandbox } from "./sandbox.ts";

const trust = (service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });

/** Gives a cluster of a stepped sandbox instances that have registered, one unless told, by the API alone. */
export async function addCapacity(
  sandbox: TestSandbox,
  cluster: string,
  options: { instanceType?: "t3.small" | "m5.xlarge"; size?: number; most?: number } = {},
): Promise<void> {
  const { instanceType = "t3.small", size = 1, most = size } = options;
  const aws = sandbox.aws();
  await ensureInstanceRole(aws);
  const image = await aws.call("ssm", "GetParameter", {
    Name: "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id",
  });
  const userData = Buffer.from(`#!/bin/bash\necho ECS_CLUSTER=${cluster} >> /etc/ecs/ecs.config\n`).toString("base64");
  await aws.call("ec2", "CreateLaunchTemplate", {
    LaunchTemplateName: cluster,
    LaunchTemplateData: {
      ImageId: image.Parameter?.Value,
      InstanceType: instanceType,
      IamInstanceProfile: { Name: "ecsInstanceRole" },
      UserData: userData,
    },
  });
  const { Subnets } = await aws.call("ec2", "DescribeSubnets", {});
  await aws.call("autoscaling", "CreateAutoScalingGroup", {
    AutoScalingGroupName: cluster,
    LaunchTemplate: { LaunchTemplateName: cluster, Version: "$Latest" },
    MinSize: size,
    MaxSize: most,
    NewInstancesProtectedFromScaleIn: most > size,
    DesiredCapacity: size,
    VPCZoneIdentifier: Subnets?.map(({ SubnetId }) => SubnetId).join(","),
  });
  for (let minute = 0; minute < 10; minute++) {
    await sandbox.advance(60);
    const { containerInstanceArns } = await aws.call("ecs", "ListContainerInstances", { cluster });
    if (containerInstanceArns?.length === size) return;
  }
  throw new Error("the instances did not register within ten minutes of the world's time");
}

async function ensureInstanceRole(aws: Aws): Promise<void> {
  const RoleName = "ecsInstanceRole";
  const { Roles = [] } = await aws.call("iam", "ListRoles", {});
  if (Roles.some((role) => role.RoleName === RoleName)) return;
  await aws.call("iam", "CreateRole", { RoleName, AssumeRolePolicyDocument: trust("ec2.amazonaws.com") });
  await aws.call("iam", "AttachRolePolicy", {
    RoleName,
    PolicyArn: "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role",
  });
  await aws.call("iam", "CreateInstanceProfile", { InstanceProfileName: RoleName });
  await aws.call("iam", "AddRoleToInstanceProfile", { InstanceProfileName: RoleName, RoleName });
}
