import type { CompositeAlarm } from "@aws-sdk/client-cloudwatch";
import { suppress } from "../../core/scaling/action-suppressor.ts";
import type { AlarmState } from "../../core/scaling/alarm.ts";
import { alarmsOf, evaluateRule, parseRule } from "../../core/scaling/composite-rule.ts";
import { recordAction, recordConfiguration, recordStateUpdate } from "./alarm-history.ts";
import { describeMoment, longDate } from "./alarm-reason.ts";
import { publish } from "./notifications.ts";
import { alarms, cloudwatchTags, compositeAlarms, type CompositeRecord } from "./records/cloudwatch.ts";
import { accountId, type Region } from "./world.ts";

/** The name in an ARN of an alarm; a name is its own. */
export const alarmNameOf = (reference: string): string =>
  /^arn:[^:]*:cloudwatch:.*?:alarm:(.*)$/.exec(reference)?.[1] ?? reference;

type AnyAlarm = Pick<CompositeAlarm, "StateValue" | "StateTransitionedTimestamp" | "AlarmArn">;

export const findAnyAlarm = (region: Region, reference: string): AnyAlarm | undefined => {
  const name = alarmNameOf(reference);
  return (alarms(region).get(name) ?? compositeAlarms(region).get(name))?.alarm;
};

/** The composite alarms whose rule or suppressor names an alarm. */
export const dependentsOf = (region: Region, name: string): CompositeRecord[] =>
  [...compositeAlarms(region).values()].filter(({ alarm }) =>
    [...alarmsOf(parseRule(alarm.AlarmRule)), alarm.ActionsSuppressor ?? ""].some((one) => alarmNameOf(one) === name),
  );

/** Makes or changes a composite alarm, and evaluates it at once. */
export function putComposite(
  region: Region,
  settings: CompositeAlarm & { AlarmName: string; AlarmRule: string },
): CompositeRecord {
  const existing = compositeAlarms(region).get(settings.AlarmName);
  const now = new Date(Math.floor(region.world.clock.now()));
  const former = existing?.alarm;
  const record: CompositeRecord = {
    alarm: {
      ActionsEnabled: true,
      ...settings,
      AlarmArn: region.arn("cloudwatch", `alarm:${settings.AlarmName}`),
      AlarmConfigurationUpdatedTimestamp: now,
      StateValue: former?.StateValue ?? "INSUFFICIENT_DATA",
      StateReason: former?.StateReason ?? "Unchecked: Initial alarm creation",
      StateReasonData: former?.StateReasonData,
      StateUpdatedTimestamp: former?.StateUpdatedTimestamp ?? now,
      StateTransitionedTimestamp: former?.StateTransitionedTimestamp ?? now,
    },
    suppression: existing?.suppression ?? { acted: "INSUFFICIENT_DATA", since: now.getTime() },
  };
  compositeAlarms(region).set(settings.AlarmName, record);
  recordConfiguration(region, existing ? "Update" : "Create", record.alarm);
  return record;
}

export function deleteComposite(region: Region, { alarm }: CompositeRecord): void {
  recordConfiguration(region, "Delete", alarm);
  cloudwatchTags(region).delete(alarm.AlarmArn);
  compositeAlarms(region).delete(alarm.AlarmName);
}

/** Composite alarms follow the alarms that they name, as soon as these change. */
export function stepCompositeAlarms(region: Region, now: number): void {
  for (const record of compositeAlarms(region).values()) {
    follow(region, record);
    perform(region, record, now);
  }
}

function follow(region: Region, record: CompositeRecord): void {
  const { alarm } = record;
  const rule = parseRule(alarm.AlarmRule);
  const children = alarmsOf(rule).map((reference) => findAnyAlarm(region, reference));
  const seen = children.map((child) => child?.StateValue ?? "").join();
  if (seen === record.seen) return;
  const first = record.seen === undefined;
  record.seen = seen;
  const stateOf = (reference: string): AlarmState | undefined => findAnyAlarm(region, reference)?.StateValue;
  const value = evaluateRule(rule, stateOf) ? "ALARM" : "OK";
  if (value === alarm.StateValue) return;
  const newest = children.reduce((latest, child) => (movedAt(child) > movedAt(latest) ? child : latest), children[0]);
  const reason =
    first || !newest
      ? `${alarm.AlarmArn} was created and its alarm rule evaluates to ${value}`
      : `${newest.AlarmArn} transitioned to ${newest.StateValue} at ${describeMoment(movedAt(newest))}`;
  const triggeringAlarms = children
    .filter((child) => child !== undefined && (value === "OK" || child.StateValue === "ALARM"))
    .map((child) => ({
      arn: child?.AlarmArn,
      state: { value: child?.StateValue, timestamp: longDate(movedAt(child)) },
    }));
  changeCompositeState(region, record, { value, reason, data: JSON.stringify({ triggeringAlarms }) });
}

const movedAt = (alarm: AnyAlarm | undefined): number => alarm?.StateTransitionedTimestamp?.getTime() ?? 0;

/** Moves a composite alarm to a state and writes that into its history; actions come with the next pass. */
export function changeCompositeState(
  region: Region,
  { alarm }: CompositeRecord,
  state: { value: AlarmState; reason: string; data?: string | undefined },
): void {
  const old = { value: alarm.StateValue, reason: alarm.StateReason, data: alarm.StateReasonData };
  const now = new Date(Math.floor(region.world.clock.now()));
  if (old.value !== state.value) alarm.StateTransitionedTimestamp = now;
  Object.assign(alarm, {
    StateValue: state.value,
    StateReason: state.reason,
    StateReasonData: state.data,
    StateUpdatedTimestamp: now,
  });
  recordStateUpdate(region, alarm, old, state);
}

/** Performs the actions of a new state, unless a suppressor holds them. */
function perform(region: Region, record: CompositeRecord, now: number): void {
  const { alarm } = record;
  const state = alarm.StateValue ?? "INSUFFICIENT_DATA";
  const former = record.suppression;
  const suppressed = alarm.ActionsSuppressor !== undefined;
  const { next, act } = suppress(former, {
    state,
    suppressor: suppressed ? findAnyAlarm(region, alarm.ActionsSuppressor ?? "")?.StateValue : "OK",
    waitSeconds: alarm.ActionsSuppressorWaitPeriod ?? 0,
    extensionSeconds: alarm.ActionsSuppressorExtensionPeriod ?? 0,
    now,
  });
  record.suppression = next;
  alarm.ActionsSuppressedBy = next.by;
  alarm.ActionsSuppressedReason = next.by && `Actions suppressed by ${next.by}`;
  if (act && alarm.ActionsEnabled !== false) invoke(region, alarm, former.acted);
}

function invoke(region: Region, alarm: CompositeRecord["alarm"], old: AlarmState): void {
  const byState = { OK: alarm.OKActions, ALARM: alarm.AlarmActions, INSUFFICIENT_DATA: alarm.InsufficientDataActions };
  for (const arn of byState[alarm.StateValue ?? "OK"] ?? []) {
    if (!arn.startsWith("arn:aws:sns:")) recordAction(region, alarm, arn, "The sandbox does not execute this action.");
    else recordAction(region, alarm, arn, notify(region, arn, alarm, old) ? undefined : `Topic ${arn} does not exist`);
  }
}

/** What CloudWatch tells a topic about a composite alarm. */
function notify(region: Region, topicArn: string, alarm: CompositeRecord["alarm"], old: AlarmState): boolean {
  const data = JSON.parse(alarm.StateReasonData ?? "{}") as {
    triggeringAlarms?: { arn: string; state: { value: string; timestamp: string } }[];
  };
  const message = {
    AlarmName: alarm.AlarmName,
    AlarmDescription: alarm.AlarmDescription ?? null,
    AWSAccountId: accountId,
    NewStateValue: alarm.StateValue,
    NewStateReason: alarm.StateReason,
    StateChangeTime: longDate(alarm.StateUpdatedTimestamp?.getTime() ?? 0),
    Region: region.name,
    AlarmArn: alarm.AlarmArn,
    OldStateValue: old,
    OKActions: alarm.OKActions ?? [],
    AlarmActions: alarm.AlarmActions ?? [],
    InsufficientDataActions: alarm.InsufficientDataActions ?? [],
    AlarmRule: alarm.AlarmRule,
    TriggeringChildren: (data.triggeringAlarms ?? []).map(({ arn, state }) => ({
      Arn: arn,
      State: { Value: state.value, Timestamp: state.timestamp },
    })),
  };
  const subject = `${alarm.StateValue}: "${alarm.AlarmName}" in ${region.name}`;
  return publish(region, topicArn, subject.slice(0, 100), JSON.stringify(message)) !== undefined;
}
