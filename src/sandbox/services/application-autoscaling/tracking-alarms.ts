import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { AlarmRule } from "../../../core/scaling/alarm.ts";
import { trackingAlarms } from "../../../core/scaling/target-tracking.ts";
import { deleteAlarm, putAlarm } from "../../world/alarms.ts";
import type { PolicyRecord } from "../../world/records/application-autoscaling.ts";
import { makeUuid } from "../../world/scaling-activities.ts";
import type { Region } from "../../world/world.ts";
import { trackedMetric } from "./tracked-metric.ts";

/** Makes the alarms of a target tracking policy, or brings them up to its configuration; their names stay. */
export function putTrackingAlarms(region: Region, record: PolicyRecord): void {
  const config = record.policy.TargetTrackingScalingPolicyConfiguration;
  if (!config) return;
  const metric = trackedMetric(config, record.id);
  const { high, low } = trackingAlarms(config.TargetValue ?? 0, {
    disableScaleIn: config.DisableScaleIn ?? false,
    period: metric.Period ?? 60,
  });
  record.highAlarm ??= alarmName(region, record, "High");
  putAlarm(region, describeAlarm(record, record.highAlarm, metric, high));
  if (low) {
    record.lowAlarm ??= alarmName(region, record, "Low");
    putAlarm(region, describeAlarm(record, record.lowAlarm, metric, low));
  } else if (record.lowAlarm) {
    deleteAlarm(region, record.lowAlarm);
    delete record.lowAlarm;
  }
}

const alarmName = (region: Region, { id }: PolicyRecord, which: "High" | "Low"): string =>
  `TargetTracking-${id.resourceId}-Alarm${which}-${makeUuid(region)}`;

function describeAlarm(
  { policy }: PolicyRecord,
  AlarmName: string,
  metric: Partial<MetricAlarm>,
  rule: AlarmRule,
): MetricAlarm & { AlarmName: string } {
  return {
    AlarmName,
    AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${policy.PolicyARN}.`,
    ActionsEnabled: true,
    OKActions: [],
    AlarmActions: [policy.PolicyARN],
    InsufficientDataActions: [],
    ...metric,
    EvaluationPeriods: rule.evaluationPeriods,
    DatapointsToAlarm: rule.datapointsToAlarm,
    Threshold: rule.threshold,
    ComparisonOperator: rule.comparison,
    TreatMissingData: rule.missingData,
  };
}
