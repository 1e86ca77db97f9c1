import { roles } from "../services/iam/records.ts";
import { lastPart, type TaskDefinitionRecord } from "./records/ecs.ts";
import type { Region } from "./world.ts";

/** Why ECS cannot act as the roles of a task definition, in its own words; undefined when it can. */
export function findRoleObstacle(region: Region, definition: TaskDefinitionRecord["definition"]): string | undefined {
  for (const arn of [definition.executionRoleArn, definition.taskRoleArn]) {
    if (arn === undefined || arn === "") continue;
    const role = roles(region.world.global).get(lastPart(arn));
    if (role?.trustPolicy.includes("ecs-tasks.amazonaws.com")) continue;
    return (
      `ECS was unable to assume the role '${arn}' that was provided for this task. Please verify that the role being ` +
      "passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role."
    );
  }
  return undefined;
}
