import { styleText } from "node:util";
import type { AddAlarmResult } from "../operations/add-alarm.ts";
import { policyOfAlarm, type AlarmState } from "../operations/describe-alarms.ts";
import type { ListAlarmsResult } from "../operations/list-alarms.ts";
import { formatTable } from "./columns.ts";
import { nextCommands } from "./next.ts";

const colours: Readonly<Record<string, Parameters<typeof styleText>[0]>> = { ALARM: "red", OK: "green" };

/** The state of an alarm in its colour. */
export const paintState = (state: string): string =>
  styleText(colours[state] ?? "yellow", state, { stream: process.stdout });

/** The alarm that was put in force, and who hears of it. */
export function formatAddedAlarm({ alarm, notifies }: AddAlarmResult): string {
  return [
    `Alarm ${alarm.name} watches ${alarm.watches}; it is in ecsctl.yaml too.`,
    `  ${paintState(alarm.state)}, tells ${notifies === null ? "nobody" : `topic ${notifies}`}`,
    "",
    nextCommands([
      ...(notifies === null ? [["ecsctl notify add EMAIL", "let somebody hear of it"] as const] : []),
      ["ecsctl alarm list", "see its state"],
    ]),
  ].join("\n");
}

/** Every alarm in two lines: what it watches, and why it is as it is. */
export function formatAlarms({ alarms, missing }: ListAlarmsResult): string {
  if (alarms.length === 0 && missing.length === 0)
    return `Nothing watches this service.\n\n${nextCommands([["ecsctl alarm add NAME --metric cpu --threshold 80", "let it"]])}`;
  const ofPolicies = alarms.filter((one) => policyOfAlarm(one) !== undefined);
  const own = alarms.filter((one) => policyOfAlarm(one) === undefined);
  const lines = [
    ...listAlarms(own, (one) => [one.name, one.watches, one.inFile ? "" : "not in ecsctl.yaml"]),
    ...(own.length > 0 && ofPolicies.length > 0 ? [""] : []),
    ...(ofPolicies.length > 0 ? ["Of scaling policies:"] : []),
    ...listAlarms(ofPolicies, (one) => [policyOfAlarm(one) ?? "", one.watches, one.name]),
  ];
  const lacking = missing.length > 0 ? ["", `In ecsctl.yaml only: ${missing.join(", ")}. Next: ecsctl deploy`] : [];
  return [...lines, ...lacking].join("\n");
}

function listAlarms(alarms: readonly AlarmState[], view: (alarm: AlarmState) => string[]): string[] {
  return formatTable(alarms.map((one) => [paintState(one.state), ...view(one)])).flatMap((line, index) => {
    const reason = alarms[index]?.reason ?? "";
    return reason === "" ? [line] : [line, `    ${reason}`];
  });
}
