import { splitAtFall } from "./phases.ts";
import type { CountChange, LoadReport } from "./report.ts";

export interface VerdictFacts {
  /** Who sent the load: `100 clients`. */
  senders: string;
  report: Pick<
    LoadReport,
    | "requests"
    | "rps"
    | "errors"
    | "latency"
    | "until"
    | "timeline"
    | "phases"
    | "objectives"
    | "generator"
    | "openLoop"
    | "tasks"
  >;
  /** Changes of the desired count, oldest first. */
  changes: readonly CountChange[];
  /** Server seconds after the load began at which the scale-out alarm went on; null when it did not. */
  alarmAfterSeconds: number | null;
  /** Server seconds after the load began at which each new task answered for the first time, in that order. */
  firstAnswers: readonly number[];
  /** What each policy says at the end. */
  reasons: readonly string[];
}

/** `48 s`, `3 min 12 s`. */
export function spanText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min${whole % 60 === 0 ? "" : ` ${whole % 60} s`}`;
}

/** This share of the requests waited for the service before they could be sent: worth a sentence. */
const behindShare = 0.01;

const number = (value: number): string => Math.round(value).toLocaleString("en-US");

const ms = (value: number): string => `${Number(value.toPrecision(3))} ms`;

/** `0 %`, `0.02 %`, `1.5 %`. */
function shareText({ requests, errors }: { requests: number; errors: number }): string {
  if (requests === 0) return "no requests";
  const percent = (errors / requests) * 100;
  return `${percent === 0 ? "0" : percent < 0.01 ? "under 0.01" : percent.toFixed(percent < 1 ? 2 : 1)} %`;
}

/**
 * What the load did to the service, in one paragraph: cause, effect, and what clients saw meanwhile. It begins with the
 * warning that the generator was the bottleneck when it was, for then the rest tells little of the service.
 */
export function writeVerdict(facts: VerdictFacts): string {
  const { report, senders } = facts;
  if (report.requests === 0) return "No request was sent, so there is nothing to say.";
  if (report.errors.total === report.requests)
    return `Not one of ${number(report.requests)} requests was answered well: ${Object.values(report.errors.examples)[0] ?? "see the errors by kind"}.`;
  const warning = report.generator?.bottleneck;
  return [
    ...(warning ? [warning] : []),
    `${senders} sent ${number(report.requests)} requests (${number(report.rps)} a second, p99 ${ms(report.latency.p99)}).`,
    ...tellBehind(report),
    ...(facts.changes.length > 0 ? [...tellScaling(facts), tellClients(facts.report)] : tellNoScaling(facts)),
    ...tellStopped(report),
    ...tellMissed(report),
  ].join(" ");
}

/** In the open loop: the service did not answer as fast as requests became due. */
function tellBehind({ openLoop, requests }: VerdictFacts["report"]): string[] {
  const behind = (openLoop?.waited ?? 0) + (openLoop?.dropped ?? 0);
  if (!openLoop || behind < behindShare * requests) return [];
  return [
    `The service did not keep up: with ${number(openLoop.maxInFlight)} requests under way, ${number(openLoop.waited ?? 0)} had to wait to be sent and ${number(openLoop.dropped)} were given up.`,
  ];
}

function tellScaling({ changes, alarmAfterSeconds, firstAnswers }: VerdictFacts): string[] {
  const { up, down } = splitAtFall(changes);
  const steps = up.map((change) => `from ${change.from} to ${change.to} after ${spanText(change.seconds)}`);
  const [first] = firstAnswers;
  const parts = [
    ...(alarmAfterSeconds === null ? [] : [`the alarm went on after ${spanText(alarmAfterSeconds)}`]),
    `the desired count went ${steps.join(", then ")}`,
    ...(up.every((change) => change.to < change.from)
      ? []
      : [
          first === undefined ? "no new task has answered yet" : `the first new task answered after ${spanText(first)}`,
        ]),
  ];
  const falls = down.map((change) => `to ${change.to} after ${spanText(change.seconds)}`);
  return [
    capitalize(`${parts.join("; ")}.`),
    ...(down.length > 0 ? [`It came back down ${falls.join(", then ")}.`] : []),
  ];
}

const capitalize = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** What clients saw before, during and after scaling. */
function tellClients({ phases, errors }: VerdictFacts["report"]): string {
  const seen = phases.filter((phase) => phase.requests > 0);
  const each = (text: (phase: (typeof phases)[number]) => string): string =>
    seen.map((phase) => `${text(phase)} ${phase.name}`).join(", ");
  const failed = errors.total === 0 ? "No request failed." : `Errors: ${each(shareText)} scaling.`;
  const measured = seen.some((phase) => phase.p99 > 0);
  return measured && seen.length > 1
    ? `${failed} p99: ${each(({ p99 }) => ms(p99))}${errors.total === 0 ? " scaling" : ""}.`
    : failed;
}

function tellNoScaling({ report, alarmAfterSeconds, reasons }: VerdictFacts): string[] {
  const errors =
    report.errors.total === 0
      ? "No request failed."
      : `Errors: ${shareText({ requests: report.requests, errors: report.errors.total })}.`;
  if (!report.timeline.some((sample) => sample.desired !== null)) return [errors];
  const why = reasons.length === 0 ? "no policy scales it" : reasons.join("; ");
  const late =
    alarmAfterSeconds === null
      ? []
      : [`The alarm went on after ${spanText(alarmAfterSeconds)}, too late for this test.`];
  return [`The number of tasks did not change: ${why}.`, ...late, errors];
}

/** How many of the errors were at tasks that stopped: what is on its way to one when it goes is lost. */
function tellStopped({ tasks, errors }: VerdictFacts["report"]): string[] {
  const stopped = tasks.filter((task) => task.stopped === true && task.errors > 0);
  const lost = stopped.reduce((sum, task) => sum + task.errors, 0);
  if (lost === 0) return [];
  const many =
    lost === errors.total
      ? lost === 1
        ? "The one error was"
        : `All ${number(lost)} errors were`
      : `${number(lost)} of the errors ${lost === 1 ? "was" : "were"}`;
  return [`${many} at ${stopped.length === 1 ? "a task" : `${stopped.length} tasks`} that stopped meanwhile.`];
}

function tellMissed({ until, objectives }: VerdictFacts["report"]): string[] {
  const missed = objectives.filter((objective) => !objective.met);
  const figures = missed.map(({ objective, value }) => `${objective} (measured ${value})`).join(", ");
  return [
    ...(missed.length > 0 ? [`Missed: ${figures}.`] : []),
    ...(until && !until.met ? [`The goal --until ${until.goal} was not met.`] : []),
  ];
}
