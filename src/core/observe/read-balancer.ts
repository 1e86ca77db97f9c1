import type { Service } from "@aws-sdk/client-ecs";
import type { Listener } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Aws } from "../aws/aws.ts";
import { isAwsError } from "../errors.ts";
import type { BalancerView } from "./snapshot.ts";

/** `http://NAME/`, with the port unless it is the scheme's own or stands in the name already. */
export function balancerUrl(dnsName: string, port: number, scheme: "http" | "https" = "http"): string {
  const isPlain = port === (scheme === "https" ? 443 : 80) || dnsName.includes(":");
  return isPlain ? `${scheme}://${dnsName}/` : `${scheme}://${dnsName}:${port}/`;
}

/** Where a listener answers; `http` on port 80 when nothing is known of it. */
export function listenerUrl(dnsName: string, listener: Pick<Listener, "Port" | "Protocol"> | undefined): string {
  return balancerUrl(dnsName, listener?.Port ?? 80, listener?.Protocol === "HTTPS" ? "https" : "http");
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
      url: listenerUrl(found?.DNSName ?? "", listener),
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
