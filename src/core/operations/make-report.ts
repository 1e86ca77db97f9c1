import { describeGenerator } from "../loadtest/describe-generator.ts";
import { checkObjectives } from "../loadtest/objectives.ts";
import { reportVersion } from "../loadtest/report-schema.ts";
import { splitAtFall, splitPhases } from "../loadtest/phases.ts";
import { roundMs } from "../loadtest/latency-figures.ts";
import { type LoadReport, summarizeScaling } from "../loadtest/report.ts";
import type { Snapshot } from "../observe/snapshot.ts";
import { writeVerdict } from "../loadtest/verdict.ts";
import type { LoadRun } from "./load-run.ts";
import type { LoadPlan } from "./loadtest-options.ts";

/** The document of a load that has ended. */
export function makeReport(run: LoadRun, plan: LoadPlan, met: boolean, interrupted: boolean): LoadReport {
  const { recorder, samples: timeline, seconds, course, changes } = run;
  const { requests, errors, byKind } = recorder;
  const rps = Math.round((requests / Math.max(0.001, seconds)) * 10) / 10;
  const latency = recorder.latency();
  const { loop } = plan.attack;
  const maxInFlight = loop.kind === "open" ? loop.maxInFlight : null;
  const report: LoadReport = {
    version: reportVersion,
    startedAt: new Date(run.startedAt).toISOString(),
    load: { description: plan.description, ...stagesOf(plan) },
    service: course.service(),
    verdict: "",
    requests,
    seconds: Math.round(seconds * 1000) / 1000,
    rps,
    errors: {
      total: errors,
      byKind: Object.fromEntries([...byKind].map(([kind, { count }]) => [kind, count])),
      examples: Object.fromEntries([...byKind].map(([kind, { example }]) => [kind, example])),
    },
    latency: { ...latency, stddev: roundMs(recorder.latencies.stddev), measured: recorder.latencies.count },
    ...describeGenerator({ recorder, maxInFlight, warmup: run.warmup, ...run.self() }),
    histogram: { unit: "us", encoding: "HdrHistogram V2 compressed, base64", data: recorder.encode() },
    tasks: recorder.tasks().map((one) => (isStopped(one, run) ? { ...one, stopped: true } : one)),
    timeline,
    events: listEvents(run),
    cpu: course.cpu(),
    phases: splitPhases(timeline, changes, run.firstAnswers),
    scaled: summarizeScaling(changes),
    cameDownAfterSeconds: splitAtFall(changes).down[0]?.seconds ?? null,
    objectives: checkObjectives(plan.objectives, { requests, errors, rps, latency }),
    until: plan.until ? { goal: plan.until.text, met } : null,
    interrupted,
  };
  report.verdict = writeVerdict({
    report,
    senders: plan.senders,
    changes,
    alarmAfterSeconds: course.alarmAfterSeconds,
    firstAnswers: run.firstAnswers,
    reasons: reasonsOf(course.last),
  });
  return report;
}

/** Why the service has the tasks that it has, policies first. */
const reasonsOf = (last: Snapshot | undefined): string[] => [
  ...(last?.scaling.policies ?? []).map((policy) => `${policy.name}: ${policy.why}`),
  ...(last?.scaling.notes ?? []).map((note) => note.text),
];

/** The stages that the figures are of; none for a load that never changes. */
function stagesOf({ attack: { loop, rampSeconds }, warmupMs }: LoadPlan): Partial<LoadReport["load"]> {
  if (loop.kind === "closed") return {};
  const stages = loop.stages.slice(warmupMs > 0 ? 1 : 0);
  if (stages.some(({ seconds }) => !Number.isFinite(seconds))) return {};
  return { stages, ...(rampSeconds === undefined ? {} : { rampSeconds }) };
}

/** Whether a task that got load does not run any more; an address or a load balancer is no task. */
function isStopped({ task, url }: LoadReport["tasks"][number], { course }: LoadRun): boolean {
  if (!course.last || task === url || task.startsWith("load-balancer/")) return false;
  return !course.last.tasks.some(
    (one) => one.id === task && one.lastStatus === "RUNNING" && one.desiredStatus === "RUNNING",
  );
}

function listEvents({ course, changes, firstAnswers }: LoadRun): LoadReport["events"] {
  const events: LoadReport["events"] = [
    ...course.noted(),
    ...changes.map(({ seconds, from, to }) => ({ seconds, kind: "desired" as const, text: `desired ${from} → ${to}` })),
    ...firstAnswers.map((seconds) => ({ seconds, kind: "answer" as const, text: "a new task answers" })),
  ];
  return events.toSorted((a, b) => a.seconds - b.seconds);
}
