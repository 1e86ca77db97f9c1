import type { PlacementConstraint, PlacementStrategy } from "@aws-sdk/client-ecs";
import { groups } from "./records/autoscaling.ts";
import {
  capacityProviders,
  containerInstances,
  type ContainerInstanceRecord,
  definitionOf,
  type TaskDefinitionRecord,
  type TaskRecord,
  tasks,
} from "./records/ecs.ts";
import { instances } from "./records/ec2.ts";
import { fixedPorts, reservation } from "./task-requests.ts";
import type { Region } from "./world.ts";

/** Ports that the agent, Docker and SSH hold on every instance. */
export const reservedPorts = [22, 2375, 2376, 51678, 51679];

/** What a task needs of an instance. */
export interface Requirement {
  clusterName: string;
  cpu: number;
  memoryMiB: number;
  ports: readonly number[];
  group: string;
  constraints: readonly PlacementConstraint[];
  strategy: readonly PlacementStrategy[];
  /** Only instances of this capacity provider. */
  capacityProvider?: string | undefined;
}

export type Shortage = "cpu" | "memory" | "ports" | "agent" | "constraint";
export type Placement =
  | { instance: ContainerInstanceRecord }
  /** `closest` is absent when the cluster (or the provider) has no instance at all. */
  | { instance?: undefined; closest?: { instance: ContainerInstanceRecord; lacks: Shortage } | undefined };

/** What is in use on an instance by the tasks that were placed on it and have not ended. */
export interface Usage {
  cpu: number;
  memoryMiB: number;
  ports: Set<number>;
  taskCount: number;
}

/** The requirement that a task record (PROVISIONING) has. */
export function requirementOf(region: Region, record: TaskRecord): Requirement {
  const definition = definitionOf(region, record.task.taskDefinitionArn)?.definition;
  return {
    clusterName: record.clusterName,
    cpu: record.cpu,
    memoryMiB: record.memoryMiB,
    ports: definition ? fixedPorts(definition) : [],
    group: record.task.group ?? "",
    constraints: record.placementConstraints,
    strategy: record.placementStrategy,
    capacityProvider: record.capacityProviderName,
  };
}

/** The requirement of one more task of a definition. */
export function requirementFor(
  definition: TaskDefinitionRecord["definition"],
  rest: Pick<Requirement, "clusterName" | "group" | "constraints" | "strategy" | "capacityProvider">,
): Requirement {
  const constraints = [...rest.constraints, ...(definition.placementConstraints ?? [])];
  return { ...rest, constraints, ...reservation(definition), ports: fixedPorts(definition) };
}

/** Tasks that hold resources on the instance: placed and not yet STOPPED. */
export function tasksOn(region: Region, instanceId: string): TaskRecord[] {
  const held: TaskRecord[] = [];
  for (const task of tasks(region).values())
    if (task.containerInstanceId === instanceId && task.phase !== "STOPPED") held.push(task);
  return held;
}

export function usageOf(region: Region, instance: ContainerInstanceRecord): Usage {
  const usage = emptyUsage();
  for (const task of tasksOn(region, instance.id)) {
    addTask(usage, task);
    addPorts(region, usage, task);
  }
  return usage;
}

const emptyUsage = (): Usage => ({ cpu: 0, memoryMiB: 0, ports: new Set(reservedPorts), taskCount: 0 });

function addTask(usage: Usage, task: TaskRecord): void {
  usage.cpu += task.cpu;
  usage.memoryMiB += task.memoryMiB;
  usage.taskCount++;
}

function addPorts(region: Region, { ports }: Usage, { task }: TaskRecord): void {
  const definition = definitionOf(region, task.taskDefinitionArn)?.definition;
  for (const port of definition ? fixedPorts(definition) : []) ports.add(port);
  for (const container of task.containers ?? [])
    for (const binding of container.networkBindings ?? []) ports.add(binding.hostPort ?? 0);
}

/** `usageOf` of many instances by their ids, from one look at all tasks; the ports in use only where `withPorts`. */
export function usagesOf(
  region: Region,
  all: readonly ContainerInstanceRecord[],
  withPorts: boolean,
): Map<string, Usage> {
  const usages = new Map(all.map(({ id }) => [id, emptyUsage()]));
  for (const task of tasks(region).values()) {
    const usage = task.phase === "STOPPED" ? undefined : usages.get(task.containerInstanceId ?? "");
    if (!usage) continue;
    addTask(usage, task);
    if (withPorts) addPorts(region, usage, task);
  }
  return usages;
}

/** The capacity provider whose Auto Scaling group owns the instance. */
export function providerOf(region: Region, instance: ContainerInstanceRecord): string | undefined {
  const groupName = instances(region).get(instance.ec2InstanceId)?.groupName;
  const group = groupName === undefined ? undefined : groups(region).get(groupName);
  if (!group) return undefined;
  for (const provider of capacityProviders(region).values())
    if (provider.status === "ACTIVE" && provider.provider.autoScalingGroupArn === group.arn) return provider.name;
  return undefined;
}

/** Finds an instance for the requirement, or says which one came closest and what it lacks. */
export function findPlace(region: Region, need: Requirement): Placement {
  const candidates = [...containerInstances(region).values()].filter(
    (instance) =>
      instance.clusterName === need.clusterName &&
      instance.status === "ACTIVE" &&
      (need.capacityProvider === undefined || providerOf(region, instance) === need.capacityProvider),
  );
  const usages = usagesOf(region, candidates, need.ports.length > 0);
  const measured = candidates.map((instance) => {
    const usage = usages.get(instance.id) ?? emptyUsage();
    return { instance, usage, lacks: findShortage(region, need, instance, usage) };
  });
  const fitting = measured.filter((candidate) => candidate.lacks === undefined);
  const best = orderByStrategy(region, need, fitting)[0];
  if (best) return { instance: best.instance };
  const order: Shortage[] = ["ports", "memory", "cpu", "constraint", "agent"];
  const rank = (lacks: Shortage | undefined) => order.indexOf(lacks ?? "agent");
  const closest = measured.toSorted((a, b) => rank(a.lacks) - rank(b.lacks))[0];
  return closest?.lacks ? { closest: { instance: closest.instance, lacks: closest.lacks } } : {};
}

function findShortage(
  region: Region,
  need: Requirement,
  instance: ContainerInstanceRecord,
  usage: Usage,
): Shortage | undefined {
  if (!instance.agentConnected) return "agent";
  if (!need.constraints.every((constraint) => isSatisfied(region, constraint, need, instance))) return "constraint";
  if (need.cpu > instance.cpu - usage.cpu) return "cpu";
  if (need.memoryMiB > instance.memoryMiB - usage.memoryMiB) return "memory";
  if (need.ports.some((port) => usage.ports.has(port))) return "ports";
  return undefined;
}

function isSatisfied(
  region: Region,
  constraint: PlacementConstraint,
  need: Requirement,
  instance: ContainerInstanceRecord,
): boolean {
  if (constraint.type === "distinctInstance")
    return !tasksOn(region, instance.id).some((task) => task.task.group === need.group);
  return matchesQuery(instance, constraint.expression ?? "");
}

/** The part of the cluster query language that names attributes: `attribute:NAME (==|!=|in) VALUE`, joined by `and`. */
export function matchesQuery(instance: ContainerInstanceRecord, expression: string): boolean {
  return expression.split(/\s+and\s+/i).every((term) => {
    const match = /^\s*(?:attribute:([\w.-]+)|(agentConnected))\s*(==|!=|in|exists)?\s*(.*?)\s*$/.exec(term);
    if (!match) return false;
    const value = match[1] === undefined ? String(instance.agentConnected) : instance.attributes[match[1]];
    const wanted = (match[4] ?? "").replaceAll(/[[\]'"]/g, "").split(/\s*,\s*/);
    if (match[3] === "!=") return value !== wanted[0];
    if (match[3] === undefined || match[3] === "exists") return value !== undefined;
    return value !== undefined && wanted.includes(value);
  });
}

interface Candidate {
  instance: ContainerInstanceRecord;
  usage: Usage;
}

/** Best first. Without a strategy ECS spreads over zones and then instances. */
function orderByStrategy(region: Region, need: Requirement, candidates: Candidate[]): Candidate[] {
  const strategy: readonly PlacementStrategy[] =
    need.strategy.length > 0
      ? need.strategy
      : [
          { type: "spread", field: "attribute:ecs.availability-zone" },
          { type: "spread", field: "instanceId" },
        ];
  if (candidates.length === 0) return [];
  const scores = strategy.map((item) => scoreBy(region, need, item));
  const scored = candidates.map((candidate) => ({ candidate, scores: scores.map((score) => score(candidate)) }));
  return scored.toSorted(compareScores).map(({ candidate }) => candidate);
}

interface Scored {
  candidate: Candidate;
  scores: number[];
}

function compareScores(a: Scored, b: Scored): number {
  for (const [index, value] of a.scores.entries()) {
    const difference = value - (b.scores[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.candidate.instance.id < b.candidate.instance.id ? -1 : 1;
}

/** How good an instance is by one item of a strategy; the least is the best. */
function scoreBy(region: Region, need: Requirement, item: PlacementStrategy): (candidate: Candidate) => number {
  if (item.type === "random") return () => Number.parseInt(region.id("", 6), 16);
  if (item.type === "binpack" && item.field?.toLowerCase() === "cpu") return (one) => one.instance.cpu - one.usage.cpu;
  if (item.type === "binpack") return ({ instance, usage }) => instance.memoryMiB - usage.memoryMiB;
  const field = item.field ?? "instanceId";
  const valueOf = (one: ContainerInstanceRecord) =>
    field.startsWith("attribute:") ? (one.attributes[field.slice("attribute:".length)] ?? "") : one.id;
  const counts = countGroup(region, need, valueOf);
  return ({ instance }) => counts.get(valueOf(instance)) ?? 0;
}

/** How many tasks of the group share each value that an instance can have. */
function countGroup(
  region: Region,
  need: Requirement,
  valueOf: (instance: ContainerInstanceRecord) => string,
): Map<string, number> {
  const table = containerInstances(region);
  const counts = new Map<string, number>();
  for (const task of tasks(region).values()) {
    if (task.phase === "STOPPED" || task.task.group !== need.group) continue;
    const host = table.get(task.containerInstanceId ?? "");
    if (host) counts.set(valueOf(host), (counts.get(valueOf(host)) ?? 0) + 1);
  }
  return counts;
}
