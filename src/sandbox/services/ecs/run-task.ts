import type * as ecs from "@aws-sdk/client-ecs";
import type { Failure, RunTaskRequest, Tag } from "@aws-sdk/client-ecs";
import type { Handler } from "../../wire/api.ts";
import { findPlace, type Placement, requirementFor } from "../../world/placement.ts";
import {
  capacityProviders,
  type ClusterRecord,
  containerInstances,
  isFargate,
  type TaskDefinitionRecord,
  type TaskRecord,
} from "../../world/records/ecs.ts";
import { chooseProvider, createTask, type TaskRequest } from "../../world/task-requests.ts";
import { findRoleObstacle } from "../../world/task-roles.ts";
import type { Region } from "../../world/world.ts";
import { clientError, invalidParameter } from "./errors.ts";
import { findCluster, findUsableDefinition, lookUpInstance } from "./find.ts";
import { checkNetwork, checkPlacement, chooseCapacity } from "./service-rules.ts";

const reasons = { cpu: "RESOURCE:CPU", memory: "RESOURCE:MEMORY", ports: "RESOURCE:PORTS", agent: "AGENT" } as const;

export const runTask: Handler<typeof ecs, "RunTask"> = (input, { region }) => {
  const cluster = findCluster(region, input.cluster);
  const definition = usable(region, input.taskDefinition);
  checkPlacement(input.placementConstraints ?? [], input.placementStrategy ?? []);
  const capacity = chooseCapacity(region, cluster, input);
  checkNetwork(region, definition.definition, input.networkConfiguration, capacity);
  const count = input.count ?? 1;
  if (count < 1 || count > 10) throw invalidParameter("Count must be between 1 and 10.");
  const started: TaskRecord[] = [];
  const failures: Failure[] = [];
  while (started.length + failures.length < count) {
    const provider = chooseProvider(
      capacity.strategy,
      (name) => started.filter((one) => one.capacityProviderName === name).length,
    );
    const launchType = isFargate(capacity) ? "FARGATE" : "EC2";
    const outcome = startOne(region, { ...makeRequest(cluster, definition, input, provider), launchType });
    if ("task" in outcome) started.push(outcome);
    else failures.push(outcome);
  }
  return { tasks: started.map((one) => one.task), failures };
};

function usable(region: Region, reference: string | undefined): TaskDefinitionRecord {
  const definition = findUsableDefinition(region, reference);
  const obstacle = findRoleObstacle(region, definition.definition);
  if (obstacle !== undefined) throw clientError(obstacle);
  return definition;
}

type Input = Omit<RunTaskRequest, "taskDefinition" | "cluster" | "count">;

function makeRequest(
  cluster: ClusterRecord,
  definition: TaskDefinitionRecord,
  input: Input,
  provider: string | undefined,
): TaskRequest {
  const managed: Tag[] = input.enableECSManagedTags ? [{ key: "aws:ecs:clusterName", value: cluster.name }] : [];
  const propagated = input.propagateTags === "TASK_DEFINITION" ? definition.tags : [];
  return {
    cluster,
    definition,
    group: input.group ?? `family:${definition.definition.family}`,
    startedBy: input.startedBy,
    capacityProviderName: provider,
    networkConfiguration: input.networkConfiguration,
    overrides: input.overrides,
    tags: [...propagated, ...(input.tags ?? []), ...managed],
    placementConstraints: input.placementConstraints ?? [],
    placementStrategy: input.placementStrategy ?? [],
    enableExecuteCommand: input.enableExecuteCommand,
  };
}

function startOne(region: Region, request: TaskRequest): TaskRecord | Failure {
  if (request.launchType === "FARGATE") return createTask(region, request);
  const place = findPlace(
    region,
    requirementFor(request.definition.definition, {
      clusterName: request.cluster.name,
      group: request.group,
      constraints: request.placementConstraints,
      strategy: request.placementStrategy,
      capacityProvider: request.capacityProviderName,
    }),
  );
  if (place.instance) return createTask(region, request, place.instance);
  const provider = capacityProviders(region).get(request.capacityProviderName ?? "");
  if (provider?.provider.managedScaling?.status === "ENABLED") return createTask(region, request);
  return explain(region, request, place);
}

function explain(region: Region, request: TaskRequest, place: Placement): Failure {
  const closest = place.instance ? undefined : place.closest;
  const any = [...containerInstances(region).values()].some(
    (one) => one.clusterName === request.cluster.name && one.status === "ACTIVE",
  );
  if (!closest || !any) throw invalidParameter("No Container Instances were found in your cluster.");
  const { lacks, instance } = closest;
  return {
    arn: instance.arn,
    reason: lacks === "constraint" ? "MemberOf placement constraint unsatisfied." : reasons[lacks],
  };
}

/** Puts a task on the instances that the request names, whatever room they have by placement rules. */
export const startTask: Handler<typeof ecs, "StartTask"> = (input, { region }) => {
  const cluster = findCluster(region, input.cluster);
  const definition = usable(region, input.taskDefinition);
  checkNetwork(region, definition.definition, input.networkConfiguration, { launchType: "EC2", strategy: [] });
  const started: TaskRecord[] = [];
  const failures: Failure[] = [];
  for (const name of input.containerInstances ?? []) {
    const instance = lookUpInstance(region, cluster, name);
    if (instance?.status === "ACTIVE") {
      started.push(createTask(region, makeRequest(cluster, definition, input, undefined), instance));
    } else failures.push({ arn: name, reason: instance ? "INACTIVE" : "MISSING" });
  }
  return { tasks: started.map((one) => one.task), failures };
};
