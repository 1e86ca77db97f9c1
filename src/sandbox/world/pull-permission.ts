import { roles } from "../services/iam/records.ts";
import { lastPart, type TaskDefinitionRecord } from "./records/ecs.ts";
import { accountId, type Region } from "./world.ts";

/** Managed policies that allow to pull from ECR. */
const pullPolicies = /\/(AmazonECSTaskExecutionRolePolicy|AmazonEC2ContainerRegistry\w+|AdministratorAccess)$/;
const inlinePull = /"(\*|ecr:\*|ecr:GetAuthorizationToken)"/;

/**
 * Why the agent may not pull the task's images from ECR, in its words; undefined when it may. Only asked for a role that
 * exists: with the execution role (Amazon ECS task execution IAM role, ECS developer guide).
 */
export function findPullObstacle(
  region: Region,
  definition: TaskDefinitionRecord["definition"],
  taskId: string,
): string | undefined {
  const own = `${region.world.endpoint()}/`;
  const role = roles(region.world.global).get(lastPart(definition.executionRoleArn ?? ""));
  if (!role || !definition.containerDefinitions?.some(({ image }) => image?.startsWith(own))) return undefined;
  const may =
    role.attached.some((arn) => pullPolicies.test(arn)) ||
    Object.values(role.inline).some((text) => inlinePull.test(text));
  if (may) return undefined;
  return (
    "CannotPullECRContainerError: AccessDeniedException: " +
    `User: arn:aws:sts::${accountId}:assumed-role/${role.name}/${taskId} is not authorized to perform: ` +
    "ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action"
  );
}
