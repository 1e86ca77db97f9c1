import type * as aas from "@aws-sdk/client-application-auto-scaling";
import type { Handler } from "../../wire/api.ts";
import {
  policiesOf,
  scalableTargets,
  scheduledActions,
  targetKey,
} from "../../world/records/application-autoscaling.ts";
import { removePolicy } from "./delete-scaling-policy.ts";
import { findTarget, targetIdOf } from "./targets.ts";

/** Takes the target's policies, their alarms and its scheduled actions along; its activities stay. */
export const deregisterScalableTarget: Handler<typeof aas, "DeregisterScalableTarget"> = (input, { region }) => {
  const id = targetIdOf(input);
  findTarget(region, id, "found");
  for (const record of policiesOf(region, id)) removePolicy(region, record);
  for (const [key, record] of scheduledActions(region))
    if (targetKey(record.id) === targetKey(id)) scheduledActions(region).delete(key);
  scalableTargets(region).delete(targetKey(id));
  return {};
};
