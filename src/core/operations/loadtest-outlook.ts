import type { Context } from "../context.ts";
import type { Event } from "../events.ts";
import { spanText } from "../loadtest/verdict.ts";
import type { AlarmView, Snapshot } from "../observe/snapshot.ts";
import type { LoadPlan } from "./loadtest-options.ts";

/** CloudWatch has a minute's figure about a minute later; one of 20 s sooner. The autoscaler acts some seconds after the alarm. */
const publishing = (periodSeconds: number): number => (periodSeconds < 60 ? 30 : 60);

type Alarm = Pick<AlarmView, "datapointsToAlarm" | "periodSeconds">;

/** Server seconds from the first load to the first scale-out that an alarm needs. */
export function secondsToScaleOut({ datapointsToAlarm, periodSeconds }: Alarm): number {
  return datapointsToAlarm * periodSeconds + publishing(periodSeconds);
}

/** Says before the load begins what can be expected of it, and warns when it is too short to see anything scale. */
export function tellWhatToExpect(context: Pick<Context, "emit" | "aws">, plan: LoadPlan, snapshot?: Snapshot): void {
  const until = plan.until ? `until ${plan.until.text}` : "";
  const limit = plan.durationMs === undefined ? "" : `for ${spanText(plan.durationMs / 1000)}`;
  const requests = plan.requests === undefined ? "" : `${plan.requests} requests`;
  context.emit({
    type: "note",
    message: `load: ${[plan.description, requests, limit, until].filter(Boolean).join(", ")} (Ctrl-C ends it with a report)`,
  });
  if (snapshot) for (const event of foresee(plan, snapshot, context.aws.clock.rate)) context.emit(event);
}

type Told = Extract<Event, { type: "note" | "warning" }>;
const note = (message: string): Told => ({ type: "note", message });
const warning = (message: string, hint?: string): Told => ({ type: "warning", message, ...(hint ? { hint } : {}) });

/** Which of several policies asks first depends on the load: none of them is left out. */
function nameOthers(alarms: readonly AlarmView[], told: string): string {
  const others = new Set(
    alarms.filter(({ policy }) => policy !== told).map(({ policy, metric }) => `${policy} on ${metric}`),
  );
  return others.size > 0 ? `; also in force: ${[...others].join(", ")}` : "";
}

/** What the policies in force will do about a load; `clockRate` is server seconds for one of the load's. */
export function foresee(plan: Pick<LoadPlan, "durationMs">, snapshot: Snapshot, clockRate: number): Told[] {
  const { scaling, service, alarms } = snapshot;
  const scheduled = scaling.notes.filter(({ cause }) => cause === "scheduled-action").map(({ text }) => note(text));
  const [fastest, ...others] = alarms
    // Others only tell.
    .filter((alarm) => alarm.policy !== "" && alarm.actionsEnabled && alarm.comparison.startsWith("GreaterThan"))
    .toSorted((a, b) => secondsToScaleOut(a) - secondsToScaleOut(b));
  if (!fastest) {
    const but = scheduled.length > 0 ? "but by schedule" : "";
    const message = `no policy scales this service out: the number of tasks will not change ${but}`.trim();
    return [warning(message, "ecsctl scale policy add cpu-target-tracking --metric cpu --target 50"), ...scheduled];
  }
  const seconds = secondsToScaleOut(fastest);
  const { datapointsToAlarm: many, periodSeconds, metric, policy } = fastest;
  const served = plan.durationMs === undefined ? Number.POSITIVE_INFINITY : (plan.durationMs / 1000) * clockRate;
  return [
    note(
      `${policy} acts on ${metric}: ${many} datapoint${many === 1 ? "" : "s"} of ${periodSeconds} s, about ${spanText(seconds)} of load to the first scale-out${nameOthers(others, policy)}`,
    ),
    ...scheduled,
    ...(scaling.suspended.includes("scale-out")
      ? [warning("scaling out is suspended: policies will not act", "ecsctl scale resume")]
      : []),
    ...(scaling.max !== null && service.desired >= scaling.max
      ? [
          warning(
            `the service already has its maximum of ${scaling.max === 1 ? "1 task" : `${scaling.max} tasks`} (minimum ${scaling.min})`,
          ),
        ]
      : []),
    ...(served < seconds
      ? [warning(`${spanText(served)} is too short to see it scale`, "use --until scaled, or a longer --duration")]
      : []),
  ];
}
