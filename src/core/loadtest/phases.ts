import { mergeHistograms, percentileMs } from "./encoded-histogram.ts";
import type { CountChange, LoadReport, LoadSample } from "./report.ts";

type Phase = LoadReport["phases"][number];

/** The changes until the count fell after it had grown, and those from then on. */
export function splitAtFall(changes: readonly CountChange[]): { up: CountChange[]; down: CountChange[] } {
  const grew = changes.findIndex((change) => change.to > change.from);
  const fell = changes.findIndex((change, index) => grew >= 0 && index > grew && change.to < change.from);
  return fell < 0 ? { up: [...changes], down: [] } : { up: changes.slice(0, fell), down: changes.slice(fell) };
}

/**
 * What clients saw before the desired count first changed, from then until the last new task answered (or the count
 * last grew, when that was later), and after it. Empty when the count never changed. Moments are server seconds after the start.
 */
export function splitPhases(
  timeline: readonly LoadSample[],
  changes: readonly CountChange[],
  firstAnswers: readonly number[],
): Phase[] {
  const begin = changes[0]?.seconds;
  const last = timeline.at(-1)?.seconds;
  if (begin === undefined || last === undefined) return [];
  const { up } = splitAtFall(changes);
  const end = Math.min(last, Math.max(begin, up.at(-1)?.seconds ?? 0, firstAnswers.at(-1) ?? 0));
  const phase = (name: Phase["name"], fromSeconds: number, toSeconds: number): Phase => ({
    name,
    fromSeconds,
    toSeconds,
    // A sample tells of the interval that ends with it.
    ...summarize(timeline.filter(({ seconds }) => seconds > fromSeconds && seconds <= toSeconds)),
  });
  const before = { ...phase("before", -1, begin), fromSeconds: 0 };
  return [before, phase("during", begin, end), phase("after", end, last)];
}

function summarize(samples: readonly LoadSample[]): Pick<Phase, "requests" | "errors" | "p50" | "p99"> {
  const latencies = mergeHistograms(samples.map((sample) => sample.histogram ?? ""));
  return {
    requests: samples.reduce((sum, sample) => sum + sample.requests, 0),
    errors: samples.reduce((sum, sample) => sum + sample.errors, 0),
    p50: percentileMs(latencies, 50),
    p99: percentileMs(latencies, 99),
  };
}
