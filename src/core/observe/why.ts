import type { ActivityView, AlarmView, MetricPoint } from "./snapshot.ts";

/** What one policy looks at when it decides. */
export interface PolicyState {
  policy: {
    name: string;
    metric: string;
    target: number | null;
    scaleOutCooldownSeconds: number;
    scaleInCooldownSeconds: number;
    disableScaleIn: boolean;
  };
  /** The alarms of this policy. */
  alarms: readonly AlarmView[];
  /** Oldest first. */
  points: readonly MetricPoint[];
  desired: number;
  min: number;
  max: number;
  suspended: readonly string[];
  /** Newest first. */
  activities: readonly ActivityView[];
  /** The server's time in ms. */
  now: number;
}

interface Progress {
  alarm: AlarmView;
  /** Breaching datapoints in a row, up to the newest. */
  run: number;
  needed: number;
}

const isAbove = (alarm: AlarmView) => alarm.comparison.startsWith("GreaterThan");

function breaches(alarm: AlarmView, value: number): boolean {
  const orEqual = alarm.comparison.includes("OrEqual");
  if (orEqual && value === alarm.threshold) return true;
  return isAbove(alarm) ? value > alarm.threshold : value < alarm.threshold;
}

function measure(alarm: AlarmView | undefined, points: readonly MetricPoint[], now: number): Progress | undefined {
  if (!alarm) return undefined;
  const complete = points.filter((point) => Date.parse(point.at) + alarm.periodSeconds * 1000 <= now);
  let run = 0;
  for (const point of complete.toReversed()) {
    if (!breaches(alarm, point.value)) break;
    run++;
  }
  return { alarm, run: Math.min(run, alarm.datapointsToAlarm), needed: alarm.datapointsToAlarm };
}

/** `43 %`, `8.4 %`. */
export const percent = (value: number): string => `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} %`;

/** `45 s`, `11 min`, `2 h`. */
export function aboutTime(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** Seconds until a cooldown that the newest change in this direction began is over; 0 when none counts. */
function cooldownLeft(state: PolicyState, direction: "out" | "in"): number {
  const seconds = direction === "out" ? state.policy.scaleOutCooldownSeconds : state.policy.scaleInCooldownSeconds;
  const last = state.activities.find((activity) => activity.cause.includes(`policy ${state.policy.name}`));
  if (!last || !/in state ALARM/.test(last.cause) || last.status !== "Successful") return 0;
  const wasOut = !last.cause.includes("AlarmLow");
  if (wasOut !== (direction === "out")) return 0;
  return Math.max(0, (Date.parse(last.at) + seconds * 1000 - state.now) / 1000);
}

function explainAbove(state: PolicyState, lead: string, high: Progress): string {
  if (state.suspended.includes("scale-out")) return `${lead}: scale-out is suspended`;
  if (state.desired >= state.max) return `${lead}: at maximum ${state.max}, no more tasks are allowed`;
  const ofAlarm = `alarm has ${high.run} of ${high.needed} datapoints above ${percent(high.alarm.threshold)}`;
  if (high.alarm.state !== "ALARM") {
    const seconds = Math.max(1, high.needed - high.run) * high.alarm.periodSeconds;
    return `${lead}: ${ofAlarm}, scale-out in about ${aboutTime(seconds)}`;
  }
  const left = cooldownLeft(state, "out");
  if (left > 0) return `${lead}: alarm is on, cooldown ${aboutTime(left)} left`;
  return `${lead}: alarm is on, scaling out`;
}

/** The metric is down again, but the alarm has not looked yet. */
function explainFalling(state: PolicyState, lead: string, high: Progress): string {
  const still = `${lead}: the alarm of ${percent(high.alarm.threshold)} is still on`;
  return state.desired >= state.max ? still : `${still} and may add tasks`;
}

function explainBelow(state: PolicyState, lead: string, low: Progress): string {
  if (state.policy.disableScaleIn) return `${lead}: scale-in is disabled for this policy`;
  if (state.suspended.includes("scale-in")) return `${lead}: scale-in is suspended`;
  if (state.desired <= state.min) return `${lead}: at minimum ${state.min}, nothing to do`;
  const ofAlarm = `${low.run} of ${low.needed} datapoints below ${percent(low.alarm.threshold)}`;
  if (low.alarm.state !== "ALARM") {
    const seconds = Math.max(1, low.needed - low.run) * low.alarm.periodSeconds;
    return `${lead}: scale-in in about ${aboutTime(seconds)}, ${ofAlarm}`;
  }
  const left = cooldownLeft(state, "in");
  if (left > 0) return `${lead}: alarm is on, cooldown ${aboutTime(left)} left`;
  return `${lead}: alarm is on, scaling in`;
}

/** One sentence: what a target tracking policy is about to do and why, from the newest metric, its alarms and its cooldowns. */
export function explainPolicy(state: PolicyState): string {
  const { policy, alarms, points } = state;
  const newest = points.at(-1);
  const metric = policy.metric.toUpperCase() === "CPU" ? "CPU" : policy.metric;
  if (alarms.length === 0) return "its alarms do not exist (yet): nothing triggers it";
  if (!newest)
    return `no ${metric} datapoint yet: the first comes about a minute after a task runs, and missing data never scales in`;
  const target = policy.target;
  if (target === null) return explainByState(alarms, `${metric} is ${percent(newest.value)}`);
  const side = newest.value > target ? "above" : newest.value < target ? "below" : "at";
  const lead = `${metric} ${percent(newest.value)} is ${side} the target ${percent(target)}`;
  const high = measure(alarms.find(isAbove), points, state.now);
  const low = measure(
    alarms.find((alarm) => !isAbove(alarm)),
    points,
    state.now,
  );
  if (high && newest.value > target) return explainAbove(state, lead, high);
  if (high?.alarm.state === "ALARM") return explainFalling(state, lead, high);
  if (low && (breaches(low.alarm, newest.value) || low.alarm.state === "ALARM")) return explainBelow(state, lead, low);
  return `${lead}: nothing to do`;
}

function explainByState(alarms: readonly AlarmView[], lead: string): string {
  const on = alarms.filter((alarm) => alarm.state === "ALARM");
  return on.length === 0 ? `${lead}: no alarm is on` : `${lead}: ${on.map((alarm) => alarm.name).join(", ")} is on`;
}
