import type * as aas from "@aws-sdk/client-application-auto-scaling";
import type { Handler } from "../../wire/api.ts";
import { deleteAlarm } from "../../world/alarms.ts";
import {
  forecasts,
  namedKey,
  scalingPolicies,
  type PolicyRecord,
} from "../../world/records/application-autoscaling.ts";
import type { Region } from "../../world/world.ts";
import { describeId, notFound, targetIdOf } from "./targets.ts";

/** Deletes a policy and the alarms that target tracking made for it; alarms of the user's own stay. */
export function removePolicy(region: Region, record: PolicyRecord): void {
  for (const alarm of [record.highAlarm, record.lowAlarm]) if (alarm) deleteAlarm(region, alarm);
  const key = namedKey(record.id, record.policy.PolicyName);
  forecasts(region).delete(key);
  scalingPolicies(region).delete(key);
}

export const deleteScalingPolicy: Handler<typeof aas, "DeleteScalingPolicy"> = (input, { region }) => {
  const id = targetIdOf(input);
  const record = scalingPolicies(region).get(namedKey(id, input.PolicyName ?? ""));
  if (!record) throw notFound(`No scaling policy found for ${describeId(id)}, policy name: ${input.PolicyName}`);
  removePolicy(region, record);
  return {};
};
