import type { Aws } from "../aws/aws.ts";
import type { Config } from "../config/schema.ts";
import { bindNode, type Node } from "../plan/graph.ts";
import { type Network, noteNetwork } from "../resources/network.ts";
import { securityGroup } from "../resources/security-group.ts";
import { ownTags } from "../resources/tags.ts";
import { balancerNames, isOnFargate } from "./balancer-graph.ts";

/** The firewall of tasks that have a network of their own. */
export const tasksFirewall = (config: Config): string => `tasks-${config.app}`;

/** Who may reach the tasks: their load balancer alone, or the world when there is none. */
export function buildFargateNodes(aws: Aws, config: Config, network: Network): Node[] {
  if (!isOnFargate(config)) return [];
  const { port } = config.task.container;
  const balancer = config.loadBalancer && `security-group/${balancerNames(config).firewall}`;
  const range = { fromPort: port, toPort: port };
  return [
    bindNode(securityGroup, aws, {
      name: tasksFirewall(config),
      needs: balancer ? [balancer] : [],
      notes: [...(balancer ? [] : [`port ${port} of every task is open to the world`]), ...noteNetwork(config.network)],
      spec: (outputs) => ({
        name: tasksFirewall(config),
        vpcId: network.vpcId,
        description: `Tasks of ${config.app}, made by ecsctl`,
        ingress: balancer
          ? [{ ...range, groupId: outputs(balancer, "id"), description: "from the load balancer" }]
          : [{ ...range, cidr: "0.0.0.0/0", description: "HTTP" }],
        tags: ownTags(config.app, config.tags),
      }),
    }),
  ];
}
