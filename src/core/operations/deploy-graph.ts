import type { ImageIdentifier } from "@aws-sdk/client-ecr";
import type { Aws } from "../aws/aws.ts";
import { parseDuration } from "../config/duration.ts";
import type { Config } from "../config/schema.ts";
import { bindNode, type Node } from "../plan/graph.ts";
import { clusterCapacityProviders } from "../resources/cluster-capacity-providers.ts";
import { cluster } from "../resources/cluster.ts";
import { ecrRepository } from "../resources/ecr-repository.ts";
import { scalableId, service } from "../resources/service.ts";
import { ownTags, type Tags } from "../resources/tags.ts";
import type { Network } from "../resources/network.ts";
import type { Surroundings } from "../resources/surroundings.ts";
import { alarmId, buildAlarmNodes } from "./alarm-graph.ts";
import { balancerNames, buildBalancerNodes, isOnFargate } from "./balancer-graph.ts";
import { buildCapacityNodes, capacityNames } from "./capacity-graph.ts";
import { buildDashboardNodes } from "./dashboard-graph.ts";
import { buildEventNodes } from "./event-graph.ts";
import { buildFargateNodes, tasksFirewall } from "./fargate-graph.ts";
import { fastMetrics } from "./fast-metrics.ts";
import type { ScalingFacts } from "./scaling-facts.ts";
import { buildScalingNodes } from "./scaling-graph.ts";
import { buildTaskNodes } from "./task-graph.ts";

/** What the graph needs to know that stands in no file. */
export interface DeployFacts {
  /** Undefined without EC2 capacity. */
  surroundings: Surroundings | undefined;
  /** Undefined without Fargate and load balancer. */
  network: Network | undefined;
  /** Pinned by digest. */
  image: string;
  /** How the image is asked for in our repository; undefined where it is not. */
  imageId?: ImageIdentifier | undefined;
  /** What scales the service in AWS. */
  scaling: ScalingFacts;
}

export const appTags = (config: Config): Tags => ownTags(config.app, config.tags);

/** Everything that `deploy` makes, as a graph. */
export function buildDeployGraph(aws: Aws, config: Config, facts: DeployFacts): Node[] {
  return [
    buildRepositoryNode(aws, config, facts.imageId),
    ...buildClusterNodes(aws, config, facts),
    ...(facts.network ? buildBalancerNodes(aws, config, facts.network) : []),
    ...(facts.network ? buildFargateNodes(aws, config, facts.network) : []),
    ...buildTaskNodes(aws, config, facts.image),
    buildServiceNode(aws, config, facts.network),
    ...buildAlarmNodes(aws, config),
    ...buildEventNodes(aws, config),
    ...buildDashboardNodes(aws, config),
    ...buildScalingNodes(aws, config, facts.scaling, [`ecs-service/${config.service.name}`]),
  ];
}

function buildRepositoryNode(aws: Aws, config: Config, image: ImageIdentifier | undefined): Node {
  const { repository } = config.image;
  return bindNode(ecrRepository, aws, {
    name: repository,
    title: `repository ${repository}`,
    spec: () => ({ name: repository, tags: appTags(config), image }),
  });
}

function buildClusterNodes(aws: Aws, config: Config, facts: DeployFacts): Node[] {
  const { name, capacity } = config.cluster;
  const own = bindNode(cluster, aws, {
    name,
    title: `cluster ${name}`,
    spec: () => ({ name, containerInsights: config.cluster.containerInsights, tags: appTags(config) }),
  });
  if (!capacity || !facts.surroundings) return [own];
  const nodes = [own, ...buildCapacityNodes(aws, config, capacity, facts.surroundings)];
  if (!usesProvider(config)) return nodes;
  const { provider } = capacityNames(config.app);
  const attachment = bindNode(clusterCapacityProviders, aws, {
    name,
    title: `capacity providers of cluster ${name}`,
    needs: [own.id, `capacity-provider/${provider}`],
    spec: () => ({ clusterName: name, provider }),
  });
  return [...nodes, attachment];
}

function buildServiceNode(aws: Aws, config: Config, network: Network | undefined): Node {
  const { service: wanted, scaling, cluster: at, task } = config;
  const definition = `task-definition/${task.family}`;
  const capacity = usesProvider(config)
    ? [`cluster-capacity-providers/${at.name}`]
    : config.cluster.capacity
      ? [`auto-scaling-group/${capacityNames(config.app).group}`]
      : [];
  const firewall = `security-group/${tasksFirewall(config)}`;
  const door = `listener/${balancerNames(config).listener}`;
  const reach = [...(isOnFargate(config) ? [firewall] : []), ...(config.loadBalancer ? [door] : [])];
  // An alarm that is to end rollouts is there before the first of them.
  const watched = config.alarms.filter(({ name }) => wanted.deployment?.alarms?.includes(name)).map(alarmId);
  const inRange = scaling ? Math.min(scaling.max, Math.max(scaling.min, wanted.desiredCount)) : wanted.desiredCount;
  return bindNode(service, aws, {
    name: wanted.name,
    title: `service ${wanted.name}`,
    needs: [`ecs-cluster/${at.name}`, definition, ...capacity, ...reach, ...watched],
    spec: (outputs) => ({
      clusterName: at.name,
      name: wanted.name,
      taskDefinitionArn: outputs(definition, "arn"),
      desiredCount: inRange,
      capacityProvider: usesProvider(config) ? capacityNames(config.app).provider : undefined,
      fargate: isOnFargate(config)
        ? {
            subnetIds: network?.subnetIds ?? [],
            securityGroupId: outputs(firewall, "id"),
            publicIp: wanted.publicIp ?? true,
          }
        : undefined,
      loadBalancer: config.loadBalancer && {
        targetGroupArn: outputs(`target-group/${balancerNames(config).group}`, "arn"),
        container: task.container.name,
        port: task.container.port,
        graceSeconds: parseDuration(config.loadBalancer.healthCheck.gracePeriod) ?? 0,
      },
      minimumHealthyPercent: wanted.minimumHealthyPercent,
      maximumPercent: wanted.maximumPercent,
      failedTasks: wanted.deployment?.failedTasks,
      alarms: wanted.deployment?.alarms,
      fast: wanted.deployment?.fast,
      fastMetrics: scaling && fastMetrics(scaling.policies),
      scaled: scaling !== undefined,
      tags: appTags(config),
    }),
  });
}

/** Whether tasks find instances through our capacity provider, which then sizes the Auto Scaling group. */
export const usesProvider = (config: Config): boolean =>
  config.cluster.capacity !== undefined && config.service.launchType === "capacity-provider";

export const resourceIdOf = (config: Config): string => scalableId(config.cluster.name, config.service.name);
