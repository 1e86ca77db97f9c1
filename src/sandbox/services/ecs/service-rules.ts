import type {
  AwsVpcConfiguration,
  CapacityProviderStrategyItem,
  DeploymentConfiguration,
  LaunchType,
  NetworkConfiguration,
  PlacementConstraint,
  PlacementStrategy,
} from "@aws-sdk/client-ecs";
import { openNetwork } from "../../world/network.ts";
import { securityGroups, subnets } from "../../world/records/ec2.ts";
import { type ClusterRecord, isFargate, type TaskDefinitionRecord } from "../../world/records/ecs.ts";
import type { Region } from "../../world/world.ts";
import { invalidParameter } from "./errors.ts";
import { checkProviders, checkStrategy, completeStrategy } from "./put-cluster-capacity-providers.ts";

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
  if (strategy.every((item) => !item.weight))
    throw invalidParameter(
      "The capacity provider strategy must contain at least one capacity provider with a weight greater than 0.",
    );
  return { strategy: completeStrategy(strategy) };
}

/** The sandbox has no machines of other people, and says so instead of leaving tasks in PROVISIONING for ever. */
function supported(launchType: LaunchType): LaunchType {
  if (launchType === "EC2" || launchType === "FARGATE") return launchType;
  throw invalidParameter(
    `The sandbox does not run tasks of launch type ${launchType}: use EC2, FARGATE or a capacity provider.`,
  );
}

type Capacity = Parameters<typeof isFargate>[0];

/** A task definition that needs a network of its own wants a network configuration, and only then may have one. */
export function checkNetwork(
  region: Region,
  definition: TaskDefinitionRecord["definition"],
  configuration: NetworkConfiguration | undefined,
  capacity: Capacity,
): void {
  const own = definition.networkMode === "awsvpc";
  if (own && configuration?.awsvpcConfiguration === undefined)
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  if (!own && configuration !== undefined)
    throw invalidParameter("Network Configuration is not valid for the given networkMode of this task definition.");
  if (isFargate(capacity) && !definition.compatibilities?.includes("FARGATE"))
    throw invalidParameter("Task definition does not support launch_type FARGATE.");
  if (configuration?.awsvpcConfiguration) checkAwsvpc(region, configuration.awsvpcConfiguration, capacity);
  refuseUnknown(definition);
}

function checkAwsvpc(region: Region, network: AwsVpcConfiguration, capacity: Capacity): void {
  openNetwork(region);
  if (!network.subnets?.length) throw invalidParameter("subnets can not be empty.");
  const subnet = network.subnets.find((id) => !subnets(region).has(id));
  if (subnet !== undefined)
    throw invalidParameter(
      `Error retrieving subnet information for [${subnet}]: The subnet ID '${subnet}' does not exist (ErrorCode: InvalidSubnetID.NotFound)`,
    );
  const group = network.securityGroups?.find((id) => !securityGroups(region).has(id));
  if (group !== undefined)
    throw invalidParameter(
      `Error retrieving security group information for [${group}]: The security group '${group}' does not exist (ErrorCode: InvalidGroup.NotFound)`,
    );
  checkOneVpc(region, network);
  if (network.assignPublicIp === "ENABLED" && !isFargate(capacity))
    throw invalidParameter("Assign public IP is not supported for this launch type.");
}

function checkOneVpc(region: Region, { subnets: chosen = [], securityGroups: groups = [] }: AwsVpcConfiguration): void {
  const [vpcId, ...others] = new Set(chosen.map((id) => subnets(region).get(id)?.vpcId));
  if (others.length > 0) throw invalidParameter("All subnets must belong to the same VPC.");
  const stray = groups.find((id) => securityGroups(region).get(id)?.vpcId !== vpcId);
  if (stray !== undefined)
    throw invalidParameter(`Security group ${stray} does not appear to belong to the same VPC as the input subnets.`);
}

/** With AWS's defaults, always in the same order of fields. */
export function completeNetwork(given: NetworkConfiguration | undefined): NetworkConfiguration | undefined {
  if (!given?.awsvpcConfiguration) return given;
  const { subnets: chosen, securityGroups: groups = [], assignPublicIp = "DISABLED" } = given.awsvpcConfiguration;
  return { awsvpcConfiguration: { subnets: chosen, securityGroups: groups, assignPublicIp } };
}

/** What a task would silently lack in the sandbox is refused by name. */
function refuseUnknown(definition: TaskDefinitionRecord["definition"]): void {
  const containers = definition.containerDefinitions ?? [];
  const lacks = [containers.some((one) => one.mountPoints?.length) ? "volumes: leave out mountPoints" : undefined].find(
    (lack) => lack !== undefined,
  );
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
  const early = merged.earlySuccessCriteria;
  if (early?.enable && (early.healthyPercent === undefined || early.sourceServiceRevisionCleanup === undefined))
    throw invalidParameter(
      "healthyPercent and sourceServiceRevisionCleanup must be specified with early success criteria.",
    );
  if (early?.enable && (early.healthyPercent ?? 0) < min)
    throw invalidParameter("healthyPercent must be greater than or equal to minimumHealthyPercent.");
  return merged;
}
