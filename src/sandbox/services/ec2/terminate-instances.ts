import type * as ec2 from "@aws-sdk/client-ec2";
import type { Handler } from "../../wire/api.ts";
import { terminateInstance } from "../../world/instances.ts";
import { findInstances } from "./describe-instances.ts";
import { missingParameter } from "./errors.ts";
import { toState } from "./instance-responses.ts";

export const terminateInstances: Handler<typeof ec2, "TerminateInstances"> = (input, { region }) => {
  if (!input.InstanceIds?.length) throw missingParameter("InstanceId");
  const now = region.world.clock.now();
  return {
    TerminatingInstances: findInstances(region, input.InstanceIds).map((instance) => {
      const PreviousState = toState(instance.state);
      terminateInstance(instance, now);
      return { InstanceId: instance.id, PreviousState, CurrentState: toState(instance.state) };
    }),
  };
};
