import type { CompositeAlarm, MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { longDate } from "./alarm-reason.ts";
import { alarmHistory } from "./records/cloudwatch.ts";
import type { Region } from "./world.ts";

type ItemType = "ConfigurationUpdate" | "StateUpdate" | "Action";

interface Entry {
  type: ItemType;
  summary: string;
  data: object;
}

/** AWS keeps 30 days; the sandbox keeps the newest of these. */
const keptItems = 200;

/** What history needs of an alarm of either kind. */
type AnyAlarm = (MetricAlarm | CompositeAlarm) & { AlarmName: string };

function addEntry(region: Region, alarm: AnyAlarm, entry: Entry): void {
  const { AlarmName } = alarm;
  const table = alarmHistory(region);
  const record = table.get(AlarmName) ?? { items: [] };
  record.items.push({
    AlarmName,
    AlarmType: "AlarmRule" in alarm ? "CompositeAlarm" : "MetricAlarm",
    Timestamp: new Date(Math.floor(region.world.clock.now())),
    HistoryItemType: entry.type,
    HistorySummary: entry.summary,
    HistoryData: JSON.stringify({ version: "1.0", ...entry.data }),
  });
  if (record.items.length > keptItems) record.items.splice(0, record.items.length - keptItems);
  table.set(AlarmName, record);
}

/** An alarm as configuration items show it: camel case, the state along with it. */
function describeConfiguration(alarm: AnyAlarm): Record<string, unknown> {
  const entries = Object.entries(alarm).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([key, value]) => [
      (key[0]?.toLowerCase() ?? "") + key.slice(1),
      value instanceof Date ? longDate(value.getTime()) : (value as unknown),
    ]),
  );
}

export function recordConfiguration(region: Region, type: "Create" | "Update" | "Delete", alarm: AnyAlarm): void {
  const verb = { Create: "created", Update: "updated", Delete: "deleted" }[type];
  const described = { [`${verb}Alarm`]: describeConfiguration(alarm) };
  addEntry(region, alarm, {
    type: "ConfigurationUpdate",
    summary: `Alarm "${alarm.AlarmName}" ${verb}`,
    data: { type, ...described },
  });
}

interface ShownState {
  value: string | undefined;
  reason: string | undefined;
  data?: string | undefined;
}

const describeState = ({ value, reason, data }: ShownState): object => ({
  stateValue: value,
  stateReason: reason,
  ...(data ? { stateReasonData: JSON.parse(data) as unknown } : {}),
});

export function recordStateUpdate(region: Region, alarm: AnyAlarm, from: ShownState, to: ShownState): void {
  addEntry(region, alarm, {
    type: "StateUpdate",
    summary: `Alarm updated from ${from.value} to ${to.value}`,
    data: { oldState: describeState(from), newState: describeState(to) },
  });
}

/** `error` says why the action could not be executed. */
export function recordAction(region: Region, alarm: AnyAlarm, actionArn: string, error?: string): void {
  addEntry(region, alarm, {
    type: "Action",
    summary: `${error ? "Failed to execute" : "Successfully executed"} action ${actionArn}`,
    data: {
      actionState: error ? "Failed" : "Succeeded",
      stateUpdateTimestamp: alarm.StateUpdatedTimestamp?.getTime(),
      notificationResource: actionArn,
      ...(error ? { error } : {}),
    },
  });
}
