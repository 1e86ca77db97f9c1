import type {
  ScalableTarget,
  ScalingActivity,
  ScalingPolicy,
  ScheduledAction,
} from "@aws-sdk/client-application-auto-scaling";
import type { Cooldown } from "../../../core/scaling/decide-capacity.ts";
import type { Region } from "../world.ts";

/** What names a scalable target: these three belong together everywhere. */
export interface TargetId {
  namespace: string;
  resourceId: string;
  dimension: string;
}

export interface TargetRecord {
  id: TargetId;
  target: ScalableTarget & { MinCapacity: number; MaxCapacity: number; ScalableTargetARN: string };
  cooldown?: Cooldown | undefined;
  /** What predictive scaling asks for at least, at present. */
  floor?: number | undefined;
  /** The minute of the world in which forecasts were looked at last. */
  forecastMinute?: number | undefined;
  tags: Record<string, string>;
}

export interface PolicyRecord {
  id: TargetId;
  policy: ScalingPolicy & { PolicyName: string; PolicyARN: string };
  /** Names of the alarms that target tracking made. */
  highAlarm?: string | undefined;
  lowAlarm?: string | undefined;
}

export interface ScheduledActionRecord {
  id: TargetId;
  action: ScheduledAction & { ScheduledActionName: string; Schedule: string };
  /** ms; undefined when it will not run any more. */
  nextAt: number | undefined;
}

export interface ActivityRecord {
  activity: ScalingActivity;
  /** The desired count that it set and that is being waited for. */
  to?: number | undefined;
}

export interface ActivityLog {
  /** Newest first. */
  items: ActivityRecord[];
  /** Whether one of them is in progress. */
  waiting: boolean;
}

/** What a predictive scaling policy foresees; past hours are kept for a while. */
export interface ForecastRecord {
  /** `at`: start of the hour, ms. */
  hours: { at: number; load: number; capacity: number }[];
  /** ms; undefined before the first forecast. */
  updatedAt: number | undefined;
  /** ms; when it was tried last. */
  triedAt: number | undefined;
}

export const targetKey = ({ namespace, resourceId, dimension }: TargetId): string =>
  `${namespace}|${resourceId}|${dimension}`;
export const isSameTarget = (one: TargetId, other: TargetId): boolean =>
  one.resourceId === other.resourceId && one.dimension === other.dimension && one.namespace === other.namespace;
export const namedKey = (id: TargetId, name: string): string => `${targetKey(id)}|${name}`;

export const scalableTargets = (region: Region): Map<string, TargetRecord> =>
  region.table("application-autoscaling/targets");
/** By `namedKey`. */
export const scalingPolicies = (region: Region): Map<string, PolicyRecord> =>
  region.table("application-autoscaling/policies");
/** By `namedKey` of the policy. */
export const forecasts = (region: Region): Map<string, ForecastRecord> =>
  region.table("application-autoscaling/forecasts");
/** By `namedKey`. */
export const scheduledActions = (region: Region): Map<string, ScheduledActionRecord> =>
  region.table("application-autoscaling/scheduled-actions");
/** By `targetKey`; outlives the target, as on AWS. */
export const scalingActivities = (region: Region): Map<string, ActivityLog> =>
  region.table("application-autoscaling/activities");

/** The policies of one target, in the order in which they were made. */
export const policiesOf = (region: Region, id: TargetId): PolicyRecord[] =>
  [...scalingPolicies(region).values()].filter((record) => isSameTarget(record.id, id));
