import type * as autoscaling from "@aws-sdk/client-auto-scaling";
import { ResourceInUseFault, ScalingActivityInProgressFault } from "@aws-sdk/client-auto-scaling";
import { meta, type Handler } from "../../wire/api.ts";
import { activeMembers, changeDesired } from "../../world/groups.ts";
import { findGroup } from "./groups.ts";

/** Without force, only a group without instances goes; with it, its instances are ended first, protected or not. */
export const deleteAutoScalingGroup: Handler<typeof autoscaling, "DeleteAutoScalingGroup"> = (input, { region }) => {
  const group = findGroup(region, input.AutoScalingGroupName);
  if (!input.ForceDelete && activeMembers(group).length > 0)
    throw new ResourceInUseFault({
      message:
        "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.",
      ...meta,
    });
  if (!input.ForceDelete && group.members.length > 0)
    throw new ScalingActivityInProgressFault({
      message: "You cannot delete an AutoScalingGroup while there are scaling activities in progress for that group.",
      ...meta,
    });
  group.deleting = true;
  Object.assign(group, { min: 0, max: 0 });
  changeDesired(region, group, 0, "a user request force deleted AutoScalingGroup");
  return {};
};
