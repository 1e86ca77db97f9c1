import type { Aws } from "../aws/aws.ts";
import { unlessMissing } from "../aws/missing.ts";
import type { PolicyConfig } from "../config/scaling-schema.ts";
import type { Config } from "../config/schema.ts";
import { awsError } from "../errors.ts";
import { metricNameOf, type MetricPlace } from "../resources/scaling-metric.ts";
import { balancerNames } from "./balancer-graph.ts";

/** Whether a policy looks at the load balancer. */
export const asksBalancer = ({ metric, metrics }: PolicyConfig): boolean =>
  metric === "requests" || (metrics ?? []).some((query) => query.metric === "requests");

/** Where a policy's metrics are; asks for the load balancer only where one is looked at. Throws when it is not there. */
export async function readMetricPlace(aws: Aws, config: Config, policy: PolicyConfig): Promise<MetricPlace> {
  const own = { cluster: config.cluster.name, service: config.service.name };
  if (!asksBalancer(policy)) return own;
  const { balancer, group } = balancerNames(config);
  const [balancers, groups] = await Promise.all([
    unlessMissing(aws.call("elbv2", "DescribeLoadBalancers", { Names: [balancer] }), "LoadBalancerNotFoundException"),
    unlessMissing(aws.call("elbv2", "DescribeTargetGroups", { Names: [group] }), "TargetGroupNotFoundException"),
  ]);
  const balancerArn = balancers?.LoadBalancers?.[0]?.LoadBalancerArn;
  const groupArn = groups?.TargetGroups?.[0]?.TargetGroupArn;
  if (balancerArn === undefined || groupArn === undefined)
    throw awsError({
      code: "LoadBalancerNotFound",
      message: `There is no load balancer ${balancer} with a target group ${group} that could count requests.`,
      hint: "ecsctl deploy",
    });
  return { ...own, balancer: { balancer: metricNameOf(balancerArn), group: metricNameOf(groupArn) } };
}
