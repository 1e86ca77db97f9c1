import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Project } from "../config/project.ts";
import type { Context } from "../context.ts";
import { awsError, EcsctlError } from "../errors.ts";
import { checkObjectives } from "../loadtest/objectives.ts";
import { probe } from "../loadtest/probe.ts";
import { type LoadReport, summarizeScaling } from "../loadtest/report.ts";
import type { Target } from "../loadtest/target-set.ts";
import { writeVerdict } from "../loadtest/verdict.ts";
import { ServiceReader } from "../observe/service-reader.ts";
import type { Snapshot } from "../observe/snapshot.ts";
import { ticks } from "../wait/ticks.ts";
import { loadGoal } from "./load-goal.ts";
import { LoadRun, targetsOf } from "./load-run.ts";
import { type LoadPlan, type LoadtestOptions, planLoad } from "./loadtest-options.ts";
import { tellWhatToExpect } from "./loadtest-outlook.ts";
import { subjectOf } from "./read-status.ts";

/** Server ms between two looks at the service, and the least local ms. */
const everyMs = 5000;
const atLeastLocalMs = 250;
/** Looks that a service gets until one of its tasks answers; an address that the user named should answer by now. */
const patience = { service: 20, named: 2 } as const;

/**
 * Loads the service's running tasks (or the addresses that the user named) and says what happened. Duration and latencies
 * are local time; what the service does is server time. Throws before any load when nothing can be reached.
 */
export async function runLoadtest(context: Context, project: Project, options: LoadtestOptions): Promise<LoadReport> {
  const plan = planLoad(options);
  const reader = new ServiceReader(context.aws, subjectOf(project));
  const found = await findTargets(context, reader, plan);
  tellWhatToExpect(context, plan, found.snapshot);
  const run = new LoadRun(context, plan, found.targets);
  const met = await drive(context, run, plan, reader);
  const report = writeReport(run, plan, met, context.signal.aborted);
  if (options.out) await writeFile(resolve(options.out), `${JSON.stringify(report, undefined, 2)}\n`);
  return report;
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
  for await (const tick of ticks({ clock: aws.clock, everyMs, atLeastLocalMs: 500, signal })) {
    const snapshot = await readForLoad(reader, plan, signal);
    found = { targets: plan.targets.length > 0 ? plan.targets : snapshot ? targetsOf(snapshot) : [], snapshot };
    const errors = await Promise.all(found.targets.map((one) => probe(one.url, plan.request, plan.timeoutMs)));
    if (errors.includes(undefined)) return found;
    failure = errors[0];
    if (tick + 1 >= (plan.targets.length > 0 ? patience.named : patience.service)) break;
    const message = failure ? `no answer yet: ${failure.message}` : "no task runs yet";
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
  void run.done.then(() => spent.abort());
  const ends = [signal, spent.signal, ...(plan.durationMs === undefined ? [] : [AbortSignal.timeout(plan.durationMs)])];
  const isReached = loadGoal(plan.until);
  let met = false;
  for await (const _ of ticks({ clock: aws.clock, everyMs, atLeastLocalMs, signal: AbortSignal.any(ends) })) {
    const sample = run.observe(await readCalmly(context, reader), plan.targets.length === 0);
    met = isReached(sample, run.answering);
    if (met || (plan.until && plan.durationMs === undefined && run.elapsedMs > plan.untilLimitMs)) break;
  }
  await run.stop();
  run.observe(signal.aborted ? undefined : await readCalmly(context, reader), false);
  return met || plan.until === undefined;
}

/** A look that fails does not end the load: the next one may work. */
async function readCalmly(context: Context, reader: ServiceReader): Promise<Snapshot | undefined> {
  try {
    return await reader.read(context.signal);
  } catch (error) {
    if (!context.signal.aborted)
      context.emit({ type: "warning", message: `could not read the service: ${(error as Error).message}` });
    return undefined;
  }
}

function writeReport(run: LoadRun, plan: LoadPlan, met: boolean, interrupted: boolean): LoadReport {
  const { recorder, samples, seconds } = run;
  const { requests, errors, byKind } = recorder;
  const rps = Math.round((requests / Math.max(0.001, seconds)) * 10) / 10;
  const latency = recorder.latency();
  const report: LoadReport = {
    requests,
    seconds: Math.round(seconds * 1000) / 1000,
    rps,
    errors: {
      total: errors,
      byKind: Object.fromEntries([...byKind].map(([kind, { count }]) => [kind, count])),
      examples: Object.fromEntries([...byKind].map(([kind, { example }]) => [kind, example])),
    },
    latency,
    tasks: recorder.tasks(),
    timeline: samples,
    scaled: summarizeScaling(run.changes),
    objectives: checkObjectives(plan.objectives, { requests, errors, rps, latency }),
    until: plan.until ? { goal: plan.until.text, met } : null,
    interrupted,
    verdict: "",
  };
  report.verdict = writeVerdict({
    connections: plan.connections,
    report,
    changes: run.changes,
    alarmAfterSeconds: run.alarmAfterSeconds,
    firstAnswers: run.firstAnswers,
    reasons: run.last?.scaling.policies.map((policy) => `${policy.name}: ${policy.why}`) ?? [],
  });
  return report;
}
