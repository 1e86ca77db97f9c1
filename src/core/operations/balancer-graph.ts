import type { Aws } from "../aws/aws.ts";
import { parseDuration } from "../config/duration.ts";
import type { Config } from "../config/schema.ts";
import { bindNode, type Node } from "../plan/graph.ts";
import { listener } from "../resources/listener.ts";
import { loadBalancer } from "../resources/load-balancer.ts";
import { describeWish, type Network, noteNetwork } from "../resources/network.ts";
import { securityGroup } from "../resources/security-group.ts";
import { ownTags } from "../resources/tags.ts";
import { targetGroup } from "../resources/target-group.ts";

type Balancer = NonNullable<Config["loadBalancer"]>;

/** Names follow from the app, so a second run finds what the first made. */
export const balancerNames = (config: Config) => {
  const name = config.loadBalancer?.name ?? config.app;
  return {
    balancer: name,
    group: name,
    firewall: `balancer-${config.app}`,
    listener: `${name}:${config.loadBalancer?.port}`,
  };
};

const seconds = (duration: string): number => parseDuration(duration) ?? 0;

export const isOnFargate = (config: Config): boolean => config.service.launchType === "FARGATE";

/** The load balancer, who may reach it, where it listens and where it sends requests. */
export function buildBalancerNodes(aws: Aws, config: Config, network: Network): Node[] {
  const { loadBalancer: wanted } = config;
  if (!wanted) return [];
  const names = balancerNames(config);
  const tags = ownTags(config.app, config.tags);
  const firewall = buildFirewallNode(aws, config, wanted, network);
  const balancer = bindNode(loadBalancer, aws, {
    name: names.balancer,
    needs: [firewall.id],
    spec: (outputs) => ({
      name: names.balancer,
      subnetIds: network.subnetIds,
      network: describeWish(config.network),
      securityGroupId: outputs(firewall.id, "id"),
      tags,
    }),
  });
  const group = buildGroupNode(aws, config, wanted, network);
  const door = bindNode(listener, aws, {
    name: names.listener,
    title: `listener on port ${wanted.port} of load balancer ${names.balancer}`,
    needs: [balancer.id, group.id],
    spec: (outputs) => ({
      balancer: names.balancer,
      balancerArn: outputs(balancer.id, "arn"),
      targetGroupArn: outputs(group.id, "arn"),
      port: wanted.port,
      tags,
    }),
  });
  return [firewall, balancer, group, door];
}

function buildFirewallNode(aws: Aws, config: Config, wanted: Balancer, network: Network): Node {
  const { firewall } = balancerNames(config);
  const open = ["0.0.0.0/0", "::/0"].includes(wanted.ingressCidr);
  const notes = open ? [`port ${wanted.port} is open to the world; loadBalancer.ingressCidr narrows that`] : [];
  const { port, ingressCidr: cidr } = wanted;
  return bindNode(securityGroup, aws, {
    name: firewall,
    notes: [...notes, ...noteNetwork(config.network)],
    spec: () => ({
      name: firewall,
      vpcId: network.vpcId,
      description: `Load balancer of ${config.app}, made by ecsctl`,
      ingress: [{ fromPort: port, toPort: port, cidr, description: "HTTP" }],
      tags: ownTags(config.app, config.tags),
    }),
  });
}

function buildGroupNode(
  aws: Aws,
  config: Config,
  { healthCheck, deregistrationDelay }: Balancer,
  network: Network,
): Node {
  const { group } = balancerNames(config);
  return bindNode(targetGroup, aws, {
    name: group,
    spec: () => ({
      name: group,
      vpcId: network.vpcId,
      port: config.task.container.port,
      targetType: isOnFargate(config) ? "ip" : "instance",
      healthCheck: {
        path: healthCheck.path,
        matcher: healthCheck.matcher,
        intervalSeconds: seconds(healthCheck.interval),
        timeoutSeconds: seconds(healthCheck.timeout),
        healthyThreshold: healthCheck.healthyThreshold,
        unhealthyThreshold: healthCheck.unhealthyThreshold,
      },
      deregistrationSeconds: seconds(deregistrationDelay),
      tags: ownTags(config.app, config.tags),
    }),
  });
}
