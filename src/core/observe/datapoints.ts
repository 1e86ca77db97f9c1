import { breaches, type Comparison } from "../scaling/alarm.ts";
import type { AlarmView, MetricPoint } from "./snapshot.ts";

/** An alarm with the datapoints that it judges, one a period, oldest first. */
export interface AlarmFacts extends AlarmView {
  points: readonly MetricPoint[];
}

/** How far an alarm is from going off. */
export interface Progress {
  /** Breaching datapoints that will still count when it goes off: `needed` less `more`. Older ones leave its view before. */
  breaching: number;
  /** How many must. */
  needed: number;
  /** How many more have to breach, one after the other; 0 when there are enough and only the next look is missing. */
  more: number;
  /** Seconds until the last of these is complete. */
  seconds: number;
}

/** A metric that has had no datapoint for so many periods has none: AWS publishes within a minute or two. */
const stalePeriods = 4;

export const isAbove = (alarm: AlarmView): boolean => alarm.comparison.startsWith("GreaterThan");

export const isBreaching = (alarm: AlarmView, value: number): boolean =>
  breaches(alarm.comparison as Comparison, value, alarm.threshold);

/** The newest datapoint of which the whole period is over; undefined when there is none lately. `now` in ms. */
export function newestPoint(alarm: AlarmFacts, now: number): MetricPoint | undefined {
  const periodMs = alarm.periodSeconds * 1000;
  const newest = completePoints(alarm, now).at(-1);
  return newest && now - Date.parse(newest.at) <= periodMs * (1 + stalePeriods) ? newest : undefined;
}

/** The newest value of a metric of one-minute periods, also of a minute that is not over; null when it is of some time ago. */
export function currentValue(points: readonly MetricPoint[], now: number): number | null {
  const newest = points.at(-1);
  return newest && now - Date.parse(newest.at) <= 60_000 * (1 + stalePeriods) ? newest.value : null;
}

const completePoints = (alarm: AlarmFacts, now: number): MetricPoint[] =>
  alarm.points.filter(({ at }) => Date.parse(at) + alarm.periodSeconds * 1000 <= now);

/** Counts what an "M out of N" alarm has and still needs. */
export function measureProgress(alarm: AlarmFacts, now: number): Progress {
  const points = completePoints(alarm, now);
  const { datapointsToAlarm: needed, evaluationPeriods } = alarm;
  const inLast = (count: number): number =>
    count <= 0 ? 0 : points.slice(-count).filter(({ value }) => isBreaching(alarm, value)).length;
  let more = 0;
  while (more < needed && inLast(evaluationPeriods - more) + more < needed) more++;
  const periodMs = alarm.periodSeconds * 1000;
  const newest = Date.parse(points.at(-1)?.at ?? new Date(now - periodMs).toISOString());
  const seconds = Math.max(1, (newest + periodMs * (1 + more) - now) / 1000);
  return { breaching: needed - more, needed, more, seconds };
}
