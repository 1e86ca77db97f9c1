import type { LoadBalancer } from "@aws-sdk/client-ecs";
import { balancersOf, targetGroups } from "../../world/records/elb.ts";
import type { TaskDefinitionRecord } from "../../world/records/ecs.ts";
import type { Region } from "../../world/world.ts";
import { invalidParameter } from "./errors.ts";

/** Refuses target groups, containers and ports that do not go together, in AWS's words. */
export function checkLoadBalancers(
  region: Region,
  definition: TaskDefinitionRecord["definition"],
  input: { loadBalancers?: LoadBalancer[] | undefined; healthCheckGracePeriodSeconds?: number | undefined },
): void {
  const asked = input.loadBalancers ?? [];
  if (asked.length === 0 && input.healthCheckGracePeriodSeconds && input.loadBalancers !== undefined)
    throw invalidParameter("Health check grace period is only valid for services configured to use load balancers");
  for (const one of asked) checkLoadBalancer(region, definition, one);
}

function checkLoadBalancer(region: Region, definition: TaskDefinitionRecord["definition"], one: LoadBalancer): void {
  const { targetGroupArn: arn, containerName, containerPort } = one;
  if (arn === undefined) throw invalidParameter("The sandbox has no classic load balancers: name a targetGroupArn.");
  const container = definition.containerDefinitions?.find(({ name }) => name === containerName);
  if (!container) throw invalidParameter(`The container ${containerName} does not exist in the task definition.`);
  if (!container.portMappings?.some((mapping) => mapping.containerPort === containerPort))
    throw invalidParameter(`The container ${containerName} did not have a container port ${containerPort} defined.`);
  const group = targetGroups(region).get(arn);
  if (!group) throw invalidParameter(`The specified target group does not exist. Target group: ${arn}`);
  const own = definition.networkMode === "awsvpc";
  if (own && group.targetType === "instance")
    throw invalidParameter(
      `The provided target group ${arn} has target type instance, which is incompatible with the awsvpc network mode specified in the task definition.`,
    );
  if (!own && group.targetType === "ip")
    throw invalidParameter(
      `The provided target group ${arn} has target type ip, which is incompatible with the ${definition.networkMode ?? "bridge"} network mode specified in the task definition.`,
    );
  if (balancersOf(region, arn).length === 0)
    throw invalidParameter(`The target group with targetGroupArn ${arn} does not have an associated load balancer.`);
}
