import type { Project } from "../config/project.ts";
import type { Context } from "../context.ts";
import { listPolicies, readPolicy } from "../resources/scaling-policy.ts";
import { resourceIdOf } from "./deploy-graph.ts";

export interface ListedPolicy {
  name: string;
  type: string;
  metric: string | null;
  target: number | null;
  /** Seconds. */
  scaleOutCooldown: number | null;
  scaleInCooldown: number | null;
  alarms: string[];
  /** Whether `ecsctl.yaml` names it. */
  inFile: boolean;
}

/** The document of `scale policy list --json`. */
export interface ListPoliciesResult {
  policies: ListedPolicy[];
  /** Null when the service is no scalable target. */
  target: { min: number; max: number } | null;
}

/** Every scaling policy of the service, ours or not. */
export async function listScalingPolicies(context: Context, { config }: Project): Promise<ListPoliciesResult> {
  const resourceId = resourceIdOf(config);
  const [policies, targets] = await Promise.all([
    listPolicies(context.aws, resourceId),
    context.aws.call("application-autoscaling", "DescribeScalableTargets", {
      ServiceNamespace: "ecs",
      ResourceIds: [resourceId],
      ScalableDimension: "ecs:service:DesiredCount",
    }),
  ]);
  const target = targets.ScalableTargets?.[0];
  return {
    policies: policies.map((policy) => {
      const tracking = policy.TargetTrackingScalingPolicyConfiguration;
      return {
        name: policy.PolicyName ?? "",
        type: policy.PolicyType ?? "",
        metric: tracking?.PredefinedMetricSpecification?.PredefinedMetricType ?? null,
        target: tracking?.TargetValue ?? null,
        scaleOutCooldown: tracking?.ScaleOutCooldown ?? null,
        scaleInCooldown: tracking?.ScaleInCooldown ?? null,
        alarms: readPolicy(policy).alarms,
        inFile: config.scaling?.policies.some(({ name }) => name === policy.PolicyName) ?? false,
      };
    }),
    target: target ? { min: target.MinCapacity ?? 0, max: target.MaxCapacity ?? 0 } : null,
  };
}
