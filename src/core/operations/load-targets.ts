import type { Context } from "../context.ts";
import { isAwsError, usageError } from "../errors.ts";
import type { Target } from "../loadtest/target-set.ts";
import { listenerUrl } from "../observe/read-balancer.ts";
import type { BalancerView, Snapshot } from "../observe/snapshot.ts";
import type { LoadPlan, Spread } from "./loadtest-options.ts";

const named = ({ name, url }: Pick<BalancerView, "name" | "url">): Target => ({ task: `load-balancer/${name}`, url });

/** True when the load goes to the load balancer: it was asked for, or there is one and nothing was asked for. */
export const isBalanced = ({ balancer }: Snapshot, spread: Spread | undefined): boolean =>
  spread === "lb" || (spread === undefined && balancer !== undefined);

/**
 * Where the load goes: the service's load balancer, which spreads it itself; or the tasks that run, are meant to go on
 * running, and can be reached, only the first of them for `first`. Throws a usage error for `lb` without a load balancer.
 */
export function targetsOf(snapshot: Snapshot, spread: Spread | undefined): Target[] {
  const { balancer, service } = snapshot;
  if (isBalanced(snapshot, spread)) {
    if (balancer) return [named(balancer)];
    throw usageError({
      code: "NoLoadBalancer",
      message: `--spread lb: service ${service.name} has no load balancer.`,
      hint: "Load its tasks with --spread even, or another load balancer with --target NAME.",
    });
  }
  const targets = snapshot.tasks.flatMap((task) =>
    task.lastStatus === "RUNNING" && task.desiredStatus === "RUNNING" && task.url
      ? [{ task: task.id, url: task.url }]
      : [],
  );
  return spread === "first" ? targets.slice(0, 1) : targets;
}

/** Adds the load balancers that were named to what gets the load. Throws a usage error for one that does not exist. */
export async function addNamedBalancers({ aws, signal }: Context, plan: LoadPlan): Promise<LoadPlan> {
  if (plan.balancers.length === 0) return plan;
  const found = await Promise.all(plan.balancers.map((name) => findBalancer(aws, name, signal)));
  return { ...plan, targets: [...plan.targets, ...found.map(named)] };
}

async function findBalancer(aws: Context["aws"], name: string, signal: AbortSignal) {
  const none = (why: string) =>
    usageError({
      code: "NoLoadBalancer",
      message: `--target ${name}: ${why}.`,
      hint: "Give the name of a load balancer in the account, or a URL: --target http://127.0.0.1:8080/",
    });
  try {
    const { LoadBalancers } = await aws.call("elbv2", "DescribeLoadBalancers", { Names: [name] }, signal);
    const { LoadBalancerArn, DNSName = "" } = LoadBalancers?.[0] ?? {};
    if (LoadBalancerArn === undefined) throw none("no load balancer has this name");
    const listeners = await aws.all(
      "elbv2",
      "DescribeListeners",
      { LoadBalancerArn },
      (page) => page.Listeners,
      signal,
    );
    const [listener] = listeners
      .filter(({ Protocol }) => Protocol === "HTTP" || Protocol === "HTTPS")
      .toSorted((a, b) => (a.Protocol ?? "").localeCompare(b.Protocol ?? "") || (a.Port ?? 0) - (b.Port ?? 0));
    if (!listener) throw none("this load balancer has no listener for HTTP");
    return { name, url: listenerUrl(DNSName, listener) };
  } catch (error) {
    if (isAwsError(error, "LoadBalancerNotFoundException")) throw none("no load balancer has this name");
    throw error;
  }
}
