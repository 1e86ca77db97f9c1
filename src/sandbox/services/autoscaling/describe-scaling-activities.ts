import type * as autoscaling from "@aws-sdk/client-auto-scaling";
import { page, type Handler } from "../../wire/api.ts";
import { deletedGroups, groups } from "../../world/records/autoscaling.ts";

/** Newest first, those still in progress before all others; a group that does not exist has none. */
export const describeScalingActivities: Handler<typeof autoscaling, "DescribeScalingActivities"> = (
  input,
  { region },
) => {
  const ids = input.ActivityIds ?? [];
  const deleted = input.IncludeDeletedGroups ? [...deletedGroups(region).values()] : [];
  const found = [...groups(region).values(), ...deleted]
    .filter((group) => !input.AutoScalingGroupName || group.name === input.AutoScalingGroupName)
    .flatMap((group) => group.activities)
    .filter((activity) => ids.length === 0 || ids.includes(activity.ActivityId ?? ""))
    .toSorted(
      (one, other) => Number(Boolean(one.EndTime)) - Number(Boolean(other.EndTime)) || startOf(other) - startOf(one),
    );
  const { items, next } = page(found, input.NextToken, input.MaxRecords ?? 100);
  return { Activities: items, NextToken: next };
};

function startOf(activity: autoscaling.Activity): number {
  return activity.StartTime?.getTime() ?? 0;
}
