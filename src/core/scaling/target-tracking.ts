import type { AlarmRule } from "./alarm.ts";

/** The two alarms that AWS makes for a target tracking policy; their period is that of the metric. */
export interface TrackingAlarms {
  high: AlarmRule;
  /** Absent when scale-in is disabled. */
  low: AlarmRule | undefined;
}

/**
 * 3 of 3 datapoints over the target; 15 of 15 under 90 % of it. Seen on AWS for ECS (the numbers are not in the user
 * guide, which says only that scale-out is fast and scale-in is slow). With a `period` (seconds) under a minute, scale-out
 * still takes three datapoints and scale-in still fifteen minutes: our assumption.
 */
export function trackingAlarms(
  target: number,
  options: { disableScaleIn?: boolean; period?: number } = {},
): TrackingAlarms {
  const lowPeriods = Math.round(scaleInSeconds / (options.period ?? 60));
  const high: AlarmRule = {
    comparison: "GreaterThanThreshold",
    threshold: target,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    missingData: "missing",
  };
  const low: AlarmRule = {
    comparison: "LessThanThreshold",
    threshold: lowThreshold(target),
    evaluationPeriods: lowPeriods,
    datapointsToAlarm: lowPeriods,
    missingData: "missing",
  };
  return { high, low: options.disableScaleIn ? undefined : low };
}

const scaleInSeconds = 15 * 60;

/** 90 % of the target, without floating-point dust (67.5, not 67.50000000000001). */
const lowThreshold = (target: number): number => Number((target * 0.9).toPrecision(12));

/** Dust of a division must not cost a task: 3 × 50 / 50 is 3. */
function ceil(value: number): number {
  // Only what is a hair above a whole number can be dust, and looking for it is slow.
  const isPlain = value - Math.floor(value) > Math.abs(value) * 1e-9;
  return Math.ceil(isPlain ? value : Number(value.toPrecision(12)));
}

/** Tasks that would bring the metric to the target: ceil(capacity × metric / target), not yet limited. */
export const proportionalCapacity = (capacity: number, metric: number, target: number): number =>
  ceil((capacity * metric) / target);

/**
 * What scale-in sets: towards the proportional capacity, at most 10 % or one task at a time.
 * Our assumption: AWS says that it removes capacity gradually and does not publish by how much.
 */
export function gradualCapacity(capacity: number, metric: number, target: number): number {
  const need = proportionalCapacity(capacity, metric, target);
  const step = Math.max(1, Math.floor(capacity * 0.1));
  return Math.min(capacity, Math.max(need, capacity - step));
}
