import { parseDuration } from "../config/duration.ts";
import { parseSteps, type StepSide, StepsError } from "../config/policy-steps.ts";
import type { PolicyConfig } from "../config/scaling-schema.ts";
import { usageError } from "../errors.ts";
import { parseSchedule, ScheduleError } from "../scaling/schedule.ts";
import type { AdjustmentType } from "../scaling/step-scaling.ts";
import type { RehearsedMetric, RehearsedPolicy, ScheduledPolicy, SteppedPolicy } from "./policy.ts";

/** Seconds of a cooldown that a policy leaves open, for ECS services. */
const defaultCooldown = 300;
const highResolution = 20;
/** Seconds of SchedulingBufferTime that a policy leaves open. */
const defaultBuffer = 300;

/** What of a policy can be rehearsed: several for a step policy with two sides, none with the reason otherwise. */
export interface Rehearsable {
  policies: RehearsedPolicy[];
  /** Why it is left out. */
  leftOut?: string;
}

/** Makes a policy of ecsctl.yaml ready for the simulator. Throws usage errors for steps and schedules that say nothing. */
export function rehearsePolicy(policy: PolicyConfig): Rehearsable {
  if (policy.type === "scheduled") return { policies: [readSchedule(policy)] };
  const metric = policy.metrics ? "metric math" : (policy.metric ?? "");
  if (!isKnown(metric)) return { policies: [], leftOut: `${policy.name}: the load says nothing about ${metric}` };
  if (policy.type === "predictive") return readPredictive(policy, metric);
  if (policy.type === "step") return { policies: readSteps(policy, metric) };
  return {
    policies: [
      {
        kind: "target-tracking",
        name: policy.name,
        metric,
        target: policy.target ?? 0,
        scaleOutCooldown: secondsOf(policy.scaleOutCooldown, defaultCooldown),
        scaleInCooldown: secondsOf(policy.scaleInCooldown, defaultCooldown),
        disableScaleIn: policy.disableScaleIn ?? false,
        period: policy.fast ? highResolution : 60,
      },
    ],
  };
}

const isKnown = (metric: string): metric is RehearsedMetric => ["cpu", "memory", "requests"].includes(metric);
const secondsOf = (text: string | undefined, otherwise: number): number => parseDuration(text ?? "") ?? otherwise;

function readPredictive(policy: PolicyConfig, metric: RehearsedMetric): Rehearsable {
  const { name, target = 0, overMaximum } = policy;
  if (policy.mode !== "forecast-and-scale") return { policies: [], leftOut: `${name}: it only forecasts` };
  const buffer = secondsOf(policy.buffer, defaultBuffer);
  return { policies: [{ kind: "predictive", name, metric, target, buffer, overMaximum }] };
}

function readSchedule(policy: PolicyConfig): ScheduledPolicy {
  const { name, schedule = "", timezone, min, max, start, end } = policy;
  try {
    parseSchedule(schedule, { timeZone: timezone, from: 0 });
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    throw invalid(
      policy,
      error.message,
      "at(2026-12-24T18:00:00), rate(1 hour), cron(0 8 ? * MON-FRI *), zone Europe/Berlin",
    );
  }
  const moment = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text));
  return {
    kind: "scheduled",
    name,
    schedule,
    timeZone: timezone,
    min,
    max,
    startsAt: moment(start),
    endsAt: moment(end),
  };
}

function readSteps(policy: PolicyConfig, metric: RehearsedMetric): SteppedPolicy[] {
  try {
    return parseSteps(policy.steps ?? []).map((side) => readSide(policy, metric, side));
  } catch (error) {
    if (!(error instanceof StepsError)) throw error;
    throw invalid(policy, error.message, error.hint);
  }
}

function readSide(policy: PolicyConfig, metric: RehearsedMetric, side: StepSide): SteppedPolicy {
  const { threshold, above } = side;
  const distance = (value: number | undefined) => (value === undefined ? undefined : value - threshold);
  const periods = policy.periods ?? 1;
  return {
    kind: "step",
    name: policy.name,
    metric,
    steps: {
      adjustmentType: adjustmentTypes[side.unit],
      minAdjustmentMagnitude: policy.minAdjustmentMagnitude,
      steps: side.steps.map(({ from, to, adjustment }) =>
        above
          ? { lower: distance(from), upper: distance(to), adjustment }
          : { lower: distance(to), upper: distance(from), adjustment },
      ),
    },
    alarm: {
      comparison: above ? "GreaterThanOrEqualToThreshold" : "LessThanOrEqualToThreshold",
      threshold,
      evaluationPeriods: periods,
      datapointsToAlarm: periods,
      missingData: "missing",
    },
    period: secondsOf(policy.period, 60),
    cooldown: secondsOf(policy.cooldown, defaultCooldown),
  };
}

const adjustmentTypes: Record<StepSide["unit"], AdjustmentType> = {
  tasks: "ChangeInCapacity",
  percent: "PercentChangeInCapacity",
  exact: "ExactCapacity",
};

const invalid = (policy: PolicyConfig, why: string, hint: string | undefined) =>
  usageError({ code: "InvalidPolicy", message: `policy ${policy.name}: ${why}.`, hint });
