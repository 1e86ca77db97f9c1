import type { SuspendedState } from "@aws-sdk/client-application-auto-scaling";
import type { Aws } from "../aws/aws.ts";
import type { Project } from "../config/project.ts";
import type { Context } from "../context.ts";
import { usageError } from "../errors.ts";
import { readScalableTarget, serviceDimension } from "../resources/scalable-target.ts";
import { listScheduledActions } from "../resources/scheduled-action.ts";
import { resourceIdOf } from "./deploy-graph.ts";
import { isOfHold, isOverHold } from "./scaling-names.ts";

export type ScalingWay = "out" | "in" | "scheduled";

/** The document of `scale suspend --json` and `scale resume --json`. */
export interface SuspendResult {
  /** What is suspended now. */
  suspended: ScalingWay[];
  /** What was before. */
  was: ScalingWay[];
}

const keys = {
  out: "DynamicScalingOutSuspended",
  in: "DynamicScalingInSuspended",
  scheduled: "ScheduledScalingSuspended",
} as const;
const ways: readonly ScalingWay[] = ["out", "in", "scheduled"];

const waysOf = (state: SuspendedState | undefined): ScalingWay[] => ways.filter((way) => state?.[keys[way]]);

/**
 * Stops (or lets go on) what Application Auto Scaling does by itself; no way named means all. Policies, alarms and limits
 * stay. Throws a usage error when nothing scales the service.
 */
export async function suspendScaling(
  { aws, emit }: Context,
  { config }: Project,
  { way, suspend }: { way?: ScalingWay | undefined; suspend: boolean },
): Promise<SuspendResult> {
  const ResourceId = resourceIdOf(config);
  const target = await readScalableTarget(aws, ResourceId);
  if (!target)
    throw usageError({
      code: "NoScalableTarget",
      message: `Nothing scales ${config.service.name}: there is nothing to ${suspend ? "suspend" : "resume"}.`,
      hint: "ecsctl scale policy add NAME",
    });
  const was = waysOf(target.SuspendedState);
  const chosen = way === undefined ? ways : [way];
  const suspended = ways.filter((one) => (chosen.includes(one) ? suspend : was.includes(one)));
  if (suspended.join() !== was.join())
    await aws.call("application-autoscaling", "RegisterScalableTarget", {
      ...serviceDimension,
      ResourceId,
      SuspendedState: Object.fromEntries(ways.map((one) => [keys[one], suspended.includes(one)])),
    });
  if (suspend && suspended.includes("scheduled")) await warnOfHold(aws, emit, ResourceId);
  return { suspended, was };
}

async function warnOfHold(aws: Aws, emit: Context["emit"], resourceId: string): Promise<void> {
  const now = aws.clock.now();
  const actions = await listScheduledActions(aws, resourceId);
  const hold = actions.find((action) => isOfHold(action) && !isOverHold(action, now));
  if (!hold) return;
  const until = hold.Schedule?.slice("at(".length, -1);
  emit({
    type: "warning",
    message: `\`scale set --for\` holds the service until ${until}Z, and nothing ends it while schedules are suspended`,
    hint: "ecsctl scale resume scheduled",
  });
}
