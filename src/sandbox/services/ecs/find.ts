import { ClusterNotFoundException, ServiceNotFoundException } from "@aws-sdk/client-ecs";
import { meta } from "../../wire/api.ts";
import {
  type ClusterRecord,
  clusters,
  containerInstances,
  type ContainerInstanceRecord,
  lastPart,
  type ServiceRecord,
  services,
  type TaskDefinitionRecord,
  taskDefinitions,
  type TaskRecord,
  tasks,
} from "../../world/records/ecs.ts";
import type { Region } from "../../world/world.ts";
import { clientError } from "./errors.ts";

/** The cluster that a request names (name or ARN; `default` when it names none). Throws AWS's error for a missing one. */
export function findCluster(region: Region, nameOrArn: string | undefined): ClusterRecord {
  const cluster = clusters(region).get(lastPart(nameOrArn ?? "default"));
  if (cluster?.status === "ACTIVE") return cluster;
  throw new ClusterNotFoundException({ message: "Cluster not found.", ...meta });
}

export function findService(region: Region, cluster: ClusterRecord, nameOrArn: string | undefined): ServiceRecord {
  const service = services(region).get(`${cluster.name}/${lastPart(nameOrArn ?? "")}`);
  if (service) return service;
  throw new ServiceNotFoundException({ message: "Service not found.", ...meta });
}

export function lookUpInstance(
  region: Region,
  cluster: ClusterRecord,
  idOrArn: string,
): ContainerInstanceRecord | undefined {
  const record = containerInstances(region).get(lastPart(idOrArn));
  return record?.clusterName === cluster.name ? record : undefined;
}

export function lookUpTask(region: Region, cluster: ClusterRecord, idOrArn: string): TaskRecord | undefined {
  const record = tasks(region).get(lastPart(idOrArn));
  return record?.clusterName === cluster.name ? record : undefined;
}

/** A task definition by ARN, `family:revision`, or `family` (then its newest ACTIVE revision). */
export function lookUpDefinition(region: Region, reference: string | undefined): TaskDefinitionRecord | undefined {
  const name = lastPart(reference ?? "");
  if (name.includes(":")) return taskDefinitions(region).get(name);
  return [...taskDefinitions(region).values()]
    .filter(({ definition }) => definition.family === name && definition.status === "ACTIVE")
    .toSorted((a, b) => b.definition.revision - a.definition.revision)[0];
}

/** The definition that tasks are to be started from: it must exist and be ACTIVE. */
export function findUsableDefinition(region: Region, reference: string | undefined): TaskDefinitionRecord {
  const found = lookUpDefinition(region, reference);
  if (!found) throw clientError("TaskDefinition not found.");
  if (found.definition.status !== "ACTIVE") throw clientError("TaskDefinition is inactive");
  return found;
}
