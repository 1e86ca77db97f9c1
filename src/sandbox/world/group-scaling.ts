import type { StepAdjustment } from "@aws-sdk/client-auto-scaling";
import { clamp } from "../../core/scaling/decide-capacity.ts";
import { nextRunWithin, parseSchedule } from "../../core/scaling/schedule.ts";
import { applyStep, findStep, type StepPolicy } from "../../core/scaling/step-scaling.ts";
import { proportionalCapacity } from "../../core/scaling/target-tracking.ts";
import { decideManaged } from "./capacity-providers.ts";
import { changeDesired } from "./groups.ts";
import {
  groupPolicies,
  type GroupPolicyRecord,
  type GroupRecord,
  groups,
  groupSchedules,
  type GroupScheduleRecord,
} from "./records/autoscaling.ts";
import { alarmFirings, alarms, type AlarmRecord } from "./records/cloudwatch.ts";
import type { Region } from "./world.ts";

const defaultCooldownSeconds = 300;

/** EC2 Auto Scaling: schedules, then the policies whose alarms ask for them. */
export function stepGroupScaling(region: Region, now: number): void {
  for (const record of groupSchedules(region).values()) runSchedule(region, record, now);
  for (const { alarmName, policyArns } of alarmFirings(region).values()) {
    const alarm = alarms(region).get(alarmName);
    if (!alarm || !policyArns.some((arn) => arn.includes(":autoScalingGroupName/"))) continue;
    for (const record of groupPolicies(region).values())
      if (policyArns.includes(record.policy.PolicyARN)) actOn(region, record, alarm, now);
  }
}

function actOn(region: Region, record: GroupPolicyRecord, alarm: AlarmRecord, now: number): void {
  const group = groups(region).get(record.policy.AutoScalingGroupName);
  if (!group || group.deleting || record.policy.Enabled === false) return;
  if (group.suspendedProcesses.includes("AlarmNotification")) return;
  const { AlarmName, StateValue } = alarm.alarm;
  const cause = `a monitor alarm ${AlarmName} in state ${StateValue} triggered policy ${record.policy.PolicyName}`;
  executePolicy(region, { group, record, alarm, now, cause });
}

interface Execution {
  group: GroupRecord;
  record: GroupPolicyRecord;
  /** Absent when somebody executes the policy himself. */
  alarm?: AlarmRecord;
  /** Instead of the alarm's: how far the metric is from the threshold. */
  metric?: number | undefined;
  threshold?: number | undefined;
  now: number;
  cause: string;
}

/** Sets what a policy asks for, within the group's bounds. */
export function executePolicy(region: Region, execution: Execution): void {
  const { group, record, now, cause } = execution;
  const wanted = wantedBy(region, execution);
  if (wanted === undefined) return;
  const desired = clamp(group, wanted);
  if (desired === group.desired) return;
  if (record.policy.PolicyType === "SimpleScaling") {
    if (now < (record.cooldownUntil ?? 0)) return;
    const seconds = record.policy.Cooldown ?? group.echoed?.cooldownSeconds ?? defaultCooldownSeconds;
    record.cooldownUntil = now + seconds * 1000;
  }
  changeDesired(region, group, desired, cause);
}

function wantedBy(region: Region, execution: Execution): number | undefined {
  const { group, record, alarm, now } = execution;
  const { policy } = record;
  if (record.managed) return alarm && decideManaged(region, record, alarm.alarm.AlarmName === record.lowAlarm, now);
  const metric = execution.metric ?? alarm?.latest;
  switch (policy.PolicyType) {
    case "TargetTrackingScaling":
      return metric === undefined ? undefined : track(record, group, metric, alarm?.alarm.AlarmName);
    case "StepScaling": {
      const steps = stepsOf(policy.StepAdjustments ?? [], policy);
      const threshold = execution.threshold ?? alarm?.alarm.Threshold ?? 0;
      const step = metric === undefined ? undefined : findStep(steps.steps, metric, threshold);
      return step && applyStep(steps, step, group.desired);
    }
    default: {
      const steps = stepsOf([{ ScalingAdjustment: policy.ScalingAdjustment ?? 0 }], policy);
      const [only] = steps.steps;
      return only && applyStep(steps, only, group.desired);
    }
  }
}

/** Out to the proportional capacity; in by what the metric allows, at its own pace of one evaluation a minute. */
function track(record: GroupPolicyRecord, group: GroupRecord, metric: number, alarm: string | undefined): number {
  const target = record.policy.TargetTrackingConfiguration?.TargetValue ?? 1;
  const inService = group.members.filter(({ lifecycleState }) => lifecycleState === "InService").length;
  const wanted = proportionalCapacity(inService, metric, target);
  return alarm === record.lowAlarm ? Math.min(group.desired, wanted) : Math.max(group.desired, wanted);
}

const stepsOf = (
  steps: readonly StepAdjustment[],
  policy: { AdjustmentType?: string | undefined; MinAdjustmentMagnitude?: number | undefined },
): StepPolicy => ({
  adjustmentType: (policy.AdjustmentType ?? "ChangeInCapacity") as StepPolicy["adjustmentType"],
  minAdjustmentMagnitude: policy.MinAdjustmentMagnitude,
  steps: steps.map((step) => ({
    lower: step.MetricIntervalLowerBound,
    upper: step.MetricIntervalUpperBound,
    adjustment: step.ScalingAdjustment ?? 0,
  })),
});

/** A group's recurrence is a cron expression of five fields; AWS's other one has a year and `?`. */
function sixFields(recurrence: string): string {
  const [minute, hour, day = "*", month = "*", weekday = "*"] = recurrence.trim().split(/\s+/);
  // Five fields count the days of the week from Sunday as 0, six as 1.
  const shifted = weekday.replace(/\d+/g, (digits) => String((Number(digits) % 7) + 1));
  return weekday === "*"
    ? `cron(${minute} ${hour} ${day} ${month} ? *)`
    : `cron(${minute} ${hour} ? ${month} ${shifted} *)`;
}

/** The first run of a scheduled action after `after` (ms). Throws `ScheduleError`. */
export function nextGroupRun({ action }: Pick<GroupScheduleRecord, "action">, after: number): number | undefined {
  const { Recurrence, TimeZone } = action;
  const start = (action.StartTime ?? action.Time)?.getTime();
  if (!Recurrence) return start !== undefined && start > after ? start : undefined;
  const schedule = parseSchedule(sixFields(Recurrence), { timeZone: TimeZone, from: start ?? after });
  return nextRunWithin(schedule, after, { startsAt: start, endsAt: action.EndTime?.getTime() });
}

function runSchedule(region: Region, record: GroupScheduleRecord, now: number): void {
  if (record.nextAt === undefined || record.nextAt > now) return;
  record.nextAt = nextGroupRun(record, now);
  const { action } = record;
  const group = groups(region).get(action.AutoScalingGroupName);
  if (!group || group.deleting || group.suspendedProcesses.includes("ScheduledActions")) return;
  const cause = `a scheduled action update of AutoScalingGroup constraints to min: ${action.MinSize ?? group.min}, max: ${action.MaxSize ?? group.max}, desired: ${action.DesiredCapacity ?? group.desired}`;
  group.min = action.MinSize ?? group.min;
  group.max = Math.max(action.MaxSize ?? group.max, group.min);
  changeDesired(region, group, clamp(group, action.DesiredCapacity ?? group.desired), cause);
}
