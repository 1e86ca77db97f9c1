import { clamp } from "../../core/scaling/decide-capacity.ts";
import { moveBounds } from "../../core/scaling/scheduled-bounds.ts";
import { nextRunWithin, parseSchedule, type Schedule } from "../../core/scaling/schedule.ts";
import {
  scalableTargets,
  scheduledActions,
  targetKey,
  type ScheduledActionRecord,
  type TargetRecord,
} from "./records/application-autoscaling.ts";
import type { ScalableResource } from "./scalable.ts";
import { recordBounds, scaleTo } from "./scaling-activities.ts";
import type { Region } from "./world.ts";

/** The schedule of an action. Throws `ScheduleError`. */
const scheduleOf = ({ action }: Pick<ScheduledActionRecord, "action">): Schedule =>
  parseSchedule(action.Schedule, {
    timeZone: action.Timezone,
    from: (action.StartTime ?? action.CreationTime ?? new Date(0)).getTime(),
  });

/** The first run after `after` (ms) that StartTime and EndTime allow. */
export function nextRun(record: Pick<ScheduledActionRecord, "action">, after: number): number | undefined {
  const { StartTime, EndTime } = record.action;
  return nextRunWithin(scheduleOf(record), after, { startsAt: StartTime?.getTime(), endsAt: EndTime?.getTime() });
}

/** Runs the actions whose time has come. */
export function runScheduledActions(region: Region, resource: ScalableResource, now: number): void {
  for (const record of scheduledActions(region).values()) {
    if (record.nextAt === undefined || record.nextAt > now) continue;
    record.nextAt = nextRun(record, now);
    const target = scalableTargets(region).get(targetKey(record.id));
    if (!target || target.target.SuspendedState?.ScheduledScalingSuspended) continue;
    runAction(region, resource, record, target);
  }
}

function runAction(
  region: Region,
  resource: ScalableResource,
  { action }: ScheduledActionRecord,
  record: TargetRecord,
): void {
  const { target, id } = record;
  const { MinCapacity, MaxCapacity } = action.ScalableTargetAction ?? {};
  const bounds = { min: target.MinCapacity, max: target.MaxCapacity };
  const { min, max } = moveBounds(bounds, { min: MinCapacity, max: MaxCapacity });
  Object.assign(target, { MinCapacity: min, MaxCapacity: max });
  const cause = `scheduled action name ${action.ScheduledActionName} was triggered`;
  recordBounds(region, id, { min, max, cause });
  enforceBounds(region, resource, record);
}

/** Brings a desired count that lies outside the bounds to the nearer one, as AWS does when the bounds change. */
export function enforceBounds(region: Region, resource: ScalableResource, { id, target }: TargetRecord): void {
  const desired = resource.read(region, id.resourceId)?.desired;
  if (desired === undefined) return;
  const to = clamp({ min: target.MinCapacity, max: target.MaxCapacity }, desired);
  if (to === desired) return;
  const cause = `${to > desired ? "minimum" : "maximum"} capacity was set to ${to}`;
  scaleTo(region, resource, id, { to, cause });
}
