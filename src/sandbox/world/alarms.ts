import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { evaluateAlarm, evaluationRange, type AlarmRule, type AlarmState } from "../../core/scaling/alarm.ts";
import { MathError } from "../../core/scaling/metric-math.ts";
import { recordAction, recordConfiguration, recordStateUpdate } from "./alarm-history.ts";
import { describeVerdict, reasonData, type EvaluatedPoint } from "./alarm-reason.ts";
import { metricIdOf, periodOf, runQueries } from "./metric-queries.ts";
import { hasOtherUnit, readBuckets, readSeries, type Series } from "./metrics.ts";
import { notifyOfAlarm } from "./notifications.ts";
import { alarmFirings, alarms, cloudwatchTags, type AlarmRecord } from "./records/cloudwatch.ts";
import type { Region } from "./world.ts";

/** Periods back in which a metric must have data for a policy to act on it: missing data never scales. */
const freshPeriods = 3;
/** A minute is evaluated this long after its end, so that its last samples have arrived. */
const settleMs = 5_000;

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

/** Seconds of one period of an alarm, whether on a metric or on an expression. */
export const alarmPeriod = (alarm: MetricAlarm): number =>
  alarm.Metrics?.length ? periodOf(alarm.Metrics) : (alarm.Period ?? 60);

/** What an alarm looks at, by the start of each period (ms). */
export function readAlarmSeries(region: Region, alarm: MetricAlarm, window: { from: number; to: number }): Series {
  if (alarm.Metrics?.length) return readExpression(region, alarm.Metrics, window);
  const id = metricIdOf(alarm);
  if (hasOtherUnit(region, id, alarm.Unit)) return new Map();
  const statistic = alarm.Statistic ?? alarm.ExtendedStatistic ?? "Average";
  return readSeries(region, id, { ...window, period: alarm.Period ?? 60 }, statistic);
}

function readExpression(
  region: Region,
  queries: NonNullable<MetricAlarm["Metrics"]>,
  window: { from: number; to: number },
): Series {
  const shown = queries.find(({ ReturnData }) => ReturnData !== false);
  try {
    return runQueries(region, queries, window).get(shown?.Id ?? "")?.[0] ?? new Map();
  } catch (error) {
    if (error instanceof MathError) return new Map();
    throw error;
  }
}

/** Makes or changes an alarm. A new one starts with too little data; a changed one keeps its state. */
export function putAlarm(region: Region, settings: MetricAlarm & { AlarmName: string }): AlarmRecord {
  const table = alarms(region);
  const existing = table.get(settings.AlarmName);
  const now = new Date(Math.floor(region.world.clock.now()));
  const fresh = {
    StateValue: "INSUFFICIENT_DATA",
    StateReason: "Unchecked: Initial alarm creation",
    StateUpdatedTimestamp: now,
    StateTransitionedTimestamp: now,
  } as const;
  const alarm = {
    ActionsEnabled: true,
    ...settings,
    AlarmArn: region.arn("cloudwatch", `alarm:${settings.AlarmName}`),
    AlarmConfigurationUpdatedTimestamp: now,
    ...(existing ? stateOf(existing.alarm) : fresh),
  };
  const record: AlarmRecord = { alarm, evaluatedTo: 0 };
  table.set(settings.AlarmName, record);
  recordConfiguration(region, existing ? "Update" : "Create", record.alarm);
  return record;
}

const stateOf = (alarm: MetricAlarm): Partial<MetricAlarm> => ({
  StateValue: alarm.StateValue,
  StateReason: alarm.StateReason,
  StateReasonData: alarm.StateReasonData,
  StateUpdatedTimestamp: alarm.StateUpdatedTimestamp,
  StateTransitionedTimestamp: alarm.StateTransitionedTimestamp,
});

/** Deletes an alarm and its tags; its history stays. False when there is none of that name. */
export function deleteAlarm(region: Region, name: string): boolean {
  const record = alarms(region).get(name);
  if (!record) return false;
  recordConfiguration(region, "Delete", record.alarm);
  cloudwatchTags(region).delete(record.alarm.AlarmArn);
  alarmFirings(region).delete(name);
  return alarms(region).delete(name);
}

/** Every minute (every ten seconds for high-resolution alarms) each alarm looks at its metric again. */
export function stepAlarms(region: Region, now: number): void {
  for (const record of alarms(region).values()) {
    const period = alarmPeriod(record.alarm);
    const everyMs = period < 60 ? 10_000 : 60_000;
    const settled = period < 60 ? 1_000 : settleMs;
    const to = Math.floor((now - settled) / everyMs) * everyMs;
    if (to <= record.evaluatedTo) continue;
    record.evaluatedTo = to;
    evaluateAt(region, record, { to, period, now });
  }
}

/**
 * A percentile of few samples says little: told to ignore these, an alarm keeps its state. Few are fewer than 10 / (1 - p), or
 * 10 / p below the median (AlarmThatSendsEmail, "Percentile-based alarms and low data samples").
 */
function hasTooFewSamples(region: Region, alarm: MetricAlarm, window: { from: number; to: number }): boolean {
  if (alarm.EvaluateLowSampleCountPercentile !== "ignore") return false;
  const share = Number(alarm.ExtendedStatistic?.slice(1)) / 100;
  const needed = 10 / (share >= 0.5 ? 1 - share : share);
  const buckets = readBuckets(region, metricIdOf(alarm), { ...window, period: alarm.Period ?? 60 });
  return [...buckets.values()].some(({ count }) => count < needed - 1e-9);
}

function evaluateAt(region: Region, record: AlarmRecord, at: { to: number; period: number; now: number }): void {
  const { alarm } = record;
  const rule = ruleOf(alarm);
  const range = evaluationRange(rule.evaluationPeriods);
  const periodMs = at.period * 1000;
  const from = at.to - range * periodMs;
  delete record.latest;
  if (hasTooFewSamples(region, alarm, { from: at.to - rule.evaluationPeriods * periodMs, to: at.to })) return;
  const series = readAlarmSeries(region, alarm, { from, to: at.to });
  const values: (number | undefined)[] = [];
  for (let start = from; start < at.to; start += periodMs) values.push(series.get(start));
  record.latest = values.slice(-freshPeriods).findLast((value) => value !== undefined);
  const verdict = evaluateAlarm(rule, values, (alarm.StateValue ?? "INSUFFICIENT_DATA") as AlarmState);
  const old = alarm.StateValue ?? "INSUFFICIENT_DATA";
  const changed = verdict.state !== alarm.StateValue;
  if (changed) {
    const points = verdict.evaluated.map((index): EvaluatedPoint => ({
      at: from + index * periodMs,
      value: values[index] ?? 0,
    }));
    const reason = describeVerdict(rule, verdict, points);
    changeState(region, record, { value: verdict.state, reason, data: reasonData(alarm, points, at.now) });
  }
  invokeActions(region, record, changed ? old : undefined);
}

export interface NewState {
  value: AlarmState;
  reason: string;
  data?: string | undefined;
}

/** Moves an alarm to a state and writes that into its history. */
export function changeState(region: Region, { alarm }: AlarmRecord, state: NewState): void {
  const old = { value: alarm.StateValue, reason: alarm.StateReason, data: alarm.StateReasonData };
  const now = new Date(Math.floor(region.world.clock.now()));
  alarm.StateValue = state.value;
  alarm.StateReason = state.reason;
  alarm.StateReasonData = state.data;
  alarm.StateUpdatedTimestamp = now;
  if (old.value !== state.value) alarm.StateTransitionedTimestamp = now;
  recordStateUpdate(region, alarm, old, { value: state.value, reason: state.reason, data: state.data });
}

/**
 * Runs the actions of the alarm's state: once at the change, and for scaling policies again once a minute while the state
 * lasts, however often it is evaluated (alarm-actions). `changedFrom`: the state before, when it has just changed.
 */
export function invokeActions(region: Region, record: AlarmRecord, changedFrom: string | undefined): void {
  const { alarm, evaluatedTo, invokedAt = 0 } = record;
  if (alarm.ActionsEnabled === false || (changedFrom === undefined && evaluatedTo - invokedAt < 60_000)) return;
  const byState = { OK: alarm.OKActions, ALARM: alarm.AlarmActions, INSUFFICIENT_DATA: alarm.InsufficientDataActions };
  const actions = byState[(alarm.StateValue ?? "OK") as AlarmState] ?? [];
  const policyArns = actions.filter((arn) => arn.startsWith("arn:aws:autoscaling:"));
  if (policyArns.length > 0) {
    record.invokedAt = evaluatedTo;
    alarmFirings(region).set(alarm.AlarmName, { alarmName: alarm.AlarmName, policyArns });
  }
  if (changedFrom === undefined) return;
  for (const arn of actions)
    recordAction(region, alarm, arn, policyArns.includes(arn) ? undefined : notify(region, arn, alarm, changedFrom));
}

/** Why an action other than a scaling policy could not be done; undefined when it was. */
function notify(region: Region, arn: string, alarm: MetricAlarm, old: string): string | undefined {
  if (!arn.startsWith("arn:aws:sns:")) return "The sandbox does not execute this action.";
  return notifyOfAlarm(region, arn, alarm, old) ? undefined : `Topic ${arn} does not exist`;
}
