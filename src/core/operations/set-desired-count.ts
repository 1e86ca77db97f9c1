import type { ScalableTarget, ScheduledAction } from "@aws-sdk/client-application-auto-scaling";
import type { Project } from "../config/project.ts";
import type { Config } from "../config/schema.ts";
import type { Context } from "../context.ts";
import { usageError } from "../errors.ts";
import { readService } from "../observe/read-tasks.ts";
import { readScalableTarget, serviceDimension } from "../resources/scalable-target.ts";
import { listPolicies } from "../resources/scaling-policy.ts";
import { listScheduledActions } from "../resources/scheduled-action.ts";
import { readInstanceType } from "../resources/surroundings.ts";
import { nextRunWithin, parseSchedule } from "../scaling/schedule.ts";
import { checkCapacity } from "./check-capacity.ts";
import { resourceIdOf } from "./deploy-graph.ts";
import { holdActions, isOfHold, isOverHold } from "./scaling-names.ts";

export interface SetCountOptions {
  count: number;
  /** Hold exactly that many for so long, then put the limits back; seconds. */
  forSeconds?: number | undefined;
}

/** The document of `scale set --json`. */
export interface SetCountResult {
  desired: { from: number; to: number };
  /** The limits afterwards; null when nothing scales the service. */
  target: { min: number; max: number } | null;
  /** Until when the count is held, ISO 8601, and what is put back then. */
  until: string | null;
  putsBack: { min: number; max: number; desired: number | null } | null;
  /** Of tasks that the instances cannot hold, with figures. */
  warnings: string[];
}

/**
 * Sets the number of tasks by hand. With `forSeconds`, minimum and maximum become that number, and a scheduled action in
 * AWS puts them back, so nothing here needs to stay alive. Without, policies go on from the new number.
 */
export async function setDesiredCount(
  context: Context,
  project: Project,
  options: SetCountOptions,
): Promise<SetCountResult> {
  const { aws } = context;
  const { config } = project;
  const subject = { cluster: config.cluster.name, service: config.service.name };
  const [service, target] = await Promise.all([
    readService(aws, subject),
    readScalableTarget(aws, resourceIdOf(config)),
  ]);
  const from = service.desiredCount ?? 0;
  const { count, forSeconds } = options;
  if (forSeconds === undefined) refuseOutside(count, target);
  const warnings = await judgeRoom(context, config, count);
  if (forSeconds !== undefined)
    return { ...(await hold(context, config, { target, from, count, forSeconds })), warnings };
  await aws.call("ecs", "UpdateService", { ...subject, desiredCount: count });
  return { desired: { from, to: count }, target: limitsOf(target), until: null, putsBack: null, warnings };
}

/** Tasks that no instance has room for wait for ever: better said now than looked for later. */
async function judgeRoom({ aws, emit }: Context, config: Config, count: number): Promise<string[]> {
  const { capacity } = config.cluster;
  const facts = capacity && (await readInstanceType(aws, capacity.instanceType));
  const warnings = facts ? checkCapacity(config, facts, { name: "scale set", tasks: count }) : [];
  for (const message of warnings) emit({ type: "warning", message });
  return warnings;
}

const limitsOf = (target: ScalableTarget | undefined) =>
  target ? { min: target.MinCapacity ?? 0, max: target.MaxCapacity ?? 0 } : null;

/** Application Auto Scaling would take a number outside its limits back at its next look. */
function refuseOutside(count: number, target: ScalableTarget | undefined): void {
  const limits = limitsOf(target);
  if (!limits || (count >= limits.min && count <= limits.max)) return;
  throw usageError({
    code: "OutsideRange",
    message: `${count === 1 ? "1 task is" : `${count} tasks are`} outside the service's range of ${limits.min} to ${limits.max}.`,
    hint: `For a while: ecsctl scale set ${count} --for 2h\nFor good: ecsctl scale range ${Math.min(count, limits.min)} ${Math.max(count, limits.max)}`,
  });
}

interface Hold extends SetCountOptions {
  forSeconds: number;
  target: ScalableTarget | undefined;
  from: number;
}

async function hold(
  { aws, emit }: Context,
  config: Config,
  { count, forSeconds, target, from }: Hold,
): Promise<Omit<SetCountResult, "warnings">> {
  const limits = limitsOf(target);
  if (!limits)
    throw usageError({
      code: "NoScalableTarget",
      message: "--for needs a scalable target: a scheduled action of Application Auto Scaling puts the number back.",
      hint: `ecsctl scale range 1 ${Math.max(count, from, 1)}, then again: ecsctl scale set ${count} --for …`,
    });
  refuseForEver(forSeconds, target);
  const ResourceId = resourceIdOf(config);
  const [all, policies] = await Promise.all([listScheduledActions(aws, ResourceId), listPolicies(aws, ResourceId)]);
  const actions = all.filter((action) => !isOverHold(action, aws.clock.now()));
  // A second hold before the first has ended puts back what the first one found.
  const earlier = (name: string) => actions.find((one) => one.ScheduledActionName === name)?.ScalableTargetAction;
  const before = earlier(holdActions.limits);
  const back = { min: before?.MinCapacity ?? limits.min, max: before?.MaxCapacity ?? limits.max };
  const acting = policies.some(({ PolicyType }) => PolicyType !== "PredictiveScaling");
  const desired = acting ? null : (earlier(holdActions.count)?.MinCapacity ?? from);
  const end = Math.ceil((aws.clock.now() + forSeconds * 1000) / 1000) * 1000;
  warnOfSchedules(emit, actions, { from: aws.clock.now(), to: end });
  const put = (name: string, at: number, ScalableTargetAction: { MinCapacity: number; MaxCapacity: number }) =>
    aws.call("application-autoscaling", "PutScheduledAction", {
      ...serviceDimension,
      ResourceId,
      ScheduledActionName: name,
      Schedule: `at(${new Date(at).toISOString().slice(0, 19)})`,
      ScalableTargetAction,
    });
  // What undoes comes first: a run that ends in between leaves nothing held for ever.
  await put(holdActions.limits, desired === null ? end : end + undoGap, {
    MinCapacity: back.min,
    MaxCapacity: back.max,
  });
  if (desired !== null) await put(holdActions.count, end, { MinCapacity: desired, MaxCapacity: desired });
  await aws.call("application-autoscaling", "RegisterScalableTarget", {
    ...serviceDimension,
    ResourceId,
    MinCapacity: count,
    MaxCapacity: count,
  });
  return {
    desired: { from, to: count },
    target: { min: count, max: count },
    until: new Date(end).toISOString(),
    putsBack: { ...back, desired },
  };
}

/** A moment that is over, or schedules that are suspended, would hold the service until somebody notices. */
function refuseForEver(forSeconds: number, target: ScalableTarget | undefined): void {
  if (forSeconds <= 0)
    throw usageError({
      code: "InvalidDuration",
      message: `--for ${forSeconds}s: expected some time.`,
      hint: "--for 2h",
    });
  if (!target?.SuspendedState?.ScheduledScalingSuspended) return;
  throw usageError({
    code: "SchedulesSuspended",
    message: "--for needs schedules, which are suspended: nothing would put the limits back.",
    hint: "ecsctl scale resume scheduled",
  });
}

/** Without a policy nothing would ever bring the old number back: it is set first, then the limits open. */
const undoGap = 60_000;

/** A schedule that runs meanwhile sets its own limits, and the hold is over. */
function warnOfSchedules(
  emit: Context["emit"],
  actions: readonly ScheduledAction[],
  { from, to }: { from: number; to: number },
): void {
  const others = actions.filter((action) => !isOfHold(action));
  for (const { ScheduledActionName: name = "", Schedule = "", Timezone, StartTime, EndTime } of others) {
    const [startsAt, endsAt] = [StartTime?.getTime(), EndTime?.getTime()];
    const schedule = parseSchedule(Schedule, { from: startsAt ?? from, timeZone: Timezone });
    const next = nextRunWithin(schedule, from, { startsAt, endsAt });
    if (next === undefined || next > to) continue;
    const at = new Date(next).toISOString();
    emit({ type: "warning", message: `the schedule ${name} runs at ${at} and ends the hold with limits of its own` });
  }
}
