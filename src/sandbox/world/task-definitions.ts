import { isWanted, services, taskDefinitions, tasks } from "./records/ecs.ts";
import type { Region } from "./world.ts";

/** Task definitions in DELETE_IN_PROGRESS go when the last task and service that use them have. */
export function forgetDefinitions(region: Region): void {
  for (const [key, { definition }] of taskDefinitions(region))
    if (definition.status === "DELETE_IN_PROGRESS" && !isUsed(region, definition.taskDefinitionArn))
      taskDefinitions(region).delete(key);
}

function isUsed(region: Region, arn: string): boolean {
  return (
    [...tasks(region).values()].some((task) => task.task.taskDefinitionArn === arn && isWanted(task)) ||
    [...services(region).values()].some((one) => one.status !== "INACTIVE" && one.taskDefinitionArn === arn)
  );
}
