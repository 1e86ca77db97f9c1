import { usageOf } from "./placement.ts";
import type { ContainerInstanceRecord } from "./records/ecs.ts";
import type { Region } from "./world.ts";

interface ServiceAction {
  name: string;
  type: "INFO" | "WARN" | "ERROR";
  /** Of a task that found no place: `RESOURCE:MEMORY`. */
  reason?: string;
}

const placementReasons: readonly (readonly [RegExp, string])[] = [
  [/insufficient CPU/, "RESOURCE:CPU"],
  [/insufficient memory/, "RESOURCE:MEMORY"],
  [/already using a port/, "RESOURCE:PORTS"],
  [/agent connected/, "AGENT"],
  [/placement constraint/, "ATTRIBUTE"],
  [/No Container Instances/, "NO_INSTANCES"],
];

/**
 * The service action that goes with a line of the service's events; undefined for lines that have none. Source:
 * "Amazon ECS service action events". The reason codes of placement failures follow those of StartTask's failures.
 */
export function describeService(message: string): ServiceAction | undefined {
  if (message.endsWith("has reached a steady state.")) return { name: "SERVICE_STEADY_STATE", type: "INFO" };
  if (message.includes("is unable to consistently start tasks successfully"))
    return { name: "SERVICE_TASK_START_IMPAIRED", type: "WARN" };
  if (message.includes("was unable to place a task")) {
    const reason = placementReasons.find(([pattern]) => pattern.test(message))?.[1] ?? "RESOURCE";
    return { name: "SERVICE_TASK_PLACEMENT_FAILURE", type: "ERROR", reason };
  }
  if (message.includes("failed to launch a task")) return { name: "SERVICE_TASK_CONFIGURATION_FAILURE", type: "ERROR" };
  return undefined;
}

const resources = (cpu: number, memoryMiB: number): object[] => [
  { name: "CPU", type: "INTEGER", integerValue: cpu },
  { name: "MEMORY", type: "INTEGER", integerValue: memoryMiB },
];

/** What EventBridge tells of a container instance. */
export function describeInstanceState(region: Region, record: ContainerInstanceRecord, now: number): object {
  const used = usageOf(region, record);
  return {
    agentConnected: record.agentConnected,
    attributes: Object.entries(record.attributes).map(([name, value]) => (value === "" ? { name } : { name, value })),
    clusterArn: region.arn("ecs", `cluster/${record.clusterName}`),
    containerInstanceArn: record.arn,
    ec2InstanceId: record.ec2InstanceId,
    registeredAt: record.registeredAt,
    registeredResources: resources(record.cpu, record.memoryMiB),
    remainingResources: resources(record.cpu - used.cpu, record.memoryMiB - used.memoryMiB),
    status: record.status,
    version: record.version,
    versionInfo: { agentVersion: "1.99.0", agentHash: "2c1f0ba5", dockerVersion: "DockerVersion: 25.0.8" },
    updatedAt: new Date(now),
  };
}
