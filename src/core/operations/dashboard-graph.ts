import type { Aws } from "../aws/aws.ts";
import type { Config } from "../config/schema.ts";
import { bindNode, type Node } from "../plan/graph.ts";
import { dashboard } from "../resources/dashboard.ts";
import { ownTags } from "../resources/tags.ts";
import { balancerNames } from "./balancer-graph.ts";
import { buildDashboardBody } from "./dashboard-body.ts";

export const dashboardName = (config: Config): string => config.dashboard?.name ?? config.app;

/** The dashboard, when `ecsctl.yaml` wants one. It names the load balancer by an id that AWS gives. */
export function buildDashboardNodes(aws: Aws, config: Config): Node[] {
  if (!config.dashboard) return [];
  const name = dashboardName(config);
  const names = balancerNames(config);
  const balancer = `load-balancer/${names.balancer}`;
  const group = `target-group/${names.group}`;
  const alarms = config.alarms.map(
    (alarm) => `${alarm.rule === undefined ? "alarm" : "composite-alarm"}/${alarm.name}`,
  );
  return [
    bindNode(dashboard, aws, {
      name,
      title: `dashboard ${name}`,
      needs: [...(config.loadBalancer ? [balancer, group] : []), ...alarms],
      spec: (outputs) => ({
        name,
        body: buildDashboardBody(config, {
          region: aws.region,
          balancer: config.loadBalancer && outputs(balancer, "metricName"),
          group: config.loadBalancer && outputs(group, "metricName"),
          alarms: alarms.map((id) => outputs(id, "arn")),
        }),
        tags: ownTags(config.app, config.tags),
      }),
    }),
  ];
}
