import { type AlarmRule, type AlarmState, evaluateAlarm, evaluationRange } from "../scaling/alarm.ts";
import type { MetricSeries } from "./metric-series.ts";

/** Periods back in which a metric must have data for a policy to act on it: missing data never scales. */
const freshPeriods = 3;

/** One alarm over one metric, as CloudWatch looks at it. Times in seconds since the epoch. */
export class AlarmWatch {
  state: AlarmState = "INSUFFICIENT_DATA";
  readonly rule: AlarmRule;
  private readonly series: MetricSeries;
  private readonly period: number;
  private readonly every: number;
  private readonly settle: number;
  private evaluatedTo = 0;
  private invokedAt = 0;

  /** `settle`: how long after a period its datapoint is there. */
  constructor(rule: AlarmRule, series: MetricSeries, period: number, settle: number) {
    this.rule = rule;
    this.series = series;
    this.period = period;
    this.every = period < 60 ? 10 : 60;
    // What is measured more often is also published sooner.
    this.settle = period < 60 ? Math.min(1, settle) : settle;
  }

  /** When it looks the next time. */
  get due(): number {
    return this.evaluatedTo === 0 ? 0 : this.evaluatedTo + this.every + this.settle;
  }

  /** Looks, and says whether its policies are invoked: when it goes into ALARM, and once a minute while that lasts. */
  look(now: number): boolean {
    const to = Math.floor((now - this.settle) / this.every) * this.every;
    if (to <= this.evaluatedTo) return false;
    this.evaluatedTo = to;
    const range = evaluationRange(this.rule.evaluationPeriods);
    const from = to - range * this.period;
    const values: (number | undefined)[] = [];
    for (let index = 0; index < range; index++)
      values.push(this.series.read(from + index * this.period, from + (index + 1) * this.period));
    const former = this.state;
    this.state = evaluateAlarm(this.rule, values, former).state;
    const invokes = this.state === "ALARM" && (former !== "ALARM" || to - this.invokedAt >= 60);
    if (invokes) this.invokedAt = to;
    return invokes;
  }

  /** The newest datapoint; undefined when there is none lately. */
  latest(): number | undefined {
    for (let back = 1; back <= freshPeriods; back++) {
      const from = this.evaluatedTo - back * this.period;
      const value = this.series.read(from, from + this.period);
      if (value !== undefined) return value;
    }
    return undefined;
  }
}
