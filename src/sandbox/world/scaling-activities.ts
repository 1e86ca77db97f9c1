import type { NotScaledReason, ScalingActivity } from "@aws-sdk/client-application-auto-scaling";
import { scalingActivities, targetKey, type ActivityRecord, type TargetId } from "./records/application-autoscaling.ts";
import type { ScalableResource } from "./scalable.ts";
import type { Region } from "./world.ts";

/** AWS keeps six weeks; the sandbox keeps the newest of these for each target. */
const keptActivities = 300;

/** A UUID in AWS's manner, the same in every stepped run. */
export function makeUuid(region: Region): string {
  const hex = region.id("", 32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

type Told = Pick<ScalingActivity, "Description" | "Cause" | "StatusCode"> & Partial<ScalingActivity>;

function addActivity(region: Region, id: TargetId, told: Told, to?: number): void {
  const table = scalingActivities(region);
  const log = table.get(targetKey(id)) ?? { items: [], waiting: false };
  const activity: ScalingActivity = {
    ActivityId: makeUuid(region),
    ServiceNamespace: id.namespace as ScalingActivity["ServiceNamespace"],
    ResourceId: id.resourceId,
    ScalableDimension: id.dimension as ScalingActivity["ScalableDimension"],
    StartTime: new Date(Math.floor(region.world.clock.now())),
    ...told,
  };
  log.items.unshift({ activity, to });
  log.items.splice(keptActivities);
  if (to !== undefined) log.waiting = true;
  table.set(targetKey(id), log);
}

/** Sets the desired count and tells it as an activity, in progress until the running count follows. */
export function scaleTo(
  region: Region,
  resource: ScalableResource,
  id: TargetId,
  change: { to: number; cause: string },
): void {
  const { to, cause } = change;
  resource.write(region, id.resourceId, to);
  const told = {
    Description: `Setting desired count to ${to}.`,
    Cause: cause,
    StatusCode: "InProgress",
    StatusMessage: `Successfully set desired count to ${to}. Waiting for change to be fulfilled by ${id.namespace}.`,
  } as const;
  addActivity(region, id, told, to);
}

/** Tells of a change of the bounds, which is done at once. */
export function recordBounds(region: Region, id: TargetId, bounds: { min: number; max: number; cause: string }): void {
  const set = `min capacity to ${bounds.min} and max capacity to ${bounds.max}`;
  const at = new Date(Math.floor(region.world.clock.now()));
  addActivity(region, id, {
    Description: `Setting ${set}`,
    Cause: bounds.cause,
    StatusCode: "Successful",
    StatusMessage: `Successfully set ${set}`,
    StartTime: at,
    EndTime: at,
  });
}

/**
 * Tells why nothing was done; an alarm that goes on asking for the same is told once, not every minute. `since`: when the
 * alarm came into its state.
 */
export function recordNotScaled(
  region: Region,
  id: TargetId,
  refusal: { cause: string; reason: NotScaledReason; since: Date | undefined },
): void {
  const { cause, reason, since = new Date(0) } = refusal;
  const newest = scalingActivities(region).get(targetKey(id))?.items[0]?.activity;
  const told = newest?.Cause === cause && newest.NotScaledReasons?.[0]?.Code === reason.Code;
  if (told && (newest.StartTime ?? since) >= since) return;
  const at = new Date(Math.floor(region.world.clock.now()));
  addActivity(region, id, {
    Description: "Attempting to scale due to alarm triggered",
    Cause: cause,
    StatusCode: "Failed",
    StartTime: at,
    EndTime: at,
    NotScaledReasons: [reason],
  });
}

/** Ends activities whose change has arrived, or was overridden by a later one. */
export function followActivities(region: Region, resource: ScalableResource): void {
  for (const log of scalingActivities(region).values()) {
    if (!log.waiting) continue;
    const waiting = log.items.filter(({ activity }) => activity.StatusCode === "InProgress");
    for (const record of waiting) followActivity(region, resource, record);
    log.waiting = waiting.some(({ activity }) => activity.StatusCode === "InProgress");
  }
}

function followActivity(region: Region, resource: ScalableResource, { activity, to = 0 }: ActivityRecord): void {
  const state = resource.read(region, activity.ResourceId ?? "");
  const set = `Successfully set desired count to ${to}.`;
  const end = (StatusCode: "Successful" | "Overridden" | "Failed", StatusMessage: string): void => {
    const EndTime = new Date(Math.floor(region.world.clock.now()));
    Object.assign(activity, { StatusCode, StatusMessage, EndTime });
  };
  if (!state) end("Failed", `${set} The ECS service does not exist any more.`);
  else if (state.desired !== to) end("Overridden", `${set} Found it was later changed to ${state.desired}.`);
  else if (state.running === to)
    end("Successful", `${set} Change successfully fulfilled by ${activity.ServiceNamespace}.`);
}
