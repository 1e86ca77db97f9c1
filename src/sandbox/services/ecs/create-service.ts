import type * as ecs from "@aws-sdk/client-ecs";
import type { CreateServiceRequest } from "@aws-sdk/client-ecs";
import type { Handler } from "../../wire/api.ts";
import { accountId, type Region } from "../../world/world.ts";
import {
  type ClusterRecord,
  type ServiceRecord,
  services,
  type TaskDefinitionRecord,
} from "../../world/records/ecs.ts";
import { startDeployment } from "../../world/rollouts.ts";
import { invalidParameter } from "./errors.ts";
import { findCluster, findUsableDefinition } from "./find.ts";
import { checkLoadBalancers } from "./service-balancers.ts";
import { checkNetwork, checkPlacement, chooseCapacity, completeDeployment, completeNetwork } from "./service-rules.ts";
import { completeMonitoring } from "./service-monitoring.ts";
import { describeService } from "./service-response.ts";

export const createService: Handler<typeof ecs, "CreateService"> = (input, { region }) => {
  const cluster = findCluster(region, input.cluster);
  const name = input.serviceName ?? "";
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw invalidParameter("Invalid service name.");
  const key = `${cluster.name}/${name}`;
  const existing = services(region).get(key);
  if (existing?.status === "ACTIVE") {
    const again = input.clientToken !== undefined && existing.clientToken === input.clientToken;
    if (!again) throw invalidParameter("Creation of service was not idempotent.");
    return { service: describeService(region, existing, true) };
  }
  if (existing?.status === "DRAINING") throw invalidParameter("Unable to Start a service that is still Draining.");
  refuseUnknown(input);
  const definition = findUsableDefinition(region, input.taskDefinition);
  const capacity = chooseCapacity(region, cluster, input);
  checkNetwork(region, definition.definition, input.networkConfiguration, capacity);
  checkLoadBalancers(region, definition.definition, input);
  checkPlacement(input.placementConstraints ?? [], input.placementStrategy ?? []);
  const service = { ...makeRecord(region, cluster, input, definition), ...capacity };
  services(region).set(key, service);
  startDeployment(region, service, region.world.clock.now());
  return { service: describeService(region, service, true) };
};

/** What the sandbox does not do is refused by name, never ignored. */
function refuseUnknown(input: CreateServiceRequest): void {
  if (input.serviceRegistries?.length)
    throw invalidParameter("The sandbox has no service discovery: leave out serviceRegistries.");
  if (input.schedulingStrategy === "DAEMON")
    throw invalidParameter("The sandbox knows the scheduling strategy REPLICA only.");
  if (input.deploymentController && input.deploymentController.type !== "ECS")
    throw invalidParameter("The sandbox knows the deployment controller ECS only.");
  if ((input.desiredCount ?? 0) < 0) throw invalidParameter("desiredCount must be at least 0.");
}

function makeRecord(
  region: Region,
  cluster: ClusterRecord,
  input: CreateServiceRequest,
  definition: TaskDefinitionRecord,
): ServiceRecord {
  return {
    name: input.serviceName ?? "",
    arn: region.arn("ecs", `service/${cluster.name}/${input.serviceName}`),
    clusterName: cluster.name,
    status: "ACTIVE",
    desiredCount: input.desiredCount ?? 0,
    taskDefinitionArn: definition.definition.taskDefinitionArn,
    strategy: [],
    deploymentConfiguration: completeDeployment(input.deploymentConfiguration),
    placementConstraints: input.placementConstraints ?? [],
    placementStrategy: input.placementStrategy ?? [],
    networkConfiguration: completeNetwork(input.networkConfiguration),
    loadBalancers: input.loadBalancers ?? [],
    healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds,
    monitoring: completeMonitoring(input.monitoring),
    propagateTags: input.propagateTags ?? "NONE",
    enableECSManagedTags: input.enableECSManagedTags ?? false,
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    clientToken: input.clientToken,
    createdAt: region.world.clock.date(),
    createdBy: `arn:aws:iam::${accountId}:root`,
    tags: input.tags ?? [],
    deployments: [],
    events: [],
    steady: false,
    throttledUntil: 0,
  };
}
