import type { StepScalingPolicyConfiguration } from "@aws-sdk/client-application-auto-scaling";
import type { Proposal } from "../../core/scaling/decide-capacity.ts";
import { proposeStep, proposeTracking } from "../../core/scaling/propose.ts";
import type { StepPolicy } from "../../core/scaling/step-scaling.ts";
import type { PolicyRecord } from "./records/application-autoscaling.ts";
import { alarms, type AlarmRecord } from "./records/cloudwatch.ts";
import type { Region } from "./world.ts";

/** A policy's proposal and the alarm behind it. */
export interface PolicyProposal extends Proposal {
  alarm: string;
  alarmState: string;
}

/** Seconds of a cooldown that a policy leaves open, for ECS services. */
const defaultCooldownSeconds = 300;

/** What each policy asks for now, from the state of its alarms; `desired` is the present desired count. */
export function propose(region: Region, records: readonly PolicyRecord[], desired: number): PolicyProposal[] {
  return records.flatMap((record) => {
    switch (record.policy.PolicyType) {
      case "TargetTrackingScaling":
        return proposeForTarget(region, record);
      case "StepScaling":
        return proposeSteps(region, record, desired);
      default:
        return [];
    }
  });
}

function proposeForTarget(region: Region, record: PolicyRecord): PolicyProposal[] {
  const config = record.policy.TargetTrackingScalingPolicyConfiguration;
  const high = alarms(region).get(record.highAlarm ?? "");
  if (!config || !high) return [];
  const low = alarms(region).get(record.lowAlarm ?? "");
  const proposal = proposeTracking({
    policy: record.policy.PolicyName,
    target: config.TargetValue ?? 0,
    metric: high.latest,
    high: isActing(high),
    low: low !== undefined && isActing(low),
    scaleOutCooldown: config.ScaleOutCooldown ?? defaultCooldownSeconds,
    scaleInCooldown: config.ScaleInCooldown ?? defaultCooldownSeconds,
    disableScaleIn: config.DisableScaleIn ?? false,
  });
  const { alarm } = proposal.direction === "in" && low ? low : high;
  return [{ ...proposal, alarm: alarm.AlarmName, alarmState: alarm.StateValue ?? "" }];
}

const isActing = ({ alarm }: AlarmRecord): boolean => alarm.StateValue === "ALARM" && alarm.ActionsEnabled !== false;

/** Alarms of the user's own whose actions for their present state name the policy. */
export function alarmsOfPolicy(region: Region, policyArn: string, actingOnly: boolean): AlarmRecord[] {
  const names = (arns: readonly string[] | undefined): boolean =>
    arns?.some((arn) => arn.startsWith(policyArn)) ?? false;
  return [...alarms(region).values()].filter(({ alarm }) => {
    const byState = {
      OK: alarm.OKActions,
      ALARM: alarm.AlarmActions,
      INSUFFICIENT_DATA: alarm.InsufficientDataActions,
    };
    if (!actingOnly) return Object.values(byState).some(names);
    return alarm.ActionsEnabled !== false && names(byState[alarm.StateValue as keyof typeof byState]);
  });
}

function proposeSteps(region: Region, record: PolicyRecord, desired: number): PolicyProposal[] {
  const config = record.policy.StepScalingPolicyConfiguration;
  if (!config) return [];
  return alarmsOfPolicy(region, record.policy.PolicyARN, true).flatMap((acting): PolicyProposal[] => {
    const proposal = proposeStep({
      policy: record.policy.PolicyName,
      steps: stepPolicyOf(config),
      threshold: acting.alarm.Threshold ?? 0,
      metric: acting.latest,
      desired,
      cooldownSeconds: config.Cooldown ?? defaultCooldownSeconds,
    });
    const { AlarmName, StateValue = "" } = acting.alarm;
    return proposal ? [{ ...proposal, alarm: AlarmName, alarmState: StateValue }] : [];
  });
}

export const stepPolicyOf = (config: StepScalingPolicyConfiguration): StepPolicy => ({
  adjustmentType: config.AdjustmentType ?? "ChangeInCapacity",
  minAdjustmentMagnitude: config.MinAdjustmentMagnitude,
  steps: (config.StepAdjustments ?? []).map((step) => ({
    lower: step.MetricIntervalLowerBound,
    upper: step.MetricIntervalUpperBound,
    adjustment: step.ScalingAdjustment ?? 0,
  })),
});
