import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { evaluateAlarm, type AlarmState } from "../../core/scaling/alarm.ts";
import { recordAction, recordConfiguration, recordStateUpdate } from "./alarm-history.ts";
import { describeVerdict, reasonData, type EvaluatedPoint } from "./alarm-reason.ts";
import { readSight, sightOf } from "./alarm-sight.ts";
import { metricIdOf } from "./metric-queries.ts";
import { readBuckets } from "./metrics.ts";
import { notifyOfAlarm } from "./notifications.ts";
import { alarmFirings, alarms, cloudwatchTags, type AlarmRecord } from "./records/cloudwatch.ts";
import type { Region } from "./world.ts";

/** Periods back in which a metric must have data for a policy to act on it: missing data never scales. */
const freshPeriods = 3;

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
    const { everyMs, settleMs } = sightOf(record.alarm);
    const to = Math.floor((now - settleMs) / everyMs) * everyMs;
    if (to <= record.evaluatedTo) continue;
    record.evaluatedTo = to;
    evaluateAt(region, record, to, now);
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

function evaluateAt(region: Region, record: AlarmRecord, to: number, now: number): void {
  const { alarm } = record;
  const { rule, range, periodMs } = sightOf(alarm);
  record.latest = undefined;
  if (hasTooFewSamples(region, alarm, { from: to - rule.evaluationPeriods * periodMs, to })) return;
  const values = readSight(region, alarm, to);
  record.latest = newestOf(values);
  const old = alarm.StateValue ?? "INSUFFICIENT_DATA";
  const verdict = evaluateAlarm(rule, values, old as AlarmState);
  const changed = verdict.state !== alarm.StateValue;
  if (changed) {
    const from = to - range * periodMs;
    const points = verdict.evaluated.map((index): EvaluatedPoint => ({
      at: from + index * periodMs,
      value: values[index] ?? 0,
    }));
    const reason = describeVerdict(rule, verdict, points);
    changeState(region, record, { value: verdict.state, reason, data: reasonData(alarm, points, now) });
  }
  invokeActions(region, record, changed ? old : undefined);
}

/** The newest of the values that a policy may act on. */
function newestOf(values: readonly (number | undefined)[]): number | undefined {
  for (let index = values.length - 1; index >= Math.max(0, values.length - freshPeriods); index--)
    if (values[index] !== undefined) return values[index];
  return undefined;
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
  const actions = actionsOf(alarm);
  if (actions.length === 0) return;
  const policyArns = actions.filter((arn) => arn.startsWith("arn:aws:autoscaling:"));
  if (policyArns.length > 0) {
    record.invokedAt = evaluatedTo;
    alarmFirings(region).set(alarm.AlarmName, { alarmName: alarm.AlarmName, policyArns });
  }
  if (changedFrom === undefined) return;
  for (const arn of actions)
    recordAction(region, alarm, arn, policyArns.includes(arn) ? undefined : notify(region, arn, alarm, changedFrom));
}

/** The actions of an alarm's present state. */
function actionsOf(alarm: MetricAlarm): readonly string[] {
  const { StateValue, OKActions = [], AlarmActions = [], InsufficientDataActions = [] } = alarm;
  if (StateValue === "ALARM") return AlarmActions;
  return StateValue === "INSUFFICIENT_DATA" ? InsufficientDataActions : OKActions;
}

/** Why an action other than a scaling policy could not be done; undefined when it was. */
function notify(region: Region, arn: string, alarm: MetricAlarm, old: string): string | undefined {
  if (!arn.startsWith("arn:aws:sns:")) return "The sandbox does not execute this action.";
  return notifyOfAlarm(region, arn, alarm, old) ? undefined : `Topic ${arn} does not exist`;
}
