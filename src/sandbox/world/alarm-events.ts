import type { CompositeAlarm, MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { emitEvent } from "./event-bus.ts";
import { alarms, compositeAlarms } from "./records/cloudwatch.ts";
import { eventRules } from "./records/events.ts";
import type { Region } from "./world.ts";

interface State {
  value: string | undefined;
  reason: string | undefined;
  reasonData?: string | undefined;
  timestamp: string | undefined;
}

const stateOf = (alarm: MetricAlarm & CompositeAlarm): State => ({
  value: alarm.StateValue,
  reason: alarm.StateReason,
  ...(alarm.StateReasonData === undefined ? {} : { reasonData: alarm.StateReasonData }),
  timestamp: alarm.StateUpdatedTimestamp?.toISOString().replace("Z", "+0000"),
});

/**
 * Tells EventBridge of every alarm that changed its state since the last pass: "CloudWatch Alarm State Change". Without
 * rules nobody listens, and nothing is kept. Source: "Alarm events and EventBridge", CloudWatch user guide.
 */
export function stepAlarmEvents(region: Region, now: number): void {
  const told = region.table<State>("events/alarm-told");
  if (eventRules(region).size === 0) return told.size > 0 ? told.clear() : undefined;
  const all = [...alarms(region).values(), ...compositeAlarms(region).values()].map(({ alarm }) => alarm);
  for (const alarm of all) {
    const before = told.get(alarm.AlarmArn);
    const state = stateOf(alarm);
    told.set(alarm.AlarmArn, state);
    if (before && before.value !== state.value) tell(region, alarm, { before, state, now });
  }
}

function tell(
  region: Region,
  alarm: MetricAlarm & CompositeAlarm,
  { before, state, now }: { before: State; state: State; now: number },
): void {
  emitEvent(region, {
    source: "aws.cloudwatch",
    detailType: "CloudWatch Alarm State Change",
    resources: [alarm.AlarmArn ?? ""],
    detail: { alarmName: alarm.AlarmName, state, previousState: before, configuration: describe(alarm) },
    at: now,
  });
}

const describe = (alarm: MetricAlarm & CompositeAlarm): object => ({
  ...(alarm.AlarmDescription === undefined ? {} : { description: alarm.AlarmDescription }),
  ...(alarm.AlarmRule === undefined
    ? {
        metrics: [
          {
            id: alarm.AlarmName,
            metricStat: {
              metric: {
                namespace: alarm.Namespace,
                name: alarm.MetricName,
                dimensions: Object.fromEntries((alarm.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
              },
              period: alarm.Period,
              stat: alarm.Statistic ?? alarm.ExtendedStatistic,
            },
            returnData: true,
          },
        ],
      }
    : { alarmRule: alarm.AlarmRule }),
});
