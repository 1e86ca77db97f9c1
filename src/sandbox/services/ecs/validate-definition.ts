import type { ContainerDefinition, RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import { clientError } from "./errors.ts";

type Request = RegisterTaskDefinitionRequest;

/** Memory in MiB that Fargate offers for each number of CPU units: smallest, largest, step (AWS: "Task CPU and memory"). */
const fargateSizes: Record<string, { sizes?: number[]; from?: number; to?: number; step?: number }> = {
  "256": { sizes: [512, 1024, 2048] },
  "512": { from: 1024, to: 4096, step: 1024 },
  "1024": { from: 2048, to: 8192, step: 1024 },
  "2048": { from: 4096, to: 16_384, step: 1024 },
  "4096": { from: 8192, to: 30_720, step: 1024 },
  "8192": { from: 16_384, to: 61_440, step: 4096 },
  "16384": { from: 32_768, to: 122_880, step: 8192 },
};

/** Refuses what AWS refuses, with a ClientException in its words. `cpu` and `memory` are normalized to plain numbers. */
export function validateDefinition(input: Request): void {
  const containers = input.containerDefinitions ?? [];
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(input.family ?? ""))
    throw clientError(
      "Family contains invalid characters. Up to 255 letters, numbers, hyphens and underscores are allowed.",
    );
  if (containers.length === 0) throw clientError("Container list cannot be empty.");
  validateSizes(input);
  for (const container of containers) validateContainer(input, container);
  const names = containers.map((container) => container.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw clientError(`Container.name must be unique: '${twice}' is used more than once.`);
  if (!containers.some((container) => container.essential !== false))
    throw clientError("Task definition must contain at least one essential container.");
  validatePorts(input, containers);
  for (const container of containers) {
    validateSecrets(input, container);
    validateHealthCheck(container);
  }
  if (input.requiresCompatibilities?.includes("FARGATE")) validateFargate(input, containers);
}

const guide = "For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.";

function validateSizes(input: Request): void {
  const number = (text: string) => (/^\d+$/.test(text) ? Number(text) : NaN);
  const cpu = number(input.cpu ?? "128");
  const onFargate = input.requiresCompatibilities?.includes("FARGATE") ?? false;
  if (Number.isNaN(cpu) || (!onFargate && (cpu < 128 || cpu > 196_608)))
    throw clientError(`Invalid 'cpu' setting for task. ${guide}`);
  if (!(number(input.memory ?? "4") >= 4)) throw clientError(`Invalid 'memory' setting for task. ${guide}`);
}

function validateContainer(input: Request, container: ContainerDefinition): void {
  const name = container.name ?? "";
  if (name === "") throw clientError("Container.name should not be null or empty.");
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw clientError("Container.name contains invalid characters.");
  if (!container.image) throw clientError("Container.image should not be null or empty.");
  if (!/^[\w./:@-]+$/.test(container.image)) throw clientError("Container.image contains invalid characters.");
  const { memory, memoryReservation } = container;
  if (input.memory === undefined && memory === undefined && memoryReservation === undefined)
    throw clientError(
      `Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    );
  if (memory !== undefined && memory < 6)
    throw clientError(`Invalid setting for container '${name}'. 'memory' must be at least 6.`);
  if (memory !== undefined && memoryReservation !== undefined && memoryReservation > memory)
    throw clientError(
      `Invalid setting for container '${name}'. 'memory' must be greater than or equal to 'memoryReservation'.`,
    );
  if (input.memory !== undefined && (memory ?? memoryReservation ?? 0) > Number(input.memory))
    throw clientError("The 'memory' setting for container is greater than for the task.");
  if (input.cpu !== undefined && (container.cpu ?? 0) > Number(input.cpu))
    throw clientError("The 'cpu' setting for container is greater than for the task.");
  if (container.logConfiguration?.logDriver === "awslogs" && !container.logConfiguration.options?.["awslogs-group"])
    throw clientError("Log driver awslogs requires options: awslogs-group");
  if (container.logConfiguration?.logDriver === "awslogs" && !container.logConfiguration.options?.["awslogs-region"])
    throw clientError("Log driver awslogs requires options: awslogs-region");
}

function validateSecrets(input: Request, { secrets = [], environment = [] }: ContainerDefinition): void {
  if (secrets.length === 0) return;
  if (!input.executionRoleArn)
    throw clientError(
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    );
  if (secrets.some((secret) => !secret.valueFrom)) throw clientError("Secret.valueFrom should not be null or empty.");
  const names = [...environment.map((pair) => pair.name), ...secrets.map((secret) => secret.name)];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw clientError(
      `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${twice}'`,
    );
}

/** Ranges of `HealthCheck`, ECS API reference. */
const healthRanges = { interval: [5, 300], timeout: [2, 60], retries: [1, 10], startPeriod: [0, 300] } as const;

function validateHealthCheck({ healthCheck, name }: ContainerDefinition): void {
  if (!healthCheck) return;
  const [kind = "", ...words] = healthCheck.command ?? [];
  if (!["CMD", "CMD-SHELL", "NONE"].includes(kind) || (kind !== "NONE" && words.length === 0))
    throw clientError(`Container '${name}': healthCheck.command must begin with CMD or CMD-SHELL and name a command.`);
  for (const key of ["interval", "timeout", "retries", "startPeriod"] as const) {
    const [from, to] = healthRanges[key];
    const value = healthCheck[key];
    if (value !== undefined && (value < from || value > to))
      throw clientError(`Container '${name}': healthCheck.${key} must be between ${from} and ${to}.`);
  }
}

function validatePorts(input: Request, containers: readonly ContainerDefinition[]): void {
  const used = new Set<string>();
  const alone = input.networkMode === "host" || input.networkMode === "awsvpc";
  for (const container of containers)
    for (const { containerPort = 0, hostPort = 0, protocol = "tcp" } of container.portMappings ?? []) {
      if (alone && hostPort !== 0 && hostPort !== containerPort)
        throw clientError(
          `When networkMode=${input.networkMode}, the host ports and container ports in port mappings must match.`,
        );
      const port = alone ? containerPort : hostPort;
      if (input.networkMode === "none") throw clientError("Port mappings are not allowed when networkMode=none.");
      const key = `${port}/${protocol}`;
      if (port !== 0 && used.has(key))
        throw clientError(`Port mapping conflict: host port ${port} (${protocol}) is used more than once.`);
      used.add(key);
    }
}

function validateFargate(input: Request, containers: readonly ContainerDefinition[]): void {
  if (input.networkMode !== "awsvpc") throw clientError("Fargate only supports network mode ‘awsvpc’.");
  if (input.cpu === undefined) throw clientError("Fargate requires that 'cpu' be defined at the task level.");
  if (input.memory === undefined) throw clientError("Fargate requires that 'memory' be defined at the task level.");
  const memory = Number(input.memory);
  const size = fargateSizes[input.cpu];
  const fits =
    size?.sizes?.includes(memory) ??
    (size !== undefined &&
      memory >= (size.from ?? 0) &&
      memory <= (size.to ?? 0) &&
      (memory - (size.from ?? 0)) % (size.step ?? 1) === 0);
  if (!fits)
    throw clientError(
      `No Fargate configuration exists for given values: ${input.cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`,
    );
  const ecr = containers.some((one) => /\.dkr\.ecr\./.test(one.image ?? ""));
  const logs = containers.some((one) => one.logConfiguration?.logDriver === "awslogs");
  if (!input.executionRoleArn && ecr)
    throw clientError("Fargate requires task definition to have execution role ARN to support ECR images.");
  if (!input.executionRoleArn && logs)
    throw clientError("Fargate requires task definition to have execution role ARN to support log driver awslogs.");
}
