import type * as ecs from "@aws-sdk/client-ecs";
import type { Attribute, ContainerInstance, Resource } from "@aws-sdk/client-ecs";
import { type Handler, page } from "../../wire/api.ts";
import { deregister } from "../../world/container-instances.ts";
import { matchesQuery, providerOf, reservedPorts, tasksOn, usageOf } from "../../world/placement.ts";
import {
  type ClusterRecord,
  containerInstances,
  type ContainerInstanceRecord,
  lastPart,
} from "../../world/records/ecs.ts";
import { requestStop } from "../../world/task-requests.ts";
import { countTasks } from "../../world/task-start.ts";
import type { Region } from "../../world/world.ts";
import { clientError, invalidParameter } from "./errors.ts";
import { findCluster, lookUpInstance } from "./find.ts";

function describeInstance(region: Region, record: ContainerInstanceRecord, withTags: boolean): ContainerInstance {
  const usage = usageOf(region, record);
  const counts = countTasks(region, record.id);
  const provider = providerOf(region, record);
  return {
    containerInstanceArn: record.arn,
    ec2InstanceId: record.ec2InstanceId,
    ...(provider === undefined ? {} : { capacityProviderName: provider }),
    version: record.version,
    versionInfo: { agentVersion: "1.99.0", agentHash: "2c1f0ba5", dockerVersion: "DockerVersion: 25.0.8" },
    registeredResources: describeResources(record.cpu, record.memoryMiB, reservedPorts),
    remainingResources: describeResources(record.cpu - usage.cpu, record.memoryMiB - usage.memoryMiB, [...usage.ports]),
    status: record.status,
    agentConnected: record.agentConnected,
    runningTasksCount: counts.running,
    pendingTasksCount: counts.pending,
    attributes: Object.entries(record.attributes).map(([name, value]): Attribute =>
      value === "" ? { name } : { name, value },
    ),
    registeredAt: record.registeredAt,
    attachments: [],
    tags: withTags ? record.tags : [],
  };
}

function describeResources(cpu: number, memoryMiB: number, ports: readonly number[]): Resource[] {
  const number = (name: string, integerValue: number): Resource => ({
    name,
    type: "INTEGER",
    doubleValue: 0,
    longValue: 0,
    integerValue,
  });
  const set = (name: string, values: readonly number[]): Resource => ({
    name,
    type: "STRINGSET",
    doubleValue: 0,
    longValue: 0,
    integerValue: 0,
    stringSetValue: values.map(String),
  });
  return [number("CPU", cpu), number("MEMORY", memoryMiB), set("PORTS", ports), set("PORTS_UDP", [])];
}

export const describeContainerInstances: Handler<typeof ecs, "DescribeContainerInstances"> = (input, { region }) => {
  const cluster = findCluster(region, input.cluster);
  const asked = input.containerInstances ?? [];
  if (asked.length === 0) throw invalidParameter("Container instances cannot be empty.");
  const found = asked.map((name) => ({ name, record: lookUpInstance(region, cluster, name) }));
  const withTags = input.include?.includes("TAGS") ?? false;
  return {
    containerInstances: found.flatMap(({ record }) => (record ? [describeInstance(region, record, withTags)] : [])),
    failures: found.filter(({ record }) => !record).map(({ name }) => missing(region, cluster, name)),
  };
};

const missing = (region: Region, cluster: ClusterRecord, name: string) => ({
  arn: region.arn("ecs", `container-instance/${cluster.name}/${lastPart(name)}`),
  reason: "MISSING",
});

export const listContainerInstances: Handler<typeof ecs, "ListContainerInstances"> = (input, { region }) => {
  const cluster = findCluster(region, input.cluster);
  const status = input.status;
  const own = [...containerInstances(region).values()].filter(
    (one) =>
      one.clusterName === cluster.name &&
      (status === undefined ? one.status !== "INACTIVE" : one.status === status) &&
      (input.filter === undefined || matchesQuery(one, input.filter)),
  );
  const { items, next } = page(own, input.nextToken, input.maxResults ?? 100);
  return { containerInstanceArns: items.map((one) => one.arn), ...(next === undefined ? {} : { nextToken: next }) };
};

export const updateContainerInstancesState: Handler<typeof ecs, "UpdateContainerInstancesState"> = (
  input,
  { region },
) => {
  const cluster = findCluster(region, input.cluster);
  const { status } = input;
  if (status !== "ACTIVE" && status !== "DRAINING")
    throw invalidParameter("Container instances status can only be set to DRAINING or ACTIVE.");
  const found = (input.containerInstances ?? []).map((name) => ({
    name,
    record: lookUpInstance(region, cluster, name),
  }));
  const changed: ContainerInstance[] = [];
  for (const { record } of found) {
    if (!record || record.status === "INACTIVE") continue;
    record.status = status;
    record.version++;
    changed.push(describeInstance(region, record, true));
  }
  return {
    containerInstances: changed,
    failures: found
      .filter(({ record }) => !record || record.status === "INACTIVE")
      .map(({ name, record }) => ({ ...missing(region, cluster, name), reason: record ? "INACTIVE" : "MISSING" })),
  };
};

/** With `force` the tasks go on as orphans on AWS; here they are stopped, since nobody could see them any more. */
export const deregisterContainerInstance: Handler<typeof ecs, "DeregisterContainerInstance"> = (input, { region }) => {
  const cluster = findCluster(region, input.cluster);
  const record = lookUpInstance(region, cluster, input.containerInstance ?? "");
  if (!record || record.status === "INACTIVE") throw clientError("The specified container instance was not found.");
  const running = tasksOn(region, record.id);
  if (running.length > 0 && !input.force) throw invalidParameter("Found running tasks on the instance.");
  const now = region.world.clock.now();
  const answer = describeInstance(region, record, true);
  deregister(record, now);
  for (const task of running)
    requestStop(task, "UserInitiated", "Task stopped by container instance deregistration", now);
  return { containerInstance: { ...answer, status: "INACTIVE", agentConnected: false } };
};
