import type { StepScalingPolicyConfiguration } from "@aws-sdk/client-application-auto-scaling";
import type { Proposal } from "../../core/scaling/decide-capacity.ts";
import { applyStep, findStep, type StepPolicy } from "../../core/scaling/step-scaling.ts";
import { gradualCapacity, proportionalCapacity } from "../../core/scaling/target-tracking.ts";
import { alarmPeriod, readAlarmSeries } from "./alarms.ts";
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
/** Periods back in which a metric must have data for a policy to act on it: missing data never scales. */
const freshPeriods = 3;

/** What each policy asks for now, from the state of its alarms; `desired` is the present desired count. */
export function propose(region: Region, records: readonly PolicyRecord[], desired: number): PolicyProposal[] {
  return records.flatMap((record) =>
    record.policy.PolicyType === "TargetTrackingScaling"
      ? proposeTracking(region, record)
      : proposeSteps(region, record, desired),
  );
}

function proposeTracking(region: Region, record: PolicyRecord): PolicyProposal[] {
  const config = record.policy.TargetTrackingScalingPolicyConfiguration;
  const target = config?.TargetValue ?? 0;
  const high = alarms(region).get(record.highAlarm ?? "");
  if (!config || !high) return [];
  const low = alarms(region).get(record.lowAlarm ?? "");
  const metric = latestValue(region, high);
  const shared = { policy: record.policy.PolicyName, vetoesScaleIn: !config.DisableScaleIn };
  const outCooldown = config.ScaleOutCooldown ?? defaultCooldownSeconds;
  const inCooldown = config.ScaleInCooldown ?? defaultCooldownSeconds;
  const still = { alarm: high.alarm.AlarmName, alarmState: high.alarm.StateValue ?? "", want: (now: number) => now };
  if (metric === undefined) return [{ ...shared, ...still, direction: "blind", cooldownSeconds: 0 }];
  if (isActing(high)) {
    const want = (capacity: number): number => proportionalCapacity(capacity, metric, target);
    return [{ ...shared, ...still, direction: "out", want, cooldownSeconds: outCooldown }];
  }
  if (low && isActing(low)) {
    const want = (capacity: number): number => gradualCapacity(capacity, metric, target);
    return [
      {
        ...shared,
        alarm: low.alarm.AlarmName,
        alarmState: "ALARM",
        direction: "in",
        want,
        cooldownSeconds: inCooldown,
      },
    ];
  }
  return [{ ...shared, ...still, direction: "steady", cooldownSeconds: 0 }];
}

const isActing = ({ alarm }: AlarmRecord): boolean => alarm.StateValue === "ALARM" && alarm.ActionsEnabled !== false;

/** The newest datapoint of an alarm's metric; undefined when there is none lately. */
function latestValue(region: Region, record: AlarmRecord): number | undefined {
  const periodMs = alarmPeriod(record.alarm) * 1000;
  const to = record.evaluatedTo;
  const series = readAlarmSeries(region, record.alarm, { from: to - freshPeriods * periodMs, to });
  return series.get(Math.max(...series.keys()));
}

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
  const policy = stepPolicyOf(config);
  return alarmsOfPolicy(region, record.policy.PolicyARN, true).flatMap((acting): PolicyProposal[] => {
    const metric = latestValue(region, acting);
    if (metric === undefined) return [];
    const step = findStep(policy.steps, metric, acting.alarm.Threshold ?? 0);
    if (!step) return [];
    const want = (capacity: number): number => applyStep(policy, step, capacity);
    return [
      {
        policy: record.policy.PolicyName,
        direction: want(desired) < desired ? "in" : "out",
        want,
        cooldownSeconds: config.Cooldown ?? defaultCooldownSeconds,
        vetoesScaleIn: false,
        alarm: acting.alarm.AlarmName,
        alarmState: acting.alarm.StateValue ?? "",
      },
    ];
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
