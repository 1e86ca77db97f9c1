import type { Proposal } from "./decide-capacity.ts";
import { applyStep, findStep, type StepPolicy } from "./step-scaling.ts";
import { gradualCapacity, proportionalCapacity } from "./target-tracking.ts";

/** A target tracking policy at one moment. */
export interface TrackingMoment {
  policy: string;
  target: number;
  /** The newest datapoint; undefined when there is none lately. */
  metric: number | undefined;
  /** Whether its alarm for scale-out is in ALARM with its actions enabled; `low` likewise for scale-in. */
  high: boolean;
  low: boolean;
  /** Seconds. */
  scaleOutCooldown: number;
  scaleInCooldown: number;
  disableScaleIn: boolean;
}

/** What a target tracking policy asks for; without data it asks for nothing, whatever its alarms say. */
export function proposeTracking(moment: TrackingMoment): Proposal {
  const { policy, target, metric, high, low, disableScaleIn } = moment;
  const shared = { policy, vetoesScaleIn: !disableScaleIn };
  const still = { ...shared, want: (capacity: number) => capacity, cooldownSeconds: 0 };
  if (metric === undefined) return { ...still, direction: "blind" };
  if (high) {
    const want = (capacity: number): number => proportionalCapacity(capacity, metric, target);
    return { ...shared, direction: "out", want, cooldownSeconds: moment.scaleOutCooldown };
  }
  if (!low || disableScaleIn) return { ...still, direction: "steady" };
  const want = (capacity: number): number => gradualCapacity(capacity, metric, target);
  return { ...shared, direction: "in", want, cooldownSeconds: moment.scaleInCooldown };
}

/** A step policy at one moment, for one of the alarms that ask it to act. */
export interface StepMoment {
  policy: string;
  steps: StepPolicy;
  /** Threshold of the alarm. */
  threshold: number;
  metric: number | undefined;
  /** The desired count: whether a step is one out or in shows against it. */
  desired: number;
  cooldownSeconds: number;
}

/** What a step policy asks for; undefined without data, and where no step covers the metric. */
export function proposeStep(moment: StepMoment): Proposal | undefined {
  const { policy, steps, threshold, metric, desired, cooldownSeconds } = moment;
  const step = metric === undefined ? undefined : findStep(steps.steps, metric, threshold);
  if (!step) return undefined;
  const want = (capacity: number): number => applyStep(steps, step, capacity);
  const direction = want(desired) < desired ? "in" : "out";
  return { policy, direction, want, cooldownSeconds, vetoesScaleIn: false };
}
