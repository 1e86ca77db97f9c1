import type * as cloudwatch from "@aws-sdk/client-cloudwatch";
import { page, type Handler } from "../../wire/api.ts";
import { metricIdOf } from "../../world/metric-queries.ts";
import { alarmsOf, parseRule } from "../../../core/scaling/composite-rule.ts";
import { alarmNameOf, dependentsOf } from "../../world/composite-alarms.ts";
import { alarms, compositeAlarms } from "../../world/records/cloudwatch.ts";
import type { Region } from "../../world/world.ts";
import { invalidCombination } from "./errors.ts";

const sortedAlarms = (region: Region): cloudwatch.MetricAlarm[] =>
  [...alarms(region).values()].map(({ alarm }) => alarm).sort((a, b) => (a.AlarmName < b.AlarmName ? -1 : 1));

const sortedComposites = (region: Region): cloudwatch.CompositeAlarm[] =>
  [...compositeAlarms(region).values()].map(({ alarm }) => alarm).sort((a, b) => (a.AlarmName < b.AlarmName ? -1 : 1));

type AnyAlarm = cloudwatch.MetricAlarm | cloudwatch.CompositeAlarm;
type Input = cloudwatch.DescribeAlarmsCommandInput;

const actionsOf = (alarm: AnyAlarm): string[] => [
  ...(alarm.OKActions ?? []),
  ...(alarm.AlarmActions ?? []),
  ...(alarm.InsufficientDataActions ?? []),
];

/** Alarms by name: metric alarms only, unless composite ones are asked for. */
export const describeAlarms: Handler<typeof cloudwatch, "DescribeAlarms"> = (input, { region }) => {
  if (input.AlarmNames?.length && input.AlarmNamePrefix)
    throw invalidCombination(
      "The parameters AlarmNames and AlarmNamePrefix are mutually exclusive and you have specified both.",
    );
  const related = relatives(region, input);
  if (related) return related;
  const types: readonly string[] = input.AlarmTypes?.length ? input.AlarmTypes : ["MetricAlarm"];
  const composites = types.includes("CompositeAlarm") ? sortedComposites(region) : [];
  const metricAlarms = types.includes("MetricAlarm") ? sortedAlarms(region) : [];
  const { ActionPrefix } = input;
  const matching = [...composites, ...metricAlarms].filter(
    (alarm) =>
      (!input.AlarmNames?.length || input.AlarmNames.includes(alarm.AlarmName ?? "")) &&
      (alarm.AlarmName ?? "").startsWith(input.AlarmNamePrefix ?? "") &&
      (!input.StateValue || alarm.StateValue === input.StateValue) &&
      (!ActionPrefix || actionsOf(alarm).some((arn) => arn.startsWith(ActionPrefix))),
  );
  const { items, next } = page(matching, input.NextToken, input.MaxRecords ?? 50);
  return { ...byType(items), ...(next ? { NextToken: next } : {}) };
};

const isComposite = (alarm: AnyAlarm): alarm is cloudwatch.CompositeAlarm => "AlarmRule" in alarm;

const byType = (
  found: readonly AnyAlarm[],
): { MetricAlarms: cloudwatch.MetricAlarm[]; CompositeAlarms: cloudwatch.CompositeAlarm[] } => ({
  MetricAlarms: found.filter((alarm) => !isComposite(alarm)),
  CompositeAlarms: found.filter(isComposite),
});

function briefly(found: readonly AnyAlarm[]): ReturnType<typeof byType> {
  const { MetricAlarms, CompositeAlarms } = byType(found);
  return { MetricAlarms: MetricAlarms.map(brief), CompositeAlarms: CompositeAlarms.map(brief) };
}

/** The alarms that a composite alarm's rule names, or the composite alarms that name one: of those, less is told. */
function relatives(region: Region, input: Input): ReturnType<typeof byType> | undefined {
  const { ChildrenOfAlarmName: parent, ParentsOfAlarmName: child } = input;
  if (parent !== undefined) {
    const rule = compositeAlarms(region).get(parent)?.alarm.AlarmRule;
    const names = rule === undefined ? [] : alarmsOf(parseRule(rule)).map(alarmNameOf);
    const found = [...sortedComposites(region), ...sortedAlarms(region)];
    return briefly(found.filter(({ AlarmName }) => names.includes(AlarmName ?? "")));
  }
  return child === undefined ? undefined : briefly(dependentsOf(region, child).map(({ alarm }) => alarm));
}

/** All that CloudWatch tells about relatives. */
const brief = <Alarm extends AnyAlarm>(alarm: Alarm) => ({
  AlarmName: alarm.AlarmName,
  AlarmArn: alarm.AlarmArn,
  StateValue: alarm.StateValue,
  StateUpdatedTimestamp: alarm.StateUpdatedTimestamp,
});

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
