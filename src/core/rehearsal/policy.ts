import type { AlarmRule } from "../scaling/alarm.ts";
import type { Bounds } from "../scaling/decide-capacity.ts";
import type { StepPolicy } from "../scaling/step-scaling.ts";

/** What a policy can look at here: percent of the reservation, or requests a minute and task. */
export type RehearsedMetric = "cpu" | "memory" | "requests";

export interface TrackingPolicy {
  kind: "target-tracking";
  name: string;
  metric: RehearsedMetric;
  target: number;
  /** Seconds. */
  scaleOutCooldown: number;
  scaleInCooldown: number;
  disableScaleIn: boolean;
  /** Seconds of a period of its alarms: 60, or 20 for high-resolution metrics. */
  period: number;
}

export interface SteppedPolicy {
  kind: "step";
  name: string;
  metric: RehearsedMetric;
  steps: StepPolicy;
  alarm: AlarmRule;
  period: number;
  /** Seconds. */
  cooldown: number;
}

export interface ScheduledPolicy {
  kind: "scheduled";
  name: string;
  /** `at(…)`, `rate(…)`, `cron(…)`. */
  schedule: string;
  timeZone?: string | undefined;
  min?: number | undefined;
  max?: number | undefined;
  /** Ms since the epoch. */
  startsAt?: number | undefined;
  endsAt?: number | undefined;
}

/** Acts on what it has learnt: the first day of a rehearsal is without it. */
export interface PredictivePolicy {
  kind: "predictive";
  name: string;
  metric: RehearsedMetric;
  target: number;
  /** Seconds before the hour. */
  buffer: number;
  /** Percent over the forecast to which it may lift the maximum; absent: it never does. */
  overMaximum?: number | undefined;
}

export type RehearsedPolicy = TrackingPolicy | SteppedPolicy | ScheduledPolicy | PredictivePolicy;

/** What is rehearsed: policies that act together. */
export interface PolicySet {
  /** `cpu 50`, `ecsctl.yaml`. */
  label: string;
  bounds: Bounds;
  policies: RehearsedPolicy[];
}
