import type * as cloudwatch from "@aws-sdk/client-cloudwatch";
import { page, type Handler } from "../../wire/api.ts";
import { alarmHistory } from "../../world/records/cloudwatch.ts";

/** Newest first unless told; also of alarms that are gone. */
export const describeAlarmHistory: Handler<typeof cloudwatch, "DescribeAlarmHistory"> = (input, { region }) => {
  const records = input.AlarmName ? [alarmHistory(region).get(input.AlarmName)] : alarmHistory(region).values();
  const from = input.StartDate?.getTime() ?? -Infinity;
  const to = input.EndDate?.getTime() ?? Infinity;
  const matching = [...records]
    .flatMap((record) => record?.items.toReversed() ?? [])
    .filter(({ Timestamp, HistoryItemType, AlarmType }) => {
      const at = Timestamp?.getTime() ?? 0;
      // Unless told, the history of metric alarms; of a named alarm, whatever it is.
      const types: readonly string[] = input.AlarmTypes?.length ? input.AlarmTypes : ["MetricAlarm"];
      if (!(input.AlarmName && !input.AlarmTypes?.length) && !types.includes(AlarmType ?? "")) return false;
      return at >= from && at <= to && (!input.HistoryItemType || HistoryItemType === input.HistoryItemType);
    })
    .sort((a, b) => (b.Timestamp?.getTime() ?? 0) - (a.Timestamp?.getTime() ?? 0));
  if (input.ScanBy === "TimestampAscending") matching.reverse();
  const { items, next } = page(matching, input.NextToken, input.MaxRecords ?? 100);
  return { AlarmHistoryItems: items, ...(next ? { NextToken: next } : {}) };
};
