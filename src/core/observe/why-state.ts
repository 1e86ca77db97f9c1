import type { AlarmFacts } from "./datapoints.ts";
import type { PolicyFacts } from "./policy-facts.ts";
import type { ActivityView, MetricPoint } from "./snapshot.ts";

/** Why a policy does what it does now; scripts may rely on these names. */
export type PolicyCause =
  | "steady"
  | "waiting-to-scale-out"
  | "waiting-to-scale-in"
  | "scaling-out"
  | "scaling-in"
  | "enough"
  | "at-maximum"
  | "at-minimum"
  | "scale-out-cooldown"
  | "scale-in-cooldown"
  | "scale-out-suspended"
  | "scale-in-suspended"
  | "scale-in-disabled"
  | "other-policy"
  | "rollout"
  | "flapping"
  | "no-step"
  | "no-task"
  | "falling"
  | "no-alarms"
  | "alarms-disabled"
  | "no-data-yet"
  | "no-data-no-task"
  | "no-data"
  | "forecast-only"
  | "forecasting";

export interface Why {
  cause: PolicyCause;
  /** One sentence, with its figures. */
  text: string;
}

export interface PolicyState {
  facts: PolicyFacts;
  /** The alarms that trigger it. */
  alarms: readonly AlarmFacts[];
}

export interface ServiceState {
  desired: number;
  running: number;
  min: number;
  max: number;
  /** A rollout is under way. */
  deploying: boolean;
  suspended: { out: boolean; in: boolean };
  /** What changed the desired count, newest first. */
  activities: readonly ActivityView[];
  /** What was asked for and changed nothing, with AWS's code, newest first. */
  notScaled: readonly (ActivityView & { code: string })[];
  /** The server's time in ms. */
  now: number;
}

/** One policy among all of its service. */
export interface Look {
  policy: PolicyState;
  all: readonly PolicyState[];
  service: ServiceState;
}

/** An alarm and the newest figure that it judges. */
export interface Seen {
  alarm: AlarmFacts;
  newest: MetricPoint;
}
