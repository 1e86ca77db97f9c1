import { Aws } from "../src/core/aws/aws.ts";

/** Everything in an account that a journey could have left: one line a thing. Does not rely on ecsctl's own destroy. */
export async function listAccount(endpoint: string, region = "us-east-1"): Promise<string[]> {
  const aws = new Aws({ region, endpoint, credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" } });
  const kinds: Record<string, () => Promise<(string | undefined)[]>> = {
    definition: () => aws.all("ecs", "ListTaskDefinitions", { status: "ACTIVE" }, (page) => page.taskDefinitionArns),
    repository: () =>
      aws.all("ecr", "DescribeRepositories", {}, (page) => page.repositories?.map((one) => one.repositoryName)),
    role: () =>
      aws.all("iam", "ListRoles", {}, (page) =>
        page.Roles?.filter((one) => !one.Path?.startsWith("/aws-service-role/")).map((one) => one.RoleName),
      ),
    profile: () =>
      aws.all("iam", "ListInstanceProfiles", {}, (page) =>
        page.InstanceProfiles?.map((one) => one.InstanceProfileName),
      ),
    group: () =>
      aws.all("autoscaling", "DescribeAutoScalingGroups", {}, (page) =>
        page.AutoScalingGroups?.map((one) => one.AutoScalingGroupName),
      ),
    template: () =>
      aws.all("ec2", "DescribeLaunchTemplates", {}, (page) =>
        page.LaunchTemplates?.map((one) => one.LaunchTemplateName),
      ),
    firewall: () =>
      aws.all("ec2", "DescribeSecurityGroups", {}, (page) =>
        page.SecurityGroups?.filter((one) => one.GroupName !== "default").map((one) => one.GroupName),
      ),
    instance: () =>
      aws.all("ec2", "DescribeInstances", {}, (page) =>
        page.Reservations?.flatMap((one) => one.Instances ?? [])
          .filter((one) => one.State?.Name !== "terminated")
          .map((one) => one.InstanceId),
      ),
    target: () =>
      aws.all("application-autoscaling", "DescribeScalableTargets", { ServiceNamespace: "ecs" }, (page) =>
        page.ScalableTargets?.map((one) => one.ResourceId),
      ),
    alarm: () => aws.all("cloudwatch", "DescribeAlarms", {}, (page) => page.MetricAlarms?.map((one) => one.AlarmName)),
    logs: () => aws.all("logs", "DescribeLogGroups", {}, (page) => page.logGroups?.map((one) => one.logGroupName)),
    provider: async () => {
      const { capacityProviders = [] } = await aws.call("ecs", "DescribeCapacityProviders", {});
      return capacityProviders
        .filter((one) => one.status === "ACTIVE" && !one.name?.startsWith("FARGATE"))
        .map((one) => one.name);
    },
  };
  const lists = await Promise.all(
    Object.entries(kinds).map(async ([kind, list]) => (await list()).map((name) => `${kind} ${name}`)),
  );
  return lists.flat();
}
