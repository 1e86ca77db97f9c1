import type {
  CapacityProviderStrategyItem,
  Container,
  NetworkConfiguration,
  PlacementConstraint,
  PlacementStrategy,
  Tag,
  TaskOverride,
} from "@aws-sdk/client-ecs";
import {
  type ClusterRecord,
  type ContainerInstanceRecord,
  lastPart,
  type TaskDefinitionRecord,
  type TaskPhase,
  type TaskRecord,
  tasks,
  uuid,
} from "./records/ecs.ts";
import { addInterface } from "./task-interfaces.ts";
import type { Region } from "./world.ts";

export interface TaskRequest {
  cluster: ClusterRecord;
  definition: TaskDefinitionRecord;
  group: string;
  startedBy?: string | undefined;
  serviceName?: string | undefined;
  deployment?: string | undefined;
  capacityProviderName?: string | undefined;
  launchType?: "EC2" | "FARGATE" | undefined;
  networkConfiguration?: NetworkConfiguration | undefined;
  overrides?: TaskOverride | undefined;
  tags: Tag[];
  placementConstraints: PlacementConstraint[];
  placementStrategy: PlacementStrategy[];
  enableExecuteCommand?: boolean | undefined;
}

/** Reserved CPU units and MiB of a task: the task's own numbers, else the sum of its containers'. */
export function reservation(definition: TaskDefinitionRecord["definition"], overrides?: TaskOverride) {
  const containers = definition.containerDefinitions ?? [];
  const sum = (pick: (c: (typeof containers)[number]) => number | undefined) =>
    containers.reduce((total, container) => total + (pick(container) ?? 0), 0);
  return {
    cpu: Number(overrides?.cpu ?? definition.cpu ?? sum((c) => c.cpu)),
    memoryMiB: Number(overrides?.memory ?? definition.memory ?? sum((c) => c.memoryReservation ?? c.memory)),
  };
}

/** Host ports that the task definition fixes; 0 and absent ones (in bridge mode) are chosen at the start. */
export function fixedPorts(definition: TaskDefinitionRecord["definition"]): number[] {
  const host = definition.networkMode === "host";
  return (definition.containerDefinitions ?? [])
    .flatMap((container) => container.portMappings ?? [])
    .map((mapping) => (host ? (mapping.containerPort ?? 0) : (mapping.hostPort ?? 0)))
    .filter((port) => port > 0);
}

/** Makes a task: PENDING on that instance, or PROVISIONING until a capacity provider has room for it. */
export function createTask(region: Region, request: TaskRequest, instance?: ContainerInstanceRecord): TaskRecord {
  const { cluster, definition } = request;
  const id = region.id("", 32);
  const arn = region.arn("ecs", `task/${cluster.name}/${id}`);
  const reserved = reservation(definition.definition, request.overrides);
  const now = region.world.clock.now();
  const record: TaskRecord = {
    id,
    clusterName: cluster.name,
    phase: "PROVISIONING",
    phaseAt: now,
    deployment: request.deployment,
    serviceName: request.serviceName,
    capacityProviderName: request.capacityProviderName,
    ...reserved,
    placementConstraints: [...request.placementConstraints, ...(definition.definition.placementConstraints ?? [])],
    placementStrategy: request.placementStrategy,
    launched: false,
    portRetries: 0,
    noted: "nothing",
    task: {
      ...describeNewTask(region, request, arn, reserved),
      taskArn: arn,
      taskDefinitionArn: definition.definition.taskDefinitionArn,
      createdAt: new Date(now),
    },
  };
  tasks(region).set(id, record);
  if (definition.definition.networkMode === "awsvpc") addInterface(region, record, request.networkConfiguration);
  if (instance) placeTask(record, instance, now);
  return record;
}

function describeNewTask(
  region: Region,
  request: TaskRequest,
  arn: string,
  reserved: { cpu: number; memoryMiB: number },
): TaskRecord["task"] {
  const { cluster, definition } = request;
  return {
    taskArn: arn,
    taskDefinitionArn: definition.definition.taskDefinitionArn,
    createdAt: region.world.clock.date(),
    attachments: [],
    attributes: [{ name: "ecs.cpu-architecture", value: "x86_64" }],
    clusterArn: cluster.arn,
    containers: describeContainers(region, request, arn),
    cpu: String(reserved.cpu),
    memory: String(reserved.memoryMiB),
    desiredStatus: "RUNNING",
    lastStatus: "PROVISIONING",
    enableExecuteCommand: request.enableExecuteCommand ?? false,
    group: request.group,
    healthStatus: "UNKNOWN",
    inferenceAccelerators: [],
    launchType: request.launchType ?? "EC2",
    overrides: request.overrides ?? { containerOverrides: [], inferenceAcceleratorOverrides: [] },
    startedBy: request.startedBy,
    tags: request.tags,
    version: 1,
    ...(request.capacityProviderName === undefined ? {} : { capacityProviderName: request.capacityProviderName }),
    ...(request.launchType === "FARGATE" ? fargateFacts : {}),
  };
}

/** What tasks on Fargate tell besides: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-fargate.html */
const fargateFacts = {
  platformVersion: "1.4.0",
  platformFamily: "Linux",
  ephemeralStorage: { sizeInGiB: 20 },
  fargateEphemeralStorage: { sizeInGiB: 20 },
} as const;

function describeContainers(region: Region, { cluster, definition }: TaskRequest, taskArn: string): Container[] {
  return (definition.definition.containerDefinitions ?? []).map((container) => ({
    containerArn: region.arn("ecs", `container/${cluster.name}/${lastPart(taskArn)}/${uuid(region)}`),
    taskArn,
    name: container.name,
    image: container.image,
    lastStatus: "PENDING",
    networkBindings: [],
    networkInterfaces: [],
    healthStatus: "UNKNOWN",
    cpu: String(container.cpu ?? 0),
    ...(container.memory === undefined ? {} : { memory: String(container.memory) }),
    ...(container.memoryReservation === undefined ? {} : { memoryReservation: String(container.memoryReservation) }),
  }));
}

/** Gives the task to an instance; its agent takes it up on the next pass. */
export function placeTask(record: TaskRecord, instance: ContainerInstanceRecord, now: number): void {
  record.containerInstanceId = instance.id;
  record.task.containerInstanceArn = instance.arn;
  record.task.availabilityZone = instance.availabilityZone;
  instance.version++;
  setPhase(record, "PENDING", now);
}

export function setPhase(record: TaskRecord, phase: TaskPhase, now: number): void {
  record.phase = phase;
  record.phaseAt = now;
  record.task.lastStatus = phase;
  record.task.version = (record.task.version ?? 0) + 1;
}

/** Asks a task to stop; the first reason given stays. The agent does it in the world's time. */
export function requestStop(
  record: TaskRecord,
  stopCode: NonNullable<TaskRecord["task"]["stopCode"]>,
  reason: string,
  now: number,
): void {
  if (record.task.desiredStatus === "STOPPED") return;
  record.task.desiredStatus = "STOPPED";
  record.task.stopCode = stopCode;
  record.task.stoppedReason = reason;
  record.task.stoppingAt = new Date(now);
  record.task.version = (record.task.version ?? 0) + 1;
}

/** Which capacity provider of a strategy takes the next task: first the bases, then in proportion to the weights. */
export function chooseProvider(
  strategy: readonly CapacityProviderStrategyItem[],
  running: (provider: string) => number,
): string | undefined {
  const owed = strategy.find((item) => running(item.capacityProvider ?? "") < (item.base ?? 0));
  if (owed) return owed.capacityProvider;
  const weighted = strategy.filter((item) => (item.weight ?? 0) > 0);
  const load = (item: CapacityProviderStrategyItem) =>
    (running(item.capacityProvider ?? "") - (item.base ?? 0)) / (item.weight ?? 1);
  return weighted.toSorted((a, b) => load(a) - load(b))[0]?.capacityProvider ?? strategy[0]?.capacityProvider;
}
