import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { AlarmRule } from "../../core/scaling/alarm.ts";
import { deleteAlarm, putAlarm } from "./alarms.ts";
import { groupKey, groupPolicies, groupSchedules, type GroupPolicyRecord } from "./records/autoscaling.ts";
import { alarms } from "./records/cloudwatch.ts";
import { makeUuid } from "./scaling-activities.ts";
import type { Region } from "./world.ts";

/** What a target tracking policy of a group looks at, and when its two alarms go off. */
export interface GroupTracking {
  metric: Partial<MetricAlarm>;
  high: AlarmRule;
  low: AlarmRule | undefined;
}

export const groupPolicyArn = (region: Region, group: string, name: string): string =>
  region.arn("autoscaling", `scalingPolicy:${makeUuid(region)}:autoScalingGroupName/${group}:policyName/${name}`);

/** Makes the alarms of a target tracking policy of a group, or brings them up to date; their names stay. */
export function putGroupAlarms(region: Region, record: GroupPolicyRecord, tracking: GroupTracking): void {
  const { AutoScalingGroupName: group, PolicyARN } = record.policy;
  const put = (AlarmName: string, rule: AlarmRule): void => {
    putAlarm(region, {
      AlarmName,
      AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${PolicyARN}.`,
      OKActions: [],
      AlarmActions: [PolicyARN],
      InsufficientDataActions: [],
      ...tracking.metric,
      EvaluationPeriods: rule.evaluationPeriods,
      DatapointsToAlarm: rule.datapointsToAlarm,
      Threshold: rule.threshold,
      ComparisonOperator: rule.comparison,
      TreatMissingData: rule.missingData,
    });
  };
  const nameFor = (side: "High" | "Low"): string => `TargetTracking-${group}-Alarm${side}-${makeUuid(region)}`;
  put((record.highAlarm ??= nameFor("High")), tracking.high);
  if (tracking.low) put((record.lowAlarm ??= nameFor("Low")), tracking.low);
  else if (record.lowAlarm) {
    deleteAlarm(region, record.lowAlarm);
    delete record.lowAlarm;
  }
}

/** Deletes a policy of a group and the alarms that it made; alarms of the user's own stay. */
export function removeGroupPolicy(region: Region, record: GroupPolicyRecord): void {
  for (const name of [record.highAlarm, record.lowAlarm]) if (name) deleteAlarm(region, name);
  groupPolicies(region).delete(groupKey(record.policy.AutoScalingGroupName, record.policy.PolicyName));
}

/** Takes a group's policies, their alarms and its scheduled actions along. */
export function forgetGroupScaling(region: Region, group: string): void {
  for (const record of groupPolicies(region).values())
    if (record.policy.AutoScalingGroupName === group) removeGroupPolicy(region, record);
  for (const [key, { action }] of groupSchedules(region))
    if (action.AutoScalingGroupName === group) groupSchedules(region).delete(key);
}

/** The alarms whose actions name a policy. */
export const alarmsOfGroupPolicy = (region: Region, arn: string): MetricAlarm[] =>
  [...alarms(region).values()]
    .map(({ alarm }) => alarm)
    .filter(({ AlarmActions, OKActions, InsufficientDataActions }) =>
      [AlarmActions, OKActions, InsufficientDataActions].some((actions) => actions?.includes(arn)),
    );
