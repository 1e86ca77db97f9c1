import type { ScalingPolicy, ScheduledAction } from "@aws-sdk/client-application-auto-scaling";
import type { Project } from "../config/project.ts";
import type { Context } from "../context.ts";
import { policyFields } from "../resources/policy-fields.ts";
import { readScalableTarget } from "../resources/scalable-target.ts";
import { listPolicies, readPolicy } from "../resources/scaling-policy.ts";
import { listScheduledActions } from "../resources/scheduled-action.ts";
import { resourceIdOf } from "./deploy-graph.ts";
import { namesInAws } from "./scaling-names.ts";

export interface ListedPolicy {
  name: string;
  /** AWS's own word: TargetTrackingScaling, StepScaling, PredictiveScaling; Scheduled for a scheduled action. */
  type: string;
  metric: string | null;
  target: number | null;
  /** Seconds. */
  scaleOutCooldown: number | null;
  scaleInCooldown: number | null;
  alarms: string[];
  /** Whether `ecsctl.yaml` names it. */
  inFile: boolean;
  /** What it does, in a line. */
  does: string;
}

/** The document of `scale policy list --json`. */
export interface ListPoliciesResult {
  policies: ListedPolicy[];
  /** Null when the service is no scalable target. */
  target: { min: number; max: number } | null;
  /** What is suspended: scale-out, scale-in, scheduled. */
  suspended: string[];
}

/** Every scaling policy and schedule of the service, ours or not. */
export async function listScalingPolicies(context: Context, { config }: Project): Promise<ListPoliciesResult> {
  const resourceId = resourceIdOf(config);
  const [policies, actions, target] = await Promise.all([
    listPolicies(context.aws, resourceId),
    listScheduledActions(context.aws, resourceId),
    readScalableTarget(context.aws, resourceId),
  ]);
  const names = (config.scaling?.policies ?? []).map((policy) => namesInAws(resourceId, policy));
  const named = (kind: "policies" | "actions", name: string): boolean => names.some((one) => one[kind].includes(name));
  const state = target?.SuspendedState;
  return {
    policies: [
      ...policies.map((policy) => viewPolicy(policy, named("policies", policy.PolicyName ?? ""))),
      ...actions.map((action) => viewAction(action, named("actions", action.ScheduledActionName ?? ""))),
    ],
    target: target ? { min: target.MinCapacity ?? 0, max: target.MaxCapacity ?? 0 } : null,
    suspended: [
      ...(state?.DynamicScalingOutSuspended ? ["scale-out"] : []),
      ...(state?.DynamicScalingInSuspended ? ["scale-in"] : []),
      ...(state?.ScheduledScalingSuspended ? ["scheduled"] : []),
    ],
  };
}

function viewPolicy(policy: ScalingPolicy, inFile: boolean): ListedPolicy {
  const tracking = policy.TargetTrackingScalingPolicyConfiguration;
  const fields = policyFields(policy);
  return {
    name: policy.PolicyName ?? "",
    type: policy.PolicyType ?? "",
    metric: (fields["metric"] as string | undefined) ?? null,
    target: (fields["target"] as number | undefined) ?? null,
    scaleOutCooldown: tracking?.ScaleOutCooldown ?? null,
    scaleInCooldown: tracking?.ScaleInCooldown ?? null,
    alarms: readPolicy(policy).alarms,
    inFile,
    does: describe(fields),
  };
}

function describe(fields: Readonly<Record<string, unknown>>): string {
  const { metric, target, mode, adjustment, cooldown, scaleOutCooldown, scaleInCooldown } = fields;
  if (adjustment)
    return `${adjustment}, from the threshold ${(fields["steps"] as string[]).join(", ")}; cooldown ${cooldown} s`;
  if (mode) return `${metric} at ${target}, ${mode === "ForecastOnly" ? "forecast only" : "forecast and scale"}`;
  return `${metric} at ${target}; out ${scaleOutCooldown} s, in ${fields["disableScaleIn"] ? "never" : `${scaleInCooldown} s`}`;
}

function viewAction(action: ScheduledAction, inFile: boolean): ListedPolicy {
  const { MinCapacity: min, MaxCapacity: max } = action.ScalableTargetAction ?? {};
  const limits = [...(min === undefined ? [] : [`at least ${min}`]), ...(max === undefined ? [] : [`at most ${max}`])];
  return {
    name: action.ScheduledActionName ?? "",
    type: "Scheduled",
    metric: null,
    target: null,
    scaleOutCooldown: null,
    scaleInCooldown: null,
    alarms: [],
    inFile,
    does: `${action.Schedule}${action.Timezone ? ` ${action.Timezone}` : ""}: ${limits.join(" and ")} tasks`,
  };
}
