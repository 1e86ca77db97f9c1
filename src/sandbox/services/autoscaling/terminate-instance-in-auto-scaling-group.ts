import type * as autoscaling from "@aws-sdk/client-auto-scaling";
import { ScalingActivityInProgressFault } from "@aws-sdk/client-auto-scaling";
import { meta, type Handler } from "../../wire/api.ts";
import { causeOf } from "../../world/activities.ts";
import { activeMembers, terminateMember } from "../../world/groups.ts";
import type { GroupMember, GroupRecord } from "../../world/records/autoscaling.ts";
import { groups, isLeaving } from "../../world/records/autoscaling.ts";
import type { Region } from "../../world/world.ts";
import { validationError } from "./groups.ts";

/** Ends the instance whatever its protection; without a decrement the group starts another one. */
export const terminateInstanceInAutoScalingGroup: Handler<typeof autoscaling, "TerminateInstanceInAutoScalingGroup"> = (
  input,
  { region },
) => {
  const { group, member } = findMember(region, input.InstanceId ?? "");
  if (isLeaving(member))
    throw new ScalingActivityInProgressFault({
      message: `Instance ${member.instanceId} is being terminated.`,
      ...meta,
    });
  const decrement = input.ShouldDecrementDesiredCapacity ?? false;
  if (decrement && group.desired - 1 < group.min)
    throw validationError(
      `Currently, desiredSize equals minSize (${group.min}). Terminating instance without replacement will violate group's min size constraint. ` +
        "Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.",
    );
  const actual = activeMembers(group).length;
  const shrinking = decrement ? `, shrinking the capacity from ${actual} to ${actual - 1}` : "";
  const text = `instance ${member.instanceId} was taken out of service in response to a user request${shrinking}`;
  const Activity = terminateMember(region, group, member, causeOf([region.world.clock.date(), text]));
  if (decrement) group.desired--;
  return { Activity };
};

function findMember(region: Region, instanceId: string): { group: GroupRecord; member: GroupMember } {
  for (const group of groups(region).values()) {
    const member = group.members.find((one) => one.instanceId === instanceId);
    if (member) return { group, member };
  }
  throw validationError(`Instance Id not found - No managed instance found for instance ID: ${instanceId}`);
}
