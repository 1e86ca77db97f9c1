import type { AlarmHistoryItem, CompositeAlarm, MetricAlarm, StandardUnit } from "@aws-sdk/client-cloudwatch";
import type { Suppression } from "../../../core/scaling/action-suppressor.ts";
import type { Distribution } from "../distribution.ts";
import type { Region } from "../world.ts";

/** What was recorded in one storage interval: enough for every statistic. */
export interface MetricBucket extends Distribution {
  /** Start of the interval, ms. */
  at: number;
  count: number;
  sum: number;
  min: number;
  max: number;
}

/** One metric: a namespace, a name and a set of dimensions. */
export interface MetricRecord {
  namespace: string;
  name: string;
  dimensions: { Name: string; Value: string }[];
  unit?: StandardUnit | undefined;
  /** Seconds of one bucket. */
  resolution: 1 | 60;
  /** Oldest first. */
  buckets: MetricBucket[];
  /** What has become too old for its resolution: in minutes (of a high-resolution metric), then in hours. */
  minutes?: MetricBucket[];
  hours?: MetricBucket[];
}

export interface AlarmRecord {
  alarm: MetricAlarm & { AlarmName: string; AlarmArn: string };
  /** End of the newest window that was evaluated, ms. */
  evaluatedTo: number;
  /** When its scaling policies were invoked last, ms. */
  invokedAt?: number | undefined;
  /** The newest datapoint of the last three periods of that window. */
  latest?: number | undefined;
}

export interface CompositeRecord {
  alarm: CompositeAlarm & { AlarmName: string; AlarmArn: string; AlarmRule: string };
  suppression: Suppression;
  /** The states that the rule was evaluated with; undefined before the first time. */
  seen?: string | undefined;
}

export interface AlarmHistoryRecord {
  /** Oldest first. */
  items: AlarmHistoryItem[];
}

/** An alarm that asks its scaling policies to act; taken away by who acts. */
export interface AlarmFiring {
  alarmName: string;
  policyArns: string[];
}

export const metrics = (region: Region): Map<string, MetricRecord> => region.table("cloudwatch/metrics");
export const alarms = (region: Region): Map<string, AlarmRecord> => region.table("cloudwatch/alarms");
export const compositeAlarms = (region: Region): Map<string, CompositeRecord> =>
  region.table("cloudwatch/composite-alarms");
/** Kept after the alarm is deleted, as on AWS. */
export const alarmHistory = (region: Region): Map<string, AlarmHistoryRecord> =>
  region.table("cloudwatch/alarm-history");
export const alarmFirings = (region: Region): Map<string, AlarmFiring> => region.table("cloudwatch/alarm-firings");
/** Tags by ARN. */
export const cloudwatchTags = (region: Region): Map<string, Record<string, string>> => region.table("cloudwatch/tags");
