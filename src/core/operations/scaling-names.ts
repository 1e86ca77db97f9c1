import type { ScheduledAction } from "@aws-sdk/client-application-auto-scaling";
import { parseSteps, type StepSide } from "../config/policy-steps.ts";
import type { PolicyConfig } from "../config/scaling-schema.ts";
import { stepAlarmPrefix } from "../resources/scaling-alarm.ts";
import { parseSchedule } from "../scaling/schedule.ts";

/** One side of a step policy with what it is called in AWS. */
export interface NamedSide {
  side: StepSide;
  /** The scaling policy. */
  policy: string;
  alarm: string;
}

/** What `scale set --for` leaves in AWS to undo itself: the count goes back, then the limits. */
export const holdActions = { count: "ecsctl-hold-count", limits: "ecsctl-hold-limits" } as const;

const holdNames: readonly string[] = Object.values(holdActions);

/** Whether a scheduled action undoes a hold. */
export const isOfHold = ({ ScheduledActionName: name = "" }: ScheduledAction): boolean => holdNames.includes(name);

/**
 * Whether it undid a hold that is over at `now` (ms). Application Auto Scaling keeps an action whose one moment has passed,
 * so that being there does not mean that it is still to come.
 */
export const isOverHold = (action: ScheduledAction, now: number): boolean =>
  isOfHold(action) && parseSchedule(action.Schedule ?? "", { from: now }).next(now) === undefined;

/** The sides of a step policy: one keeps the name, two are called NAME-out and NAME-in. */
export function namedSides(resourceId: string, { name, steps = [] }: PolicyConfig): NamedSide[] {
  const sides = parseSteps(steps);
  return sides.map((side) => {
    const policy = sides.length === 1 ? name : `${name}-${side.side}`;
    return { side, policy, alarm: `${stepAlarmPrefix(resourceId)}${policy}` };
  });
}

/** The names in AWS of what one policy of `ecsctl.yaml` stands for. */
export function namesInAws(
  resourceId: string,
  policy: PolicyConfig,
): { policies: string[]; alarms: string[]; actions: string[] } {
  if (policy.type === "scheduled") return { policies: [], alarms: [], actions: [policy.name] };
  if (policy.type !== "step") return { policies: [policy.name], alarms: [], actions: [] };
  const sides = namedSides(resourceId, policy);
  return { policies: sides.map((one) => one.policy), alarms: sides.map((one) => one.alarm), actions: [] };
}
