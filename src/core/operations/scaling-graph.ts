import type { Aws } from "../aws/aws.ts";
import { parseDuration } from "../config/duration.ts";
import type { PolicyConfig } from "../config/scaling-schema.ts";
import type { Config } from "../config/schema.ts";
import { bindNode, type Node } from "../plan/graph.ts";
import { scalableTarget } from "../resources/scalable-target.ts";
import { scalingPolicy, type ScalingPolicySpec } from "../resources/scaling-policy.ts";
import { scalableId } from "../resources/service.ts";
import { ownTags } from "../resources/tags.ts";

function specOf(resourceId: string, policy: PolicyConfig): ScalingPolicySpec {
  return {
    resourceId,
    name: policy.name,
    metric: policy.metric,
    target: policy.target,
    scaleOutCooldownSeconds: parseDuration(policy.scaleOutCooldown) ?? 300,
    scaleInCooldownSeconds: parseDuration(policy.scaleInCooldown) ?? 300,
    disableScaleIn: policy.disableScaleIn,
  };
}

/** The service's limits, for Application Auto Scaling. */
export function buildTargetNode(
  aws: Aws,
  config: Config,
  range: { min: number; max: number },
  needs: readonly string[] = [],
): Node {
  const resourceId = scalableId(config.cluster.name, config.service.name);
  return bindNode(scalableTarget, aws, {
    name: resourceId,
    title: `scalable target ${resourceId}`,
    needs,
    spec: () => ({ resourceId, ...range, tags: ownTags(config.app, config.tags) }),
  });
}

/** A scaling policy that is wanted. */
export function buildPolicyNode(aws: Aws, config: Config, policy: PolicyConfig, needs: readonly string[]): Node {
  const resourceId = scalableId(config.cluster.name, config.service.name);
  return bindNode(scalingPolicy, aws, { name: policy.name, needs, spec: () => specOf(resourceId, policy) });
}

/** A scaling policy of which only the name matters, because it goes. */
export function buildUnwantedPolicyNode(aws: Aws, config: Config, name: string): Node {
  const resourceId = scalableId(config.cluster.name, config.service.name);
  const blind = { metric: "cpu", target: 0, scaleOutCooldownSeconds: 0, scaleInCooldownSeconds: 0 } as const;
  return bindNode(scalingPolicy, aws, {
    name,
    wanted: false,
    spec: () => ({ resourceId, name, ...blind, disableScaleIn: false }),
  });
}

/**
 * What the `scaling` block says. Without the block, AWS is left as it is; with it, policies that it does not name go.
 */
export function buildScalingNodes(
  aws: Aws,
  config: Config,
  existing: readonly string[],
  needs: readonly string[],
): Node[] {
  const { scaling } = config;
  if (!scaling) return [];
  const target = buildTargetNode(aws, config, { min: scaling.min, max: scaling.max }, needs);
  const wanted = scaling.policies.map((policy) => buildPolicyNode(aws, config, policy, [target.id]));
  const unwanted = existing
    .filter((name) => !scaling.policies.some((policy) => policy.name === name))
    .map((name) => buildUnwantedPolicyNode(aws, config, name));
  return [target, ...wanted, ...unwanted];
}
