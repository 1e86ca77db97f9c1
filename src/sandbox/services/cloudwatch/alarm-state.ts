import { InvalidFormatFault } from "@aws-sdk/client-cloudwatch";
import type * as cloudwatch from "@aws-sdk/client-cloudwatch";
import type { AlarmState } from "../../../core/scaling/alarm.ts";
import { meta, type Handler } from "../../wire/api.ts";
import { changeState, deleteAlarm, invokeActions } from "../../world/alarms.ts";
import { changeCompositeState, deleteComposite, dependentsOf } from "../../world/composite-alarms.ts";
import { alarms, compositeAlarms } from "../../world/records/cloudwatch.ts";
import type { Region } from "../../world/world.ts";
import { noSuchAlarm, validationError } from "./errors.ts";

const states: readonly string[] = ["OK", "ALARM", "INSUFFICIENT_DATA"];

/** For a moment only: the next evaluation says again what the metric says. */
export const setAlarmState: Handler<typeof cloudwatch, "SetAlarmState"> = (input, { region }) => {
  const record = alarms(region).get(input.AlarmName ?? "");
  const composite = compositeAlarms(region).get(input.AlarmName ?? "");
  if (!record && !composite) throw noSuchAlarm();
  if (!states.includes(input.StateValue ?? ""))
    throw validationError(
      `1 validation error detected: Value '${input.StateValue}' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]`,
    );
  checkJson(input.StateReasonData);
  const value = input.StateValue as AlarmState;
  const state = { value, reason: input.StateReason ?? "", data: input.StateReasonData };
  if (composite && composite.alarm.StateValue !== value) changeCompositeState(region, composite, state);
  if (!record || record.alarm.StateValue === value) return {};
  const old = record.alarm.StateValue ?? "INSUFFICIENT_DATA";
  changeState(region, record, state);
  invokeActions(region, record, old);
  return {};
};

function checkJson(text: string | undefined): void {
  try {
    if (text !== undefined) JSON.parse(text);
  } catch {
    throw new InvalidFormatFault({ message: "StateReasonData is not valid JSON", ...meta });
  }
}

/** All or none: an unknown name deletes nothing. */
export const deleteAlarms: Handler<typeof cloudwatch, "DeleteAlarms"> = (input, { region }) => {
  const names = input.AlarmNames ?? [];
  const exists = (name: string): boolean => alarms(region).has(name) || compositeAlarms(region).has(name);
  if (names.length > 1 && !names.every(exists)) throw noSuchAlarm();
  const composites = names.flatMap((name) => compositeAlarms(region).get(name) ?? []);
  if (composites.length > 1) throw validationError("The request can delete at most one composite alarm.");
  const needed = names.filter((name) =>
    dependentsOf(region, name).some(({ alarm }) => !names.includes(alarm.AlarmName)),
  );
  if (needed.length > 0)
    throw validationError(
      `Cannot delete ${needed.join(",")} as there are composite alarm(s) depending on ${needed.length > 1 ? "them" : "it"}.`,
    );
  for (const composite of composites) deleteComposite(region, composite);
  for (const name of names) deleteAlarm(region, name);
  return {};
};

function setActions(region: Region, names: readonly string[], enabled: boolean): void {
  for (const name of names) {
    const record = alarms(region).get(name) ?? compositeAlarms(region).get(name);
    if (record) record.alarm.ActionsEnabled = enabled;
  }
}

export const enableAlarmActions: Handler<typeof cloudwatch, "EnableAlarmActions"> = (input, { region }) => {
  setActions(region, input.AlarmNames ?? [], true);
  return {};
};

export const disableAlarmActions: Handler<typeof cloudwatch, "DisableAlarmActions"> = (input, { region }) => {
  setActions(region, input.AlarmNames ?? [], false);
  return {};
};
