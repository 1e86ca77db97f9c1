import type { CountChange, LoadReport, LoadSample } from "./report.ts";

export interface VerdictFacts {
  /** Who sent the load: `100 clients`. */
  senders: string;
  report: Pick<LoadReport, "requests" | "rps" | "errors" | "latency" | "until" | "timeline">;
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

const number = (value: number): string => Math.round(value).toLocaleString("en-US");

/** `0 %`, `0.02 %`, `1.5 %`. */
function rate(samples: readonly LoadSample[]): string {
  const requests = samples.reduce((sum, sample) => sum + sample.requests, 0);
  const errors = samples.reduce((sum, sample) => sum + sample.errors, 0);
  if (requests === 0) return "no requests";
  const percent = (errors / requests) * 100;
  return `${percent === 0 ? "0" : percent < 0.01 ? "under 0.01" : percent.toFixed(percent < 1 ? 2 : 1)} %`;
}

/** What the load did to the service, in one paragraph: cause, effect, and what clients saw meanwhile. */
export function writeVerdict(facts: VerdictFacts): string {
  const { report, senders } = facts;
  if (report.requests === 0) return "No request was sent, so there is nothing to say.";
  if (report.errors.total === report.requests)
    return `Not one of ${number(report.requests)} requests was answered well: ${Object.values(report.errors.examples)[0] ?? "see the errors by kind"}.`;
  const lead = `${senders} sent ${number(report.requests)} requests (${number(report.rps)} a second, p99 ${Number(report.latency.p99.toPrecision(3))} ms).`;
  const story = facts.changes.length > 0 ? tellScaling(facts) : tellNoScaling(facts);
  const missed = report.until && !report.until.met ? ` The goal --until ${report.until.goal} was not met.` : "";
  return `${lead} ${story}${missed}`;
}

function tellScaling(facts: VerdictFacts): string {
  const { changes } = facts;
  const { timeline } = facts.report;
  const steps = changes.map((change) => `from ${change.from} to ${change.to} after ${spanText(change.seconds)}`);
  const alarm =
    facts.alarmAfterSeconds === null ? "" : `The alarm went on after ${spanText(facts.alarmAfterSeconds)}; `;
  const [first] = facts.firstAnswers;
  const answered =
    first === undefined ? "; no new task has answered yet" : `; the first new task answered after ${spanText(first)}`;
  const begin = changes[0]?.seconds ?? 0;
  const end = Math.max(begin, changes.at(-1)?.seconds ?? 0, facts.firstAnswers.at(-1) ?? 0);
  const errors = [
    `${rate(timeline.filter((one) => one.seconds < begin))} before`,
    `${rate(timeline.filter((one) => one.seconds >= begin && one.seconds <= end))} during`,
    `${rate(timeline.filter((one) => one.seconds > end))} after`,
  ];
  const sentence = `the desired count went ${steps.join(", then ")}${answered}.`;
  return `${alarm}${alarm ? sentence : sentence.replace("the", "The")} Errors: ${errors.join(", ")} scaling.`;
}

function tellNoScaling(facts: VerdictFacts): string {
  const { report } = facts;
  const errors = `Errors: ${rate(report.timeline)}.`;
  const alarm =
    facts.alarmAfterSeconds === null
      ? ""
      : ` The alarm went on after ${spanText(facts.alarmAfterSeconds)}, too late for this test.`;
  const why = facts.reasons.length === 0 ? "no policy scales it" : facts.reasons.join("; ");
  return report.timeline.some((sample) => sample.desired !== null)
    ? `The number of tasks did not change: ${why}.${alarm} ${errors}`
    : errors;
}
