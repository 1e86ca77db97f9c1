import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { evaluationRange, type AlarmRule } from "../../core/scaling/alarm.ts";
import { MathError } from "../../core/scaling/metric-math.ts";
import { metricIdOf, periodOf, runQueries } from "./metric-queries.ts";
import { hasOtherUnit, metricKey, readValues, type Series, valuesOf, type Window } from "./metrics.ts";
import { metrics } from "./records/cloudwatch.ts";
import type { Region } from "./world.ts";

/** Seconds of one period of an alarm, whether on a metric or on an expression. */
export const alarmPeriod = (alarm: MetricAlarm): number =>
  alarm.Metrics?.length ? periodOf(alarm.Metrics) : (alarm.Period ?? 60);

/** A minute is evaluated this long after its end, so that its last samples have arrived; ten seconds wait less. */
const settleMs = 5_000;
const fineSettleMs = 1_000;

/** How an alarm looks at what: all that is not its state. */
export interface AlarmSight {
  rule: AlarmRule;
  /** How many periods it looks at. */
  range: number;
  periodMs: number;
  /** How often it is evaluated, and how long after that moment, ms. */
  everyMs: number;
  settleMs: number;
  /** In the table of metrics; meaningless for an expression. */
  key: string;
  statistic: string;
}

/** An alarm is replaced when it is changed, so what follows from it is worked out once and not every minute. */
const sights = new WeakMap<MetricAlarm, AlarmSight>();

export function sightOf(alarm: MetricAlarm): AlarmSight {
  let sight = sights.get(alarm);
  if (!sight) sights.set(alarm, (sight = describeSight(alarm)));
  return sight;
}

function describeSight(alarm: MetricAlarm): AlarmSight {
  const rule = ruleOf(alarm);
  const period = alarmPeriod(alarm);
  const fine = period < 60;
  return {
    rule,
    range: evaluationRange(rule.evaluationPeriods),
    periodMs: period * 1000,
    everyMs: fine ? 10_000 : 60_000,
    settleMs: fine ? fineSettleMs : settleMs,
    key: metricKey(metricIdOf(alarm)),
    statistic: alarm.Statistic ?? alarm.ExtendedStatistic ?? "Average",
  };
}

/** The rule of an alarm, with CloudWatch's defaults. */
function ruleOf(alarm: MetricAlarm): AlarmRule {
  const evaluationPeriods = alarm.EvaluationPeriods ?? 1;
  return {
    comparison: (alarm.ComparisonOperator ?? "GreaterThanThreshold") as AlarmRule["comparison"],
    threshold: alarm.Threshold ?? 0,
    evaluationPeriods,
    datapointsToAlarm: alarm.DatapointsToAlarm ?? evaluationPeriods,
    missingData: (alarm.TreatMissingData ?? "missing") as AlarmRule["missingData"],
  };
}

/** What an alarm looks at in the periods before `to` (ms), oldest first; undefined where there is no data. */
export function readSight(region: Region, alarm: MetricAlarm, to: number): (number | undefined)[] {
  const { range, periodMs, key, statistic } = sightOf(alarm);
  const window = { from: to - range * periodMs, to, period: periodMs / 1000 };
  if (alarm.Metrics?.length) return valuesOf(readExpression(region, alarm.Metrics, window), window);
  const metric = metrics(region).get(key);
  return readValues(hasOtherUnit(metric, alarm.Unit) ? undefined : metric, window, statistic);
}

function readExpression(region: Region, queries: NonNullable<MetricAlarm["Metrics"]>, window: Window): Series {
  const shown = queries.find(({ ReturnData }) => ReturnData !== false);
  try {
    return runQueries(region, queries, window).get(shown?.Id ?? "")?.[0] ?? new Map();
  } catch (error) {
    if (error instanceof MathError) return new Map();
    throw error;
  }
}
