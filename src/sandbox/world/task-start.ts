import type { Container, ContainerDefinition, NetworkBinding } from "@aws-sdk/client-ecs";
import { logGroupExists } from "./logs.ts";
import { tasksOn, usageOf } from "./placement.ts";
import { findPullObstacle } from "./pull-permission.ts";
import { logGroups } from "./records/logs.ts";
import { containerInstances, type ContainerInstanceRecord, definitionOf, type TaskRecord } from "./records/ecs.ts";
import { type StartSpec, startContainers } from "./task-handles.ts";
import { openPort } from "./network-interfaces.ts";
import type { NetworkInterfaceRecord } from "./records/network-interfaces.ts";
import { interfaceOf, moveTask } from "./task-interfaces.ts";
import { taskCredentials } from "./task-keys.ts";
import { readSecrets } from "./task-secrets.ts";
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

const noLogGroup = "ResourceNotFoundException: The specified log group does not exist.";

/** Why no container of the task can start, in the words of the agent or of Docker; undefined when they can. */
export function findStartObstacle(region: Region, record: TaskRecord): string | undefined {
  const definition = definitionOf(region, record.task.taskDefinitionArn)?.definition;
  const pull =
    definition && findPullObstacle(region, definition, { id: record.id, launchType: record.task.launchType });
  if (pull !== undefined) return pull;
  for (const container of containersOf(region, record)) {
    const { logDriver, options } = container.logConfiguration ?? {};
    if (logDriver !== "awslogs" || options?.["awslogs-create-group"] === "true") continue;
    const logRegion = region.world.region(options?.["awslogs-region"] ?? region.name);
    if (!logGroupExists(logRegion, options?.["awslogs-group"] ?? ""))
      return (
        "CannotStartContainerError: Error response from daemon: failed to initialize logging driver: " +
        `failed to create Cloudwatch log stream: ${noLogGroup}`
      );
  }
  return undefined;
}

export function containersOf(region: Region, record: TaskRecord): ContainerDefinition[] {
  return definitionOf(region, record.task.taskDefinitionArn)?.definition.containerDefinitions ?? [];
}

/** Gives the task its host ports (unless it has them from before a restart) and starts its containers. */
export function launchTask(region: Region, record: TaskRecord): void {
  const host = hostOf(region, record);
  if (!host) return;
  const mode = definitionOf(region, record.task.taskDefinitionArn)?.definition.networkMode ?? "bridge";
  const specs: StartSpec[] = [];
  for (const definition of containersOf(region, record)) {
    const container = record.task.containers?.find((one) => one.name === definition.name);
    if (!container) continue;
    if (!record.launched || (container.networkBindings ?? []).length === 0)
      container.networkBindings = host.card
        ? bindOwnPorts(region, host.card, definition)
        : bindPorts(region, host.instance, definition, mode);
    specs.push(describeContainer(region, record, host.address, definition, container));
  }
  createLogGroups(region, record);
  record.launched = true;
  startContainers(region.world, record.id, specs);
}

type Host =
  | { address: string; card: NetworkInterfaceRecord; instance?: undefined }
  | { address: string; card?: undefined; instance: ContainerInstanceRecord };

/** Where the task listens: at its own network interface, or at its instance. */
function hostOf(region: Region, record: TaskRecord): Host | undefined {
  const card = interfaceOf(region, record);
  if (card) return { address: card.address, card };
  const instance = containerInstances(region).get(record.containerInstanceId ?? "");
  return instance && { address: instance.address, instance };
}

/** A task with a network of its own has no host ports; where one had to be moved, its binding is the one way to tell. */
function bindOwnPorts(region: Region, card: NetworkInterfaceRecord, definition: ContainerDefinition): NetworkBinding[] {
  return (definition.portMappings ?? []).flatMap(({ containerPort = 0, protocol = "tcp" }) => {
    const hostPort = openPort(region, card, containerPort);
    return hostPort === containerPort ? [] : [{ bindIP: card.address, containerPort, hostPort, protocol }];
  });
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
  address: string,
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
      ...agentEnvironment(region, record),
      ...Object.fromEntries(variables.map((pair) => [pair.name ?? "", pair.value ?? ""])),
      ...readSecrets(region, record, definition),
    },
    cpu: override?.cpu || definition.cpu || record.cpu,
    memoryMiB: override?.memory ?? definition.memory ?? record.memoryMiB,
    address,
    ports:
      record.interfaceId === undefined
        ? (container.networkBindings?.map(toPort) ?? [])
        : ownPorts(definition, container),
  };
}

const toPort = ({ containerPort = 0, hostPort = 0, protocol = "tcp" }: NetworkBinding) => ({
  containerPort,
  hostPort,
  protocol,
});

/** Every port of a task with a network of its own: where its binding says, else at the very port. */
function ownPorts(definition: ContainerDefinition, container: Container): StartSpec["ports"] {
  return (definition.portMappings ?? []).map(({ containerPort, protocol }) => {
    const moved = container.networkBindings?.find((binding) => binding.containerPort === containerPort);
    return toPort(moved ?? { containerPort, hostPort: containerPort, protocol });
  });
}

/** What the agent puts into every container: where AWS is, and the credentials of its task role. */
function agentEnvironment(region: Region, record: TaskRecord): Record<string, string> {
  return {
    AWS_REGION: region.name,
    AWS_DEFAULT_REGION: region.name,
    AWS_EXECUTION_ENV: record.task.launchType === "FARGATE" ? "AWS_ECS_FARGATE" : "AWS_ECS_EC2",
    AWS_ENDPOINT_URL: `http://${region.world.endpoint()}`,
    ...taskCredentials(region, record),
  };
}

const takenPort = /EADDRINUSE|address already in use|port is already allocated/i;

/** After a start failed because somebody else holds a dynamic port: frees the choice, so that another is made. */
export function mayTryOtherPorts(region: Region, record: TaskRecord, message: string): boolean {
  const dynamic = containersOf(region, record).some((container) =>
    (container.portMappings ?? []).some((mapping) => !mapping.hostPort),
  );
  if ((!dynamic && record.interfaceId === undefined) || !takenPort.test(message) || record.portRetries >= 20)
    return false;
  record.portRetries++;
  record.launched = false;
  moveTask(region, record);
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
