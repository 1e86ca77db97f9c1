import { roles } from "../services/iam/records.ts";
import { lastPart, type TaskDefinitionRecord } from "./records/ecs.ts";
import { accountId, type Region } from "./world.ts";

/** Managed policies that allow to pull from ECR. */
const pullPolicies = /\/(AmazonECSTaskExecutionRolePolicy|AmazonEC2ContainerRegistry\w+|AdministratorAccess)$/;
const inlinePull = /"(\*|ecr:\*|ecr:GetAuthorizationToken)"/;

/** Fargate looks for its permission before it pulls (Resolve Amazon ECS ResourceInitializationError errors). */
const onFargate =
  "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: " +
  "unable to retrieve ecr registry auth: service call has been retried 1 time(s):";

/**
 * Why the agent may not pull the task's images from ECR, in its words; undefined when it may. Only asked for a role that
 * exists: with the execution role (Amazon ECS task execution IAM role, ECS developer guide).
 */
export function findPullObstacle(
  region: Region,
  definition: TaskDefinitionRecord["definition"],
  { id, launchType }: { id: string; launchType: string | undefined },
): string | undefined {
  const own = `${region.world.endpoint()}/`;
  const role = roles(region.world.global).get(lastPart(definition.executionRoleArn ?? ""));
  if (!role || !definition.containerDefinitions?.some(({ image }) => image?.startsWith(own))) return undefined;
  const may =
    role.attached.some((arn) => pullPolicies.test(arn)) ||
    Object.values(role.inline).some((text) => inlinePull.test(text));
  if (may) return undefined;
  const denied =
    `AccessDeniedException: User: arn:aws:sts::${accountId}:assumed-role/${role.name}/${id} is not authorized to perform: ` +
    "ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action";
  return launchType === "FARGATE" ? `${onFargate} ${denied}` : `CannotPullECRContainerError: ${denied}`;
}
