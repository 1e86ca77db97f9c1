import type { ContainerDefinition, HealthCheck, TaskDefinition } from "@aws-sdk/client-ecs";
import type { Aws } from "../aws/aws.ts";
import { diffFields, diffTags, type Fields } from "./diff-fields.ts";
import { isTagChange, ownerTag, type LiveParts, type Resource } from "../plan/resource.ts";
import { fromTags, toLowerTags, type Tags } from "./tags.ts";

export interface TaskDefinitionSpec {
  family: string;
  /** CPU units and MiB of the task. */
  cpu: number;
  memory: number;
  executionRoleArn: string;
  /** As which the containers call AWS. */
  taskRoleArn?: string | undefined;
  /** On Fargate, with a network of its own; else on EC2, in the instance's. */
  fargate?: boolean | undefined;
  /** Pinned by digest, so that a revision is one image for ever. */
  image: string;
  container: {
    name: string;
    port: number;
    hostPort: number;
    command?: readonly string[] | undefined;
    environment: Readonly<Record<string, string>>;
    /** Variables and where ECS finds their values: never the values. */
    secrets?: Readonly<Record<string, string>> | undefined;
    healthCheck?: ContainerHealthSpec | undefined;
  };
  logs: { group: string; region: string; streamPrefix: string };
  tags: Tags;
}

/** A command that tells whether the container works; times in seconds. */
export interface ContainerHealthSpec {
  command: readonly string[];
  interval: number;
  timeout: number;
  retries: number;
  startPeriod: number;
}

export interface TaskDefinitionLive extends LiveParts {
  fields: Fields;
  outputs: { arn: string; revision: string };
}

const missing = "Unable to describe task definition";

const networkModeOf = (spec: TaskDefinitionSpec): "awsvpc" | "bridge" => (spec.fargate ? "awsvpc" : "bridge");

function wantedFields(spec: TaskDefinitionSpec): Fields {
  const { container, logs } = spec;
  return {
    networkMode: networkModeOf(spec),
    cpu: String(spec.cpu),
    memory: String(spec.memory),
    executionRole: spec.executionRoleArn,
    taskRole: spec.taskRoleArn,
    image: spec.image,
    container: container.name,
    ports: [`${container.port}/tcp on host port ${spec.fargate ? container.port : container.hostPort}`],
    command: container.command,
    environment: container.environment,
    secrets: container.secrets,
    healthCheck: container.healthCheck && healthFields(container.healthCheck),
    logs: {
      driver: "awslogs",
      "awslogs-group": logs.group,
      "awslogs-region": logs.region,
      "awslogs-stream-prefix": logs.streamPrefix,
    },
    otherContainers: [],
  };
}

/** With the defaults that ECS fills in (HealthCheck, ECS API reference). */
type HealthParts = Omit<HealthCheck, "command"> & { command: readonly string[] | undefined };

const healthFields = ({ command, interval = 30, timeout = 5, retries = 3, startPeriod = 0 }: HealthParts) => ({
  command,
  interval,
  timeout,
  retries,
  startPeriod,
});

/** Only what ecsctl sets is compared: AWS adds defaults of its own to every definition. */
function liveFields(definition: TaskDefinition): Fields {
  const [first, ...others] = definition.containerDefinitions ?? [];
  return {
    networkMode: definition.networkMode ?? "bridge",
    cpu: definition.cpu,
    memory: definition.memory,
    executionRole: definition.executionRoleArn,
    taskRole: definition.taskRoleArn,
    image: first?.image,
    container: first?.name,
    ports: (first?.portMappings ?? []).map(
      (port) => `${port.containerPort}/${port.protocol ?? "tcp"} on host port ${port.hostPort ?? 0}`,
    ),
    command: first?.command,
    environment: Object.fromEntries((first?.environment ?? []).map(({ name, value }) => [name ?? "", value ?? ""])),
    secrets: Object.fromEntries((first?.secrets ?? []).map(({ name, valueFrom }) => [name ?? "", valueFrom ?? ""])),
    healthCheck: first?.healthCheck && healthFields(first.healthCheck),
    logs: first?.logConfiguration && {
      driver: first.logConfiguration.logDriver,
      ...first.logConfiguration.options,
    },
    otherContainers: others.map((container) => container.name),
  };
}

function toContainer(spec: TaskDefinitionSpec): ContainerDefinition {
  const { container, logs } = spec;
  return {
    name: container.name,
    image: spec.image,
    essential: true,
    portMappings: [
      { containerPort: container.port, hostPort: spec.fargate ? container.port : container.hostPort, protocol: "tcp" },
    ],
    environment: Object.entries(container.environment).map(([name, value]) => ({ name, value })),
    ...(container.command ? { command: [...container.command] } : {}),
    ...toSecrets(container.secrets),
    ...(container.healthCheck
      ? { healthCheck: { ...container.healthCheck, command: [...container.healthCheck.command] } }
      : {}),
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": logs.group,
        "awslogs-region": logs.region,
        "awslogs-stream-prefix": logs.streamPrefix,
      },
    },
  };
}

function toSecrets(secrets: TaskDefinitionSpec["container"]["secrets"] = {}): Pick<ContainerDefinition, "secrets"> {
  const pairs = Object.entries(secrets).map(([name, valueFrom]) => ({ name, valueFrom }));
  return pairs.length > 0 ? { secrets: pairs } : {};
}

function toLive(definition: TaskDefinition, tags: Tags): TaskDefinitionLive {
  return {
    fields: liveFields(definition),
    // A family is open to all: a revision of somebody else's is a predecessor, nothing to adopt.
    tags: tags[ownerTag] === undefined ? undefined : tags,
    outputs: { arn: definition.taskDefinitionArn ?? "", revision: String(definition.revision ?? "") },
  };
}

async function read(aws: Aws, spec: TaskDefinitionSpec): Promise<TaskDefinitionLive | undefined> {
  try {
    const answer = await aws.call("ecs", "DescribeTaskDefinition", { taskDefinition: spec.family, include: ["TAGS"] });
    return answer.taskDefinition && toLive(answer.taskDefinition, fromTags(answer.tags));
  } catch (error) {
    if (error instanceof Error && error.message.includes(missing)) return undefined;
    throw error;
  }
}

async function register(aws: Aws, spec: TaskDefinitionSpec): Promise<TaskDefinitionLive> {
  const answer = await aws.call("ecs", "RegisterTaskDefinition", {
    family: spec.family,
    networkMode: networkModeOf(spec),
    requiresCompatibilities: [spec.fargate ? "FARGATE" : "EC2"],
    cpu: String(spec.cpu),
    memory: String(spec.memory),
    executionRoleArn: spec.executionRoleArn,
    ...(spec.taskRoleArn ? { taskRoleArn: spec.taskRoleArn } : {}),
    containerDefinitions: [toContainer(spec)],
    tags: toLowerTags(spec.tags),
  });
  return toLive(answer.taskDefinition ?? {}, spec.tags);
}

/** Deregisters and deletes every revision that carries our mark, ten at a time (DeleteTaskDefinitions, ECS API). */
async function remove(aws: Aws, spec: TaskDefinitionSpec): Promise<void> {
  const arns = await listRevisions(aws, spec.family, spec.tags[ownerTag]);
  for (const { arn, active } of arns)
    if (active) await aws.call("ecs", "DeregisterTaskDefinition", { taskDefinition: arn });
  for (let from = 0; from < arns.length; from += 10)
    await aws.call("ecs", "DeleteTaskDefinitions", {
      taskDefinitions: arns.slice(from, from + 10).map(({ arn }) => arn),
    });
}

/** Revisions of a family with our mark, active and inactive. */
export async function listRevisions(
  aws: Aws,
  family: string,
  app: string | undefined,
): Promise<{ arn: string; active: boolean }[]> {
  const list = (status: "ACTIVE" | "INACTIVE") =>
    aws.all("ecs", "ListTaskDefinitions", { familyPrefix: family, status }, (page) => page.taskDefinitionArns);
  const [active, inactive] = await Promise.all([list("ACTIVE"), list("INACTIVE")]);
  const owned: { arn: string; active: boolean }[] = [];
  for (const arn of [...active, ...inactive]) {
    const answer = await aws.call("ecs", "DescribeTaskDefinition", { taskDefinition: arn, include: ["TAGS"] });
    if (fromTags(answer.tags)[ownerTag] === app) owned.push({ arn, active: active.includes(arn) });
  }
  return owned;
}

/** What a task is. A difference makes another revision; revisions never change. */
export const taskDefinition: Resource<TaskDefinitionSpec, TaskDefinitionLive> = {
  kind: "task-definition",
  read,
  diff: (spec, live) => [
    ...diffFields(wantedFields(spec), live?.fields),
    ...diffTags(spec.tags, live ? (live.tags ?? {}) : undefined),
  ],
  create: register,
  async update(aws, spec, live, changes) {
    if (changes.some((change) => !isTagChange(change))) return register(aws, spec);
    await aws.call("ecs", "TagResource", { resourceArn: live.outputs.arn, tags: toLowerTags(spec.tags) });
    return live;
  },
  delete: remove,
  // A role that was just made is not visible to ECS at once.
  passing: (error) => /role is not valid|role .*(cannot|could not) be assumed/i.test(error.message),
};
