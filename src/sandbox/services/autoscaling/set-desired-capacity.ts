import type * as autoscaling from "@aws-sdk/client-auto-scaling";
import type { Handler } from "../../wire/api.ts";
import { changeDesired } from "../../world/groups.ts";
import { findActiveGroup, validationError } from "./groups.ts";

export const setDesiredCapacity: Handler<typeof autoscaling, "SetDesiredCapacity"> = (input, { region }) => {
  const group = findActiveGroup(region, input.AutoScalingGroupName);
  const desired = input.DesiredCapacity ?? 0;
  if (desired > group.max)
    throw validationError(
      `New SetDesiredCapacity value ${desired} is above max value ${group.max} for the AutoScalingGroup.`,
    );
  if (desired < group.min)
    throw validationError(
      `New SetDesiredCapacity value ${desired} is below min value ${group.min} for the AutoScalingGroup.`,
    );
  changeDesired(region, group, desired, "a user request explicitly set group desired capacity");
  return {};
};
