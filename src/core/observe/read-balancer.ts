import type { Service } from "@aws-sdk/client-ecs";
import type { Aws } from "../aws/aws.ts";
import { isAwsError } from "../errors.ts";
import type { BalancerView } from "./snapshot.ts";

/** `http://NAME/`, with the port unless it is HTTP's own or stands in the name already. */
export function balancerUrl(dnsName: string, port: number): string {
  return port === 80 || dnsName.includes(":") ? `http://${dnsName}/` : `http://${dnsName}:${port}/`;
}

/** The load balancer in front of a service, and how many of its targets are healthy; undefined when there is none. */
export async function readBalancer(
  aws: Aws,
  service: Service,
  signal?: AbortSignal,
): Promise<BalancerView | undefined> {
  const TargetGroupArn = service.loadBalancers?.[0]?.targetGroupArn;
  if (TargetGroupArn === undefined) return undefined;
  try {
    const groups = await aws.call("elbv2", "DescribeTargetGroups", { TargetGroupArns: [TargetGroupArn] }, signal);
    const LoadBalancerArn = groups.TargetGroups?.[0]?.LoadBalancerArns?.[0];
    if (LoadBalancerArn === undefined) return undefined;
    const [balancers, listeners, health] = await Promise.all([
      aws.call("elbv2", "DescribeLoadBalancers", { LoadBalancerArns: [LoadBalancerArn] }, signal),
      aws.all("elbv2", "DescribeListeners", { LoadBalancerArn }, (page) => page.Listeners, signal),
      aws.call("elbv2", "DescribeTargetHealth", { TargetGroupArn }, signal),
    ]);
    const found = balancers.LoadBalancers?.[0];
    const listener = listeners.find((one) =>
      one.DefaultActions?.some((action) => action.TargetGroupArn === TargetGroupArn),
    );
    const states = (health.TargetHealthDescriptions ?? []).map((one) => one.TargetHealth?.State);
    return {
      name: found?.LoadBalancerName ?? "",
      url: balancerUrl(found?.DNSName ?? "", listener?.Port ?? 80),
      dnsName: found?.DNSName ?? "",
      port: listener?.Port ?? 80,
      state: found?.State?.Code ?? "",
      healthy: states.filter((state) => state === "healthy").length,
      targets: states.filter((state) => state !== "draining").length,
    };
  } catch (error) {
    // Somebody has just deleted it.
    if (isAwsError(error, "TargetGroupNotFoundException") || isAwsError(error, "LoadBalancerNotFoundException"))
      return undefined;
    throw error;
  }
}
