import type { ContainerInstance, TaskDefinition } from "@aws-sdk/client-ecs";
import type { Aws } from "../aws/aws.ts";
import { readLaunchTrouble } from "./capacity.ts";

/** Instances that a reason lists by name. */
const listed = 3;

export interface PlacementQuestion {
  cluster: string;
  group: string | undefined;
  taskDefinition: string;
  /** ECS has said that there is no room. Otherwise tasks may merely be slow to start. */
  refused: boolean;
  /** Tasks that should run and do not yet. */
  missing: number;
}

/**
 * What was missing where: what a task needs, what each instance has left, and why there is no further instance. For
 * tasks that find no place on EC2 capacity; undefined where ECS has complained of nothing and every task has its place.
 */
export async function explainPlacement(aws: Aws, at: PlacementQuestion): Promise<string | undefined> {
  const [definition, instances, growth] = await Promise.all([
    aws.call("ecs", "DescribeTaskDefinition", { taskDefinition: at.taskDefinition }),
    readInstances(aws, at.cluster),
    at.group === undefined ? undefined : explainGrowth(aws, at.group),
  ]);
  const needs = describeNeeds(definition.taskDefinition);
  const starting = instances.reduce((sum, { pendingTasksCount = 0 }) => sum + pendingTasksCount, 0);
  const hasPlace = starting >= at.missing || instances.some((instance) => fits(instance, needs));
  if (!at.refused && hasPlace) return undefined;
  const left = instances.slice(0, listed).map((instance) => describeRest(instance, needs.ports));
  const more = instances.length > listed ? [`and ${instances.length - listed} more`] : [];
  const where = instances.length === 0 ? "the cluster has no instance" : [...left, ...more].join("; ");
  return [`a task needs ${needs.text}; ${where}`, growth].filter(Boolean).join("; ");
}

async function readInstances(aws: Aws, cluster: string): Promise<ContainerInstance[]> {
  const { containerInstanceArns: arns = [] } = await aws.call("ecs", "ListContainerInstances", { cluster });
  if (arns.length === 0) return [];
  const answer = await aws.call("ecs", "DescribeContainerInstances", {
    cluster,
    containerInstances: arns.slice(0, 100),
  });
  return answer.containerInstances ?? [];
}

interface Needs {
  text: string;
  cpu: number;
  memoryMiB: number;
  ports: string[];
}

function describeNeeds(definition: TaskDefinition | undefined): Needs {
  const mappings = (definition?.containerDefinitions ?? []).flatMap((container) => container.portMappings ?? []);
  const ports = mappings.flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : []));
  const size = `${definition?.cpu ?? "?"} CPU units and ${definition?.memory ?? "?"} MiB`;
  const text = [size, ...ports.map((port) => `port ${port}`)].join(", ");
  return { text, cpu: Number(definition?.cpu ?? 0), memoryMiB: Number(definition?.memory ?? 0), ports };
}

const restOf = (instance: ContainerInstance, name: string) =>
  instance.remainingResources?.find((resource) => resource.name === name);

const findTaken = (instance: ContainerInstance, wanted: readonly string[]): string[] =>
  (restOf(instance, "PORTS")?.stringSetValue ?? []).filter((port) => wanted.includes(port));

const fits = (instance: ContainerInstance, needs: Needs): boolean =>
  instance.status === "ACTIVE" &&
  instance.agentConnected !== false &&
  (restOf(instance, "CPU")?.integerValue ?? 0) >= needs.cpu &&
  (restOf(instance, "MEMORY")?.integerValue ?? 0) >= needs.memoryMiB &&
  findTaken(instance, needs.ports).length === 0;

function describeRest(instance: ContainerInstance, wanted: readonly string[]): string {
  const rest = (name: string) => restOf(instance, name);
  const taken = findTaken(instance, wanted);
  const agent = instance.agentConnected === false ? ", its agent is not connected" : "";
  const ports = taken.map((port) => `, port ${port} is taken`).join("");
  const left = `${rest("CPU")?.integerValue ?? 0} CPU units and ${rest("MEMORY")?.integerValue ?? 0} MiB left`;
  const draining = instance.status === "DRAINING" ? ", it is being drained" : "";
  return `${instance.ec2InstanceId} has ${left}${ports}${agent}${draining}`;
}

async function explainGrowth(aws: Aws, group: string): Promise<string | undefined> {
  const [groups, trouble] = await Promise.all([
    aws.call("autoscaling", "DescribeAutoScalingGroups", { AutoScalingGroupNames: [group] }),
    readLaunchTrouble(aws, group),
  ]);
  const found = groups.AutoScalingGroups?.[0];
  if (!found) return `there is no Auto Scaling group ${group}`;
  if (trouble) return `Auto Scaling group ${group} cannot launch another: ${trouble.reason}`;
  const { DesiredCapacity: desired = 0, MaxSize: max = 0 } = found;
  return desired >= max ? `Auto Scaling group ${group} is at its maximum of ${max}` : undefined;
}
