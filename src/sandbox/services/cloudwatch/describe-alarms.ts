import type * as cloudwatch from "@aws-sdk/client-cloudwatch";
import { page, type Handler } from "../../wire/api.ts";
import { metricIdOf } from "../../world/metric-queries.ts";
import { alarms } from "../../world/records/cloudwatch.ts";
import type { Region } from "../../world/world.ts";
import { invalidCombination } from "./errors.ts";

const sortedAlarms = (region: Region): cloudwatch.MetricAlarm[] =>
  [...alarms(region).values()].map(({ alarm }) => alarm).sort((a, b) => (a.AlarmName < b.AlarmName ? -1 : 1));

/** Metric alarms by name; the sandbox has no composite ones. */
export const describeAlarms: Handler<typeof cloudwatch, "DescribeAlarms"> = (input, { region }) => {
  if (input.AlarmNames?.length && input.AlarmNamePrefix)
    throw invalidCombination(
      "The parameters AlarmNames and AlarmNamePrefix are mutually exclusive and you have specified both.",
    );
  if (input.AlarmTypes?.length && !input.AlarmTypes.includes("MetricAlarm"))
    return { MetricAlarms: [], CompositeAlarms: [] };
  const actions = (alarm: cloudwatch.MetricAlarm): string[] => [
    ...(alarm.OKActions ?? []),
    ...(alarm.AlarmActions ?? []),
    ...(alarm.InsufficientDataActions ?? []),
  ];
  const { ActionPrefix } = input;
  const matching = sortedAlarms(region).filter(
    (alarm) =>
      (!input.AlarmNames?.length || input.AlarmNames.includes(alarm.AlarmName ?? "")) &&
      (alarm.AlarmName ?? "").startsWith(input.AlarmNamePrefix ?? "") &&
      (!input.StateValue || alarm.StateValue === input.StateValue) &&
      (!ActionPrefix || actions(alarm).some((arn) => arn.startsWith(ActionPrefix))),
  );
  const { items, next } = page(matching, input.NextToken, input.MaxRecords ?? 50);
  return { MetricAlarms: items, CompositeAlarms: [], ...(next ? { NextToken: next } : {}) };
};

export const describeAlarmsForMetric: Handler<typeof cloudwatch, "DescribeAlarmsForMetric"> = (input, { region }) => {
  const wanted = metricIdOf(input);
  const same = (alarm: cloudwatch.MetricAlarm): boolean => {
    const { namespace, name, dimensions } = metricIdOf(alarm);
    const entries = Object.entries(dimensions);
    return (
      namespace === wanted.namespace &&
      name === wanted.name &&
      entries.length === Object.keys(wanted.dimensions).length &&
      entries.every(([key, value]) => wanted.dimensions[key] === value)
    );
  };
  const MetricAlarms = sortedAlarms(region).filter(
    (alarm) =>
      same(alarm) &&
      (!input.Statistic || alarm.Statistic === input.Statistic) &&
      (!input.Period || alarm.Period === input.Period),
  );
  return { MetricAlarms };
};
