import { parseDuration } from "../config/duration.ts";
import type { Config } from "../config/schema.ts";
import type { Context } from "../context.ts";
import { waitForRollout, type RolloutResult } from "../wait/rollout.ts";
import { capacityNames } from "./capacity-graph.ts";

/** Nothing moving for this long, in seconds of the server's time, and the rollout is given up. */
const stallSeconds = 600;

/** What a load balancer takes its time for, in seconds: then nothing moves, and nothing is wrong. */
function quietSeconds({ loadBalancer }: Config): number {
  if (!loadBalancer) return 0;
  const { deregistrationDelay, healthCheck } = loadBalancer;
  return Math.max(parseDuration(deregistrationDelay) ?? 0, parseDuration(healthCheck.gracePeriod) ?? 0);
}

/** Waits for a deployment of the project's service. `timeoutSeconds`: of the server's time without any progress. */
export function followDeployment(
  context: Context,
  config: Config,
  deploymentId: string,
  options: {
    until?: "deployed" | "stable" | undefined;
    timeoutSeconds?: number | undefined;
    /** Tasks that are to run at least. */
    count?: number | undefined;
  },
): Promise<RolloutResult> {
  const { cluster, service, app, task } = config;
  const { container, logs } = task;
  return waitForRollout(context, {
    cluster: cluster.name,
    service: service.name,
    deploymentId,
    logs: { group: logs.group, streamPrefix: logs.streamPrefix, container: container.name },
    group: cluster.capacity && capacityNames(app).group,
    until: options.until ?? "stable",
    count: options.count,
    stallSeconds: options.timeoutSeconds ?? stallSeconds + quietSeconds(config),
  });
}
