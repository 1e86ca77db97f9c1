import type { Container, ContainerDefinition, NetworkBinding } from "@aws-sdk/client-ecs";
import { logGroupExists } from "./logs.ts";
import { tasksOn, usageOf } from "./placement.ts";
import { logGroups } from "./records/logs.ts";
import { containerInstances, type ContainerInstanceRecord, definitionOf, type TaskRecord } from "./records/ecs.ts";
import { type StartSpec, startContainers } from "./task-handles.ts";
import type { Region } from "./world.ts";

/** Linux's ephemeral range on Amazon Linux 2023, from which Docker takes dynamic host ports. */
const firstPort = 32768;
const lastPort = 60999;

/** `awslogs-create-group`: the log driver makes the group before its first stream. */
function createLogGroups(region: Region, record: TaskRecord): void {
  for (const { logConfiguration } of containersOf(region, record)) {
    const options = logConfiguration?.options ?? {};
    const logRegion = region.world.region(options["awslogs-region"] ?? region.name);
    const name = options["awslogs-group"];
    if (options["awslogs-create-group"] !== "true" || name === undefined || logGroupExists(logRegion, name)) continue;
    const createdAt = Math.floor(region.world.clock.now());
    logGroups(logRegion).set(name, { name, createdAt, tags: {}, streams: {}, events: [], eventCount: 0 });
  }
}

/** Why no container of the task can start, in the words of Docker's awslogs driver; undefined when they can. */
export function findStartObstacle(region: Region, record: TaskRecord): string | undefined {
  for (const container of containersOf(region, record)) {
    const { logDriver, options } = container.logConfiguration ?? {};
    if (logDriver !== "awslogs" || options?.["awslogs-create-group"] === "true") continue;
    const logRegion = region.world.region(options?.["awslogs-region"] ?? region.name);
    if (!logGroupExists(logRegion, options?.["awslogs-group"] ?? ""))
      return (
        "CannotStartContainerError: Error response from daemon: failed to initialize logging driver: " +
        "failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist."
      );
  }
  return undefined;
}

export function containersOf(region: Region, record: TaskRecord): ContainerDefinition[] {
  return definitionOf(region, record.task.taskDefinitionArn)?.definition.containerDefinitions ?? [];
}

/** Gives the task its host ports (unless it has them from before a restart) and starts its containers. */
export function launchTask(region: Region, record: TaskRecord): void {
  const instance = containerInstances(region).get(record.containerInstanceId ?? "");
  if (!instance) return;
  const mode = definitionOf(region, record.task.taskDefinitionArn)?.definition.networkMode ?? "bridge";
  const specs: StartSpec[] = [];
  for (const definition of containersOf(region, record)) {
    const container = record.task.containers?.find((one) => one.name === definition.name);
    if (!container) continue;
    if (!record.launched || (container.networkBindings ?? []).length === 0)
      container.networkBindings = bindPorts(region, instance, definition, mode);
    specs.push(describeContainer(region, record, instance, definition, container));
  }
  createLogGroups(region, record);
  record.launched = true;
  startContainers(region.world, record.id, specs);
}

function bindPorts(
  region: Region,
  instance: ContainerInstanceRecord,
  definition: ContainerDefinition,
  mode: string,
): NetworkBinding[] {
  return (definition.portMappings ?? []).map((mapping) => ({
    bindIP: "0.0.0.0",
    containerPort: mapping.containerPort,
    hostPort:
      mode === "bridge" ? mapping.hostPort || takePort(region, instance) : (mapping.hostPort ?? mapping.containerPort),
    protocol: mapping.protocol ?? "tcp",
  }));
}

/** The next free dynamic port of the instance. Instances may share an address, and then share its ports. */
function takePort(region: Region, instance: ContainerInstanceRecord): number {
  const neighbours = [...containerInstances(region).values()].filter((one) => one.address === instance.address);
  const used = new Set(neighbours.flatMap((one) => [...usageOf(region, one).ports]));
  const from = Math.max(...neighbours.map((one) => one.nextPort), instance.nextPort);
  for (let step = 0; step <= lastPort - firstPort; step++) {
    const port = firstPort + ((from - firstPort + step) % (lastPort - firstPort + 1));
    if (used.has(port)) continue;
    instance.nextPort = port + 1;
    return port;
  }
  return firstPort;
}

function describeContainer(
  region: Region,
  record: TaskRecord,
  instance: ContainerInstanceRecord,
  definition: ContainerDefinition,
  container: Container,
): StartSpec {
  const override = record.task.overrides?.containerOverrides?.find((one) => one.name === definition.name);
  const variables = [...(definition.environment ?? []), ...(override?.environment ?? [])];
  return {
    taskId: record.id,
    containerName: definition.name ?? "",
    image: definition.image ?? "",
    command: override?.command ?? definition.command,
    entryPoint: definition.entryPoint,
    environment: {
      AWS_REGION: region.name,
      AWS_EXECUTION_ENV: "AWS_ECS_EC2",
      ...Object.fromEntries(variables.map((pair) => [pair.name ?? "", pair.value ?? ""])),
    },
    cpu: override?.cpu || definition.cpu || record.cpu,
    memoryMiB: override?.memory ?? definition.memory ?? record.memoryMiB,
    address: instance.address,
    ports: (container.networkBindings ?? []).map((binding) => ({
      containerPort: binding.containerPort ?? 0,
      hostPort: binding.hostPort ?? 0,
      protocol: binding.protocol ?? "tcp",
    })),
  };
}

const takenPort = /EADDRINUSE|address already in use|port is already allocated/i;

/** After a start failed because somebody else holds a dynamic port: frees the choice, so that another is made. */
export function mayTryOtherPorts(region: Region, record: TaskRecord, message: string): boolean {
  const dynamic = containersOf(region, record).some((container) =>
    (container.portMappings ?? []).some((mapping) => !mapping.hostPort),
  );
  if (!dynamic || !takenPort.test(message) || record.portRetries >= 20) return false;
  record.portRetries++;
  record.launched = false;
  for (const container of record.task.containers ?? []) container.networkBindings = [];
  return true;
}

/** Tasks that the instance runs and those that it is starting, as DescribeContainerInstances counts them. */
export function countTasks(region: Region, instanceId: string): { running: number; pending: number } {
  const placed = tasksOn(region, instanceId);
  const running = placed.filter((task) => task.phase === "RUNNING" || task.phase === "DEACTIVATING").length;
  const pending = placed.filter((task) => task.phase === "PENDING" || task.phase === "ACTIVATING").length;
  return { running, pending };
}
