import type * as ecs from "@aws-sdk/client-ecs";
import type { ContainerDefinition, RegisterTaskDefinitionRequest, TaskDefinition } from "@aws-sdk/client-ecs";
import type { Handler } from "../../wire/api.ts";
import { accountId, type Region } from "../../world/world.ts";
import { taskDefinitions, type TaskDefinitionRecord } from "../../world/records/ecs.ts";
import { validateDefinition } from "./validate-definition.ts";

/** `1 vCPU` and `2 GB` become `1024` and `2048`, as ECS stores them. */
function plainNumber(text: string | undefined, unit: RegExp): string | undefined {
  const match = unit.exec(text ?? "");
  return match ? String(Math.round(Number(match[1]) * 1024)) : text;
}

export const registerTaskDefinition: Handler<typeof ecs, "RegisterTaskDefinition"> = (input, { region }) => {
  const request = {
    ...input,
    cpu: plainNumber(input.cpu, /^([\d.]+)\s*vcpus?$/i),
    memory: plainNumber(input.memory, /^([\d.]+)\s*gb$/i),
  };
  validateDefinition(request);
  const family = request.family ?? "";
  const series = region.table<{ revision: number }>("ecs/families");
  const revision = (series.get(family)?.revision ?? 0) + 1;
  series.set(family, { revision });
  const record: TaskDefinitionRecord = {
    definition: complete(region, request, family, revision),
    tags: input.tags ?? [],
  };
  taskDefinitions(region).set(`${family}:${revision}`, record);
  return { taskDefinition: record.definition, tags: record.tags };
};

function complete(
  region: Region,
  request: RegisterTaskDefinitionRequest,
  family: string,
  revision: number,
): TaskDefinitionRecord["definition"] {
  const { tags: _tags, ...rest } = request;
  const networkMode = request.networkMode ?? "bridge";
  return {
    ...rest,
    taskDefinitionArn: region.arn("ecs", `task-definition/${family}:${revision}`),
    family,
    revision,
    networkMode: request.networkMode,
    containerDefinitions: (request.containerDefinitions ?? []).map((container) =>
      completeContainer(container, networkMode),
    ),
    status: "ACTIVE",
    volumes: request.volumes ?? [],
    placementConstraints: request.placementConstraints ?? [],
    requiresAttributes: requiredAttributes(request),
    compatibilities: compatibilities(request, networkMode),
    registeredAt: region.world.clock.date(),
    registeredBy: `arn:aws:iam::${accountId}:root`,
  };
}

function completeContainer(container: ContainerDefinition, networkMode: string): ContainerDefinition {
  const same = networkMode === "host" || networkMode === "awsvpc";
  return {
    ...container,
    cpu: container.cpu ?? 0,
    essential: container.essential ?? true,
    environment: container.environment ?? [],
    mountPoints: container.mountPoints ?? [],
    volumesFrom: container.volumesFrom ?? [],
    systemControls: container.systemControls ?? [],
    portMappings: (container.portMappings ?? []).map((mapping) => ({
      ...mapping,
      hostPort: mapping.hostPort ?? (same ? mapping.containerPort : 0),
      protocol: mapping.protocol ?? "tcp",
    })),
  };
}

function requiredAttributes(request: RegisterTaskDefinitionRequest) {
  const containers = request.containerDefinitions ?? [];
  const names = new Set<string>();
  if (containers.some((one) => one.logConfiguration?.logDriver === "awslogs")) {
    names.add("com.amazonaws.ecs.capability.logging-driver.awslogs");
    if (request.executionRoleArn) names.add("ecs.capability.execution-role-awslogs");
  }
  if (containers.some((one) => (one.image ?? "").includes("."))) {
    names.add("com.amazonaws.ecs.capability.ecr-auth");
    if (request.executionRoleArn) names.add("ecs.capability.execution-role-ecr-pull");
  }
  return [...names].map((name) => ({ name }));
}

function compatibilities(
  request: RegisterTaskDefinitionRequest,
  mode: string,
): NonNullable<TaskDefinition["compatibilities"]> {
  const fargate = mode === "awsvpc" && request.cpu !== undefined && request.memory !== undefined;
  return fargate ? ["EC2", "FARGATE"] : ["EXTERNAL", "EC2"];
}
