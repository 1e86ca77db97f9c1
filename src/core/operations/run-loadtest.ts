import type { Project } from "../config/project.ts";
import type { Context } from "../context.ts";
import { awsError, EcsctlError } from "../errors.ts";
import { probe } from "../loadtest/probe.ts";
import type { LoadReport } from "../loadtest/report.ts";
import type { Target } from "../loadtest/target-set.ts";
import { ServiceReader } from "../observe/service-reader.ts";
import type { Snapshot } from "../observe/snapshot.ts";
import { ticks } from "../wait/ticks.ts";
import { loadGoal } from "./load-goal.ts";
import { refuseStrangers } from "./load-guard.ts";
import { LoadRun } from "./load-run.ts";
import { addNamedBalancers, isBalanced, targetsOf } from "./load-targets.ts";
import { type LoadPlan, type LoadtestOptions, planLoad, type Spread } from "./loadtest-options.ts";
import { tellWhatToExpect } from "./loadtest-outlook.ts";
import { makeReport } from "./make-report.ts";
import { subjectOf } from "./read-status.ts";
import { checkReportFiles, withoutHistograms, writeReportFiles } from "./report-files.ts";
import { ServiceLooks } from "./service-looks.ts";

/** Server ms between two looks at the service. */
const lookEveryMs = 5000;
/** Between two samples: server ms, so that a fast clock's course is seen, and the least local ms. */
const sample = { everyMs: 1000, atLeastLocalMs: 250 } as const;
/** Looks that a service gets until one of its tasks answers; an address that the user named should answer by now. */
const patience = { service: 20, named: 2 } as const;

/**
 * Loads the service's running tasks (or the addresses that the user named) and says what happened. Duration and latencies
 * are local time; what the service does is server time. Throws before any load when nothing can be reached.
 */
export async function runLoadtest(context: Context, project: Project, options: LoadtestOptions): Promise<LoadReport> {
  const plan = await addNamedBalancers(context, planLoad(options));
  await checkReportFiles(options);
  const reader = new ServiceReader(context.aws, subjectOf(project));
  if (plan.targets.length > 0 && !plan.ownsTargets)
    await refuseStrangers(plan.targets, await readForLoad(reader, plan, context.signal));
  const found = await findTargets(context, reader, plan);
  tellWhatToExpect(context, plan, found.snapshot);
  const run = new LoadRun(context, plan, found.targets);
  run.look(found.snapshot, false);
  const met = await drive(context, run, plan, reader);
  const report = makeReport(run, plan, met, context.signal.aborted);
  for (const file of await writeReportFiles(report, options)) context.emit({ type: "note", message: `wrote ${file}` });
  return withoutHistograms(report);
}

interface Found {
  targets: Target[];
  snapshot: Snapshot | undefined;
}

/** Only what discovery found or the user named is loaded; at least one of them must answer first. */
async function findTargets(context: Context, reader: ServiceReader, plan: LoadPlan): Promise<Found> {
  const { aws, signal } = context;
  let failure: Error | undefined;
  const from = performance.now();
  let found: Found = { targets: plan.targets, snapshot: undefined };
  for await (const tick of ticks({ clock: aws.clock, everyMs: lookEveryMs, atLeastLocalMs: 500, signal })) {
    const snapshot = await readForLoad(reader, plan, signal);
    found = {
      targets: plan.targets.length > 0 ? plan.targets : snapshot ? readyTargets(snapshot, plan.spread) : [],
      snapshot,
    };
    const errors = await Promise.all(found.targets.map((one) => probe(one.url, plan.requestPlan, plan.timeoutMs)));
    if (errors.includes(undefined)) return found;
    failure = errors[0];
    if (found.snapshot && isBehindBalancer(found.snapshot, plan.spread)) break;
    if (tick + 1 >= (plan.targets.length > 0 ? patience.named : patience.service)) break;
    const nobody = found.snapshot && isBalanced(found.snapshot, plan.spread) ? "no target is healthy" : "no task runs";
    const message = failure ? `no answer yet: ${failure.message}` : `${nobody} yet`;
    context.emit({
      type: "waiting",
      id: "target",
      message,
      elapsedSeconds: Math.round((performance.now() - from) / 1000),
    });
  }
  signal.throwIfAborted();
  throw nothingAnswers(found, failure, plan.targets.length > 0);
}

/** A load balancer answers also when nobody is behind it; that is no service to load yet. */
function readyTargets(snapshot: Snapshot, spread: Spread | undefined): Target[] {
  const targets = targetsOf(snapshot, spread);
  return isBalanced(snapshot, spread) && snapshot.balancer?.healthy === 0 ? [] : targets;
}

/** Tasks that only the load balancer may reach, and it was not asked for: waiting changes nothing. */
const isBehindBalancer = (snapshot: Snapshot, spread: Spread | undefined): boolean =>
  snapshot.balancer !== undefined &&
  !isBalanced(snapshot, spread) &&
  snapshot.tasks.some(({ lastStatus }) => lastStatus === "RUNNING") &&
  targetsOf(snapshot, spread).length === 0;

/** With `--target`, a service that does not exist is no fault. */
async function readForLoad(reader: ServiceReader, plan: LoadPlan, signal: AbortSignal): Promise<Snapshot | undefined> {
  return reader.read(signal).catch((error: unknown) => {
    if (plan.targets.length > 0 && error instanceof EcsctlError) return undefined;
    throw error;
  });
}

function nothingAnswers({ targets, snapshot }: Found, failure: Error | undefined, named: boolean): EcsctlError {
  const urls = targets.map((target) => target.url).join(", ");
  if (targets.length > 0)
    return awsError({
      code: "NoTaskAnswers",
      message: `Nothing answers at ${urls}.`,
      why: failure?.message,
      hint: named
        ? "Check the address given with --target; without it, the service's own tasks get the load."
        : "Is the security group of the instances open for the host port? See: ecsctl plan",
    });
  return awsError({
    code: "NoRunningTask",
    message: `Service ${snapshot?.service.name ?? ""} has no running task with an address.`,
    why:
      snapshot?.tasks.map((task) => `task ${task.id}: ${task.noUrlBecause}`).join("; ") || snapshot?.lastEvent?.message,
    hint: "See: ecsctl events --explain",
  });
}

/** Runs until an end is reached and gives whether `--until` was met (true when there is none). */
async function drive(context: Context, run: LoadRun, plan: LoadPlan, reader: ServiceReader): Promise<boolean> {
  const { aws, signal } = context;
  const spent = new AbortController();
  const end = () => spent.abort();
  // What ended a thread before its time is thrown by `stop`.
  run.done.then(end, end);
  const ends = [signal, spent.signal];
  if (plan.durationMs !== undefined) ends.push(AbortSignal.timeout(plan.warmupMs + plan.durationMs));
  if (plan.warmupMs > 0) AbortSignal.timeout(plan.warmupMs).addEventListener("abort", () => run.endWarmup());
  const isReached = loadGoal(plan.until);
  let met = false;
  const onLook = (snapshot: Snapshot | undefined) => run.look(snapshot, plan.targets.length === 0);
  const looks = new ServiceLooks({ context, reader, everyMs: lookEveryMs, onLook });
  for await (const _ of ticks({ clock: aws.clock, ...sample, signal: AbortSignal.any(ends) })) {
    const lookedAgain = looks.next();
    const taken = run.observe();
    if (lookedAgain) met = isReached(taken, run.answering);
    if (met || (plan.until && plan.durationMs === undefined && run.elapsedMs > plan.untilLimitMs)) break;
  }
  if (plan.warmupMs > 0) run.endWarmup();
  await run.stop();
  await looks.last();
  run.observe();
  return met || plan.until === undefined;
}
