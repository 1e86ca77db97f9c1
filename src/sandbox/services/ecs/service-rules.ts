import type {
  CapacityProviderStrategyItem,
  DeploymentConfiguration,
  LaunchType,
  PlacementConstraint,
  PlacementStrategy,
} from "@aws-sdk/client-ecs";
import type { ClusterRecord, TaskDefinitionRecord } from "../../world/records/ecs.ts";
import type { Region } from "../../world/world.ts";
import { invalidParameter } from "./errors.ts";
import { checkProviders, checkStrategy, completeStrategy, fargateProviders } from "./put-cluster-capacity-providers.ts";

interface Asked {
  launchType?: LaunchType | undefined;
  capacityProviderStrategy?: CapacityProviderStrategyItem[] | undefined;
}

/** How the tasks find capacity: the strategy given, the launch type given, the cluster's default strategy, or EC2. */
export function chooseCapacity(
  region: Region,
  cluster: ClusterRecord,
  asked: Asked,
): { launchType?: LaunchType; strategy: CapacityProviderStrategyItem[] } {
  const given = asked.capacityProviderStrategy ?? [];
  if (given.length > 0 && asked.launchType !== undefined)
    throw invalidParameter(
      "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
    );
  if (asked.launchType !== undefined) return { launchType: supported(asked.launchType), strategy: [] };
  const strategy = given.length > 0 ? given : cluster.defaultStrategy;
  if (strategy.length === 0) return { launchType: "EC2", strategy: [] };
  checkProviders(
    region,
    strategy.map((item) => item.capacityProvider ?? ""),
  );
  checkStrategy(cluster.capacityProviders, strategy);
  if (strategy.some((item) => fargateProviders.includes(item.capacityProvider ?? ""))) supported("FARGATE");
  if (strategy.every((item) => !item.weight))
    throw invalidParameter(
      "The capacity provider strategy must contain at least one capacity provider with a weight greater than 0.",
    );
  return { strategy: completeStrategy(strategy) };
}

/** The sandbox has no Fargate yet, and says so instead of leaving tasks in PROVISIONING for ever. */
function supported(launchType: LaunchType): LaunchType {
  if (launchType === "EC2") return launchType;
  throw invalidParameter(
    `The sandbox does not run tasks of launch type ${launchType}: use EC2 or a capacity provider.`,
  );
}

/** A task definition that needs a network of its own wants a network configuration, and only then may have one. */
export function checkNetwork(definition: TaskDefinitionRecord["definition"], configuration: unknown): void {
  const own = definition.networkMode === "awsvpc";
  if (own && configuration === undefined)
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  if (!own && configuration !== undefined)
    throw invalidParameter("Network Configuration is not valid for the given networkMode of this task definition.");
  refuseUnknown(definition);
}

/** What a task would silently lack in the sandbox is refused by name. */
function refuseUnknown(definition: TaskDefinitionRecord["definition"]): void {
  const containers = definition.containerDefinitions ?? [];
  const lacks = [
    definition.networkMode === "awsvpc" ? "network mode awsvpc: use bridge or host" : undefined,
    containers.some((one) => one.secrets?.length) ? "secrets: use environment" : undefined,
    containers.some((one) => one.mountPoints?.length) ? "volumes: leave out mountPoints" : undefined,
  ].find((lack) => lack !== undefined);
  if (lacks !== undefined) throw invalidParameter(`The sandbox does not have ${lacks}.`);
}

export function checkPlacement(
  constraints: readonly PlacementConstraint[],
  strategies: readonly PlacementStrategy[],
): void {
  for (const { type, field } of strategies) {
    if (type === "random" && field) throw invalidParameter("The placement strategy 'random' does not take a field.");
    if (type === "binpack" && !/^(cpu|memory)$/i.test(field ?? ""))
      throw invalidParameter("The placement strategy 'binpack' takes the field cpu or memory.");
    if (type === "spread" && !/^(instanceId|host|attribute:[\w.-]+)$/i.test(field ?? ""))
      throw invalidParameter("The placement strategy 'spread' takes the field instanceId, host, or attribute:NAME.");
  }
  for (const { type, expression } of constraints)
    if (type === "memberOf" && !expression)
      throw invalidParameter("Expression must not be empty for the memberOf constraint.");
}

/** Fills in AWS's defaults and refuses what it refuses. */
export function completeDeployment(
  given: DeploymentConfiguration | undefined,
  before?: DeploymentConfiguration,
): DeploymentConfiguration {
  const merged: DeploymentConfiguration = {
    maximumPercent: 200,
    minimumHealthyPercent: 100,
    strategy: "ROLLING",
    bakeTimeInMinutes: 0,
    ...before,
    ...given,
    deploymentCircuitBreaker: given?.deploymentCircuitBreaker ??
      before?.deploymentCircuitBreaker ?? { enable: false, rollback: false },
  };
  const { maximumPercent: max = 200, minimumHealthyPercent: min = 100 } = merged;
  if (merged.strategy !== "ROLLING")
    throw invalidParameter(`The sandbox knows the deployment strategy ROLLING only, not ${merged.strategy}.`);
  if (min < 0 || max < 0) throw invalidParameter("Both maximumPercent and minimumHealthyPercent cannot be negative.");
  if (max < 100) throw invalidParameter("maximumPercent must be at least 100.");
  if (max === 100 && min === 100)
    throw invalidParameter(
      "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.",
    );
  return merged;
}
