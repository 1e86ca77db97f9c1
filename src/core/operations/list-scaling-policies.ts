import type {
  ScalingPolicy,
  ScheduledAction,
  StepScalingPolicyConfiguration,
} from "@aws-sdk/client-application-auto-scaling";
import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { Project } from "../config/project.ts";
import type { Context } from "../context.ts";
import { policyFields } from "../resources/policy-fields.ts";
import { readScalableTarget } from "../resources/scalable-target.ts";
import { listPolicies, readPolicy } from "../resources/scaling-policy.ts";
import { listScheduledActions } from "../resources/scheduled-action.ts";
import { resourceIdOf } from "./deploy-graph.ts";
import { isOverHold, namesInAws } from "./scaling-names.ts";

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
  const alarms = await readStepAlarms(context, policies);
  const names = (config.scaling?.policies ?? []).map((policy) => namesInAws(resourceId, policy));
  const named = (kind: "policies" | "actions", name: string): boolean => names.some((one) => one[kind].includes(name));
  const state = target?.SuspendedState;
  return {
    policies: [
      ...policies.map((policy) => viewPolicy(policy, alarms, named("policies", policy.PolicyName ?? ""))),
      ...actions
        .filter((action) => !isOverHold(action, context.aws.clock.now()))
        .map((action) => viewAction(action, named("actions", action.ScheduledActionName ?? ""))),
    ],
    target: target ? { min: target.MinCapacity ?? 0, max: target.MaxCapacity ?? 0 } : null,
    suspended: [
      ...(state?.DynamicScalingOutSuspended ? ["scale-out"] : []),
      ...(state?.DynamicScalingInSuspended ? ["scale-in"] : []),
      ...(state?.ScheduledScalingSuspended ? ["scheduled"] : []),
    ],
  };
}

/** Only the alarm says from which value on, and of which metric, a step policy acts. */
async function readStepAlarms({ aws }: Context, policies: readonly ScalingPolicy[]): Promise<Map<string, MetricAlarm>> {
  const steps = policies.filter(({ PolicyType }) => PolicyType === "StepScaling");
  const names = steps.flatMap(({ Alarms = [] }) => Alarms.map(({ AlarmName = "" }) => AlarmName)).slice(0, 100);
  if (names.length === 0) return new Map();
  const { MetricAlarms = [] } = await aws.call("cloudwatch", "DescribeAlarms", { AlarmNames: names });
  return new Map(MetricAlarms.map((alarm) => [alarm.AlarmName ?? "", alarm]));
}

function viewPolicy(policy: ScalingPolicy, alarms: ReadonlyMap<string, MetricAlarm>, inFile: boolean): ListedPolicy {
  const tracking = policy.TargetTrackingScalingPolicyConfiguration;
  const fields = policyFields(policy);
  return {
    name: policy.PolicyName ?? "",
    type: policy.PolicyType ?? "",
    metric: (fields["metric"] as string | undefined) ?? metricOf(alarms.get(policy.Alarms?.[0]?.AlarmName ?? "")),
    target: (fields["target"] as number | undefined) ?? null,
    scaleOutCooldown: tracking?.ScaleOutCooldown ?? null,
    scaleInCooldown: tracking?.ScaleInCooldown ?? null,
    alarms: readPolicy(policy).alarms,
    inFile,
    does: policy.StepScalingPolicyConfiguration
      ? describeSteps(policy.StepScalingPolicyConfiguration, alarms.get(policy.Alarms?.[0]?.AlarmName ?? ""))
      : describe(fields),
  };
}

function describe(fields: Readonly<Record<string, unknown>>): string {
  const { target, mode, scaleOutCooldown, scaleInCooldown } = fields;
  const tracked = (fields["math"] as readonly string[] | undefined)?.find((query) => query.includes(" (tracked) = "));
  const metric = tracked?.replace(/^.* \(tracked\) = /, "") ?? fields["metric"];
  if (mode) return `${metric} at ${target}, ${mode === "ForecastOnly" ? "forecast only" : "forecast and scale"}`;
  return `${metric} at ${target}; out ${scaleOutCooldown} s, in ${fields["disableScaleIn"] ? "never" : `${scaleInCooldown} s`}`;
}

const metricOf = (alarm: MetricAlarm | undefined): string | null =>
  alarm ? `${alarm.Namespace}/${alarm.MetricName}` : null;

/** `MemoryUtilization 80..95: +2, 95..: +4; cooldown 60 s`; without its alarm nothing sets it off. */
function describeSteps(config: StepScalingPolicyConfiguration, alarm: MetricAlarm | undefined): string {
  const unit = config.AdjustmentType === "PercentChangeInCapacity" ? " %" : "";
  const value = (bound: number | undefined): string =>
    bound === undefined ? "" : String((alarm?.Threshold ?? 0) + bound);
  const steps = (config.StepAdjustments ?? []).map((step) => {
    const size = step.ScalingAdjustment ?? 0;
    const change = config.AdjustmentType === "ExactCapacity" ? `=${size}` : `${size > 0 ? "+" : ""}${size}${unit}`;
    return `${value(step.MetricIntervalLowerBound)}..${value(step.MetricIntervalUpperBound)}: ${change}`;
  });
  const of = alarm ? `${alarm.MetricName} ` : "no alarm sets it off; from its threshold ";
  const least = config.MinAdjustmentMagnitude ? `, at least ${config.MinAdjustmentMagnitude}` : "";
  return `${of}${steps.join(", ")}${least}; cooldown ${config.Cooldown ?? 300} s`;
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
