import type * as autoscaling from "@aws-sdk/client-auto-scaling";
import type { Handler } from "../../wire/api.ts";
import { findGroup, validationError } from "./groups.ts";

export const setInstanceProtection: Handler<typeof autoscaling, "SetInstanceProtection"> = (input, { region }) => {
  const group = findGroup(region, input.AutoScalingGroupName);
  const members = (input.InstanceIds ?? []).map((id) => {
    const member = group.members.find((one) => one.instanceId === id);
    if (!member) throw validationError(`The instance ${id} is not part of Auto Scaling group ${group.name}.`);
    if (member.lifecycleState !== "InService")
      throw validationError(`The instance ${id} is not in InService or EnteringStandby or Standby.`);
    return member;
  });
  for (const member of members) member.protectedFromScaleIn = input.ProtectedFromScaleIn ?? false;
  return {};
};
