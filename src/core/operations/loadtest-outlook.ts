import type { Context } from "../context.ts";
import { spanText } from "../loadtest/verdict.ts";
import type { AlarmView, Snapshot } from "../observe/snapshot.ts";
import type { LoadPlan } from "./loadtest-options.ts";

/** ECS publishes a minute's metric about a minute later, and the autoscaler acts some seconds after the alarm. */
const publishingSeconds = 60;

/** Server seconds from the first load to the first scale-out that an alarm needs. */
export function secondsToScaleOut(alarm: Pick<AlarmView, "datapointsToAlarm" | "periodSeconds">): number {
  return alarm.datapointsToAlarm * alarm.periodSeconds + publishingSeconds;
}

/** Says before the load begins what can be expected of it, and warns when it is too short to see anything scale. */
export function tellWhatToExpect(context: Context, plan: LoadPlan, snapshot: Snapshot | undefined): void {
  const { emit, aws } = context;
  const until = plan.until ? `until ${plan.until.text}` : "";
  const limit = plan.durationMs === undefined ? "" : `for ${spanText(plan.durationMs / 1000)}`;
  const requests = plan.requests === undefined ? "" : `${plan.requests} requests`;
  emit({
    type: "note",
    message: `load: ${[plan.description, requests, limit, until].filter(Boolean).join(", ")} (Ctrl-C ends it with a report)`,
  });
  if (!snapshot) return;
  const out = snapshot.alarms.filter((alarm) => alarm.comparison.startsWith("GreaterThan"));
  const fastest = Math.min(...out.map(secondsToScaleOut));
  if (out.length === 0) {
    const message = "no policy scales this service out: the number of tasks will not change";
    emit({ type: "warning", message, hint: "ecsctl scale policy add cpu-target-tracking --metric cpu --target 50" });
    return;
  }
  const [alarm] = out.toSorted((a, b) => secondsToScaleOut(a) - secondsToScaleOut(b));
  emit({
    type: "note",
    message: `the alarms in force need ${alarm?.datapointsToAlarm} datapoints of ${alarm?.periodSeconds} s: about ${spanText(fastest)} of load to the first scale-out`,
  });
  const { min, max } = snapshot.scaling;
  if (max !== null && snapshot.service.desired >= max)
    emit({ type: "warning", message: `the service already has its maximum of ${max} tasks (minimum ${min})` });
  const served = plan.durationMs === undefined ? Number.POSITIVE_INFINITY : (plan.durationMs / 1000) * aws.clock.rate;
  if (served < fastest)
    emit({
      type: "warning",
      message: `${spanText(served)} is too short to see it scale`,
      hint: "use --until scaled, or a longer --duration",
    });
}
