import type * as autoscaling from "@aws-sdk/client-auto-scaling";
import { ScheduleError } from "../../../core/scaling/schedule.ts";
import { page, type Handler } from "../../wire/api.ts";
import { nextGroupRun } from "../../world/group-scaling.ts";
import { groupKey, groupSchedules, type GroupScheduleRecord } from "../../world/records/autoscaling.ts";
import { makeUuid } from "../../world/scaling-activities.ts";
import { findActiveGroup, validationError } from "./groups.ts";

/** Makes a scheduled action of a group, or changes the given parts of one. */
export const putScheduledUpdateGroupAction: Handler<typeof autoscaling, "PutScheduledUpdateGroupAction"> = (
  input,
  { region },
) => {
  const group = findActiveGroup(region, input.AutoScalingGroupName);
  const name = input.ScheduledActionName ?? "";
  const key = groupKey(group.name, name);
  const place = `autoScalingGroupName/${group.name}:scheduledActionName/${name}`;
  const action = {
    ScheduledActionARN: region.arn("autoscaling", `scheduledUpdateGroupAction:${makeUuid(region)}:${place}`),
    ...groupSchedules(region).get(key)?.action,
    ...Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)),
    AutoScalingGroupName: group.name,
    ScheduledActionName: name,
  };
  if (action.MinSize === undefined && action.MaxSize === undefined && action.DesiredCapacity === undefined)
    throw validationError("At least one of MinSize, MaxSize, or DesiredCapacity must be specified");
  if (!action.Recurrence && !action.StartTime && !action.Time)
    throw validationError("Either a recurrence or a start time must be specified");
  const now = region.world.clock.now();
  const nextAt = computeNext({ action }, now);
  if (nextAt === undefined) throw validationError("Given start time is in the past");
  groupSchedules(region).set(key, { action, nextAt });
  return {};
};

function computeNext(record: Pick<GroupScheduleRecord, "action">, now: number): number | undefined {
  try {
    return nextGroupRun(record, now);
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    throw validationError(
      record.action.TimeZone && error.message.includes("time zone")
        ? `The time zone specified ${record.action.TimeZone} is not valid`
        : `Given recurrence string: ${record.action.Recurrence} is invalid`,
    );
  }
}

/** Next runs first. */
export const describeScheduledActions: Handler<typeof autoscaling, "DescribeScheduledActions"> = (
  input,
  { region },
) => {
  const from = input.StartTime?.getTime() ?? -Infinity;
  const to = input.EndTime?.getTime() ?? Infinity;
  const matching = [...groupSchedules(region).values()]
    .filter(
      ({ action, nextAt }) =>
        (!input.AutoScalingGroupName || action.AutoScalingGroupName === input.AutoScalingGroupName) &&
        (!input.ScheduledActionNames?.length || input.ScheduledActionNames.includes(action.ScheduledActionName)) &&
        nextAt !== undefined &&
        nextAt >= from &&
        nextAt <= to,
    )
    .sort((a, b) => (a.nextAt ?? 0) - (b.nextAt ?? 0));
  const { items, next } = page(matching, input.NextToken, input.MaxRecords ?? 50);
  const ScheduledUpdateGroupActions = items.map(({ action, nextAt }) => ({
    ...action,
    StartTime: new Date(nextAt ?? 0),
    Time: new Date(nextAt ?? 0),
  }));
  return { ScheduledUpdateGroupActions, ...(next ? { NextToken: next } : {}) };
};

export const deleteScheduledAction: Handler<typeof autoscaling, "DeleteScheduledAction"> = (input, { region }) => {
  const key = groupKey(input.AutoScalingGroupName ?? "", input.ScheduledActionName ?? "");
  if (!groupSchedules(region).delete(key)) throw validationError("Scheduled action name not found");
  return {};
};
