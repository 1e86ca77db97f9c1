import type { StateReason } from "@aws-sdk/client-ec2";
import { freeAddress } from "./addresses.ts";
import type { InstanceRecord, InstanceState } from "./records/ec2.ts";
import { instances } from "./records/ec2.ts";
import type { Region } from "./world.ts";

/** How long, in ms of the world's time, an instance stays in a state that ends by itself. */
const bootMs = 20_000;
const shutdownMs = 15_000;
/** EC2 shows a terminated instance for about an hour. */
const forgetMs = 3_600_000;

/** Moves every instance on: it boots, shuts down, and is forgotten. */
export function stepInstances(region: Region, now: number): void {
  for (const instance of instances(region).values()) {
    const age = now - instance.changedAt.getTime();
    if (instance.state === "pending" && age >= bootMs) enter(instance, "running", now);
    else if (instance.state === "shutting-down" && age >= shutdownMs) {
      enter(instance, "terminated", now);
      freeAddress(region.world, instance.id);
    } else if (instance.state === "terminated" && age >= forgetMs) instances(region).delete(instance.id);
  }
}

const userShutdown: StateReason = {
  Code: "Client.UserInitiatedShutdown",
  Message: "Client.UserInitiatedShutdown: User initiated shutdown",
};

/** Begins the end of an instance; one that is already ending is left as it is. */
export function terminateInstance(instance: InstanceRecord, now: number, reason: StateReason = userShutdown): void {
  if (isEnding(instance)) return;
  enter(instance, "shutting-down", now);
  instance.stateReason = reason;
}

/** Whether the instance is shutting down or gone. */
export function isEnding(instance: InstanceRecord): boolean {
  return instance.state === "shutting-down" || instance.state === "terminated";
}

function enter(instance: InstanceRecord, state: InstanceState, now: number): void {
  instance.state = state;
  instance.changedAt = new Date(now);
}
