import type { Policy } from "@aws-sdk/client-iam";

/** AWS managed policies that the sandbox knows: path and name, what they are for. */
const known: readonly [name: string, path: string, description: string][] = [
  [
    "AmazonEC2ContainerServiceforEC2Role",
    "/service-role/",
    "Default policy for the Amazon EC2 Role for Amazon EC2 Container Service.",
  ],
  [
    "AmazonECSTaskExecutionRolePolicy",
    "/service-role/",
    "Provides access to other AWS service resources that are required to run Amazon ECS tasks",
  ],
  [
    "AmazonEC2ContainerRegistryPowerUser",
    "/",
    "Provides full access to Amazon EC2 Container Registry repositories, but does not allow repository deletion or policy changes.",
  ],
  [
    "AmazonEC2ContainerRegistryReadOnly",
    "/",
    "Provides read-only access to Amazon EC2 Container Registry repositories.",
  ],
  ["AmazonEC2ContainerRegistryPullOnly", "/", "Provides access to pull images from Amazon ECR."],
  ["AmazonEC2ContainerRegistryFullAccess", "/", "Provides administrative access to Amazon ECR resources"],
  [
    "AmazonSSMManagedInstanceCore",
    "/",
    "The policy for Amazon EC2 Role to enable AWS Systems Manager service core functionality.",
  ],
  ["CloudWatchAgentServerPolicy", "/", "Permissions required to use AmazonCloudWatchAgent on servers"],
  ["CloudWatchLogsFullAccess", "/", "Provides full access to CloudWatch Logs"],
  ["AmazonECS_FullAccess", "/", "Provides administrative access to Amazon ECS resources"],
  ["AmazonECSServiceRolePolicy", "/aws-service-role/", "Policy to enable Amazon ECS to manage your cluster."],
  ["AutoScalingServiceRolePolicy", "/aws-service-role/", "Default policy for AutoScaling Service linked role."],
  [
    "AWSApplicationAutoscalingECSServicePolicy",
    "/aws-service-role/",
    "Policy granting permissions to Application Auto Scaling to access Elastic Container Service and CloudWatch.",
  ],
  ["AdministratorAccess", "/", "Provides full access to AWS services and resources."],
  ["ReadOnlyAccess", "/", "Provides read-only access to AWS services and resources."],
];

/** When AWS made the first of them; the sandbox does not know each one's own date. */
const createdAt = new Date("2015-02-06T18:40:00Z");

/** The managed policies, without how often they are attached. */
export const managedPolicies: readonly (Policy & { Arn: string; PolicyName: string; Path: string })[] = known.map(
  ([PolicyName, Path, Description], index) => ({
    PolicyName,
    PolicyId: `ANPA${String(index + 1).padStart(17, "0")}`,
    Arn: `arn:aws:iam::aws:policy${Path}${PolicyName}`,
    Path,
    DefaultVersionId: "v1",
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: Path !== "/aws-service-role/",
    Description,
    CreateDate: createdAt,
    UpdateDate: createdAt,
  }),
);
