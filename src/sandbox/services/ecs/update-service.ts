import { ServiceNotActiveException } from "@aws-sdk/client-ecs";
import type * as ecs from "@aws-sdk/client-ecs";
import type { UpdateServiceRequest } from "@aws-sdk/client-ecs";
import { type Handler, meta } from "../../wire/api.ts";
import type { ClusterRecord, ServiceRecord } from "../../world/records/ecs.ts";
import { startDeployment } from "../../world/rollouts.ts";
import type { Region } from "../../world/world.ts";
import { findCluster, findService, findUsableDefinition } from "./find.ts";
import { checkLoadBalancers } from "./service-balancers.ts";
import { checkNetwork, checkPlacement, chooseCapacity, completeDeployment, completeNetwork } from "./service-rules.ts";
import { completeMonitoring } from "./service-monitoring.ts";
import { describeService } from "./service-response.ts";

/** A new deployment begins when what tasks are made of changes, or when it is forced; counts and percentages do not. */
export const updateService: Handler<typeof ecs, "UpdateService"> = (input, { region }) => {
  const cluster = findCluster(region, input.cluster);
  const service = findService(region, cluster, input.service);
  if (service.status !== "ACTIVE") throw new ServiceNotActiveException({ message: "Service was not ACTIVE.", ...meta });
  const changed = readChanges(region, cluster, service, input);
  const differs = Object.entries(changed.rollout).some(
    ([key, value]) => JSON.stringify(service[key as keyof ServiceRecord]) !== JSON.stringify(value),
  );
  Object.assign(service, changed.rollout, changed.settings);
  if (differs || input.forceNewDeployment) startDeployment(region, service, region.world.clock.now());
  service.steady = service.steady && !differs && input.desiredCount === undefined;
  return { service: describeService(region, service, true) };
};

type Changes = { rollout: Partial<ServiceRecord>; settings: Partial<ServiceRecord> };

function readChanges(
  region: Region,
  cluster: ClusterRecord,
  service: ServiceRecord,
  input: UpdateServiceRequest,
): Changes {
  const rollout: Partial<ServiceRecord> = {};
  const settings: Partial<ServiceRecord> = {};
  if (input.networkConfiguration !== undefined)
    rollout.networkConfiguration = completeNetwork(input.networkConfiguration);
  if (input.capacityProviderStrategy !== undefined) {
    const { strategy, launchType } = chooseCapacity(region, cluster, input);
    Object.assign(rollout, { strategy, launchType });
  }
  const definition = findUsableOrKept(region, { ...service, ...rollout }, input.taskDefinition);
  if (definition !== undefined) rollout.taskDefinitionArn = definition;
  if (input.loadBalancers !== undefined) {
    const used = findUsableDefinition(region, definition ?? service.taskDefinitionArn).definition;
    checkLoadBalancers(region, used, input);
    rollout.loadBalancers = input.loadBalancers;
  }
  if (input.healthCheckGracePeriodSeconds !== undefined)
    settings.healthCheckGracePeriodSeconds = input.healthCheckGracePeriodSeconds;
  if (input.monitoring !== undefined) rollout.monitoring = completeMonitoring(input.monitoring);
  checkPlacement(input.placementConstraints ?? [], input.placementStrategy ?? []);
  if (input.placementConstraints !== undefined) rollout.placementConstraints = input.placementConstraints;
  if (input.placementStrategy !== undefined) rollout.placementStrategy = input.placementStrategy;
  if (input.desiredCount !== undefined) settings.desiredCount = input.desiredCount;
  if (input.deploymentConfiguration !== undefined)
    settings.deploymentConfiguration = completeDeployment(
      input.deploymentConfiguration,
      service.deploymentConfiguration,
    );
  if (input.propagateTags !== undefined) settings.propagateTags = input.propagateTags;
  if (input.enableECSManagedTags !== undefined) settings.enableECSManagedTags = input.enableECSManagedTags;
  if (input.enableExecuteCommand !== undefined) settings.enableExecuteCommand = input.enableExecuteCommand;
  return { rollout, settings };
}

function findUsableOrKept(region: Region, service: ServiceRecord, reference: string | undefined): string | undefined {
  if (reference === undefined) return undefined;
  const { definition } = findUsableDefinition(region, reference);
  checkNetwork(region, definition, service.networkConfiguration, service);
  return definition.taskDefinitionArn;
}
