import type { ObjectiveResult } from "./objectives.ts";
import type { Latency, TaskFigures } from "./recorder.ts";

/** One moment under load: what clients saw since the sample before, and what the service looked like. */
export interface LoadSample {
  /** The server's time. */
  at: string;
  /** Server seconds since the load began. */
  seconds: number;
  /** Requests that ended and errors since the sample before. */
  requests: number;
  errors: number;
  /** Per local second. */
  rps: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** Percent; null while CloudWatch has no datapoint. */
  cpu: number | null;
  /** Null when the service cannot be read, or there is none behind a `--target`. */
  desired: number | null;
  running: number | null;
  pending: number | null;
}

/** The document of `ecsctl loadtest`. */
export interface LoadReport {
  requests: number;
  /** Local seconds under load. */
  seconds: number;
  rps: number;
  errors: { total: number; byKind: Record<string, number>; examples: Record<string, string> };
  latency: Latency;
  tasks: TaskFigures[];
  timeline: LoadSample[];
  /** Server seconds; null when the desired count never changed. */
  scaled: { from: number; to: number; firstChangeAfterSeconds: number } | null;
  objectives: ObjectiveResult[];
  until: { goal: string; met: boolean } | null;
  interrupted: boolean;
  verdict: string;
}

/** One change of the desired count, server seconds after the load began. */
export interface CountChange {
  seconds: number;
  from: number;
  to: number;
}

/** A scaling activity that set the count, server seconds after the load began. */
export type CountSetting = Pick<CountChange, "seconds" | "to">;

/** The changes of the desired count in a series of samples, at the moment that a scaling activity names where one does. */
export function findChanges(samples: readonly LoadSample[], settings: readonly CountSetting[] = []): CountChange[] {
  const changes: CountChange[] = [];
  let last: LoadSample | undefined;
  for (const sample of samples) {
    const { desired, seconds } = sample;
    if (desired === null) continue;
    if (last?.desired != null && desired !== last.desired) {
      const since = last.seconds;
      const named = settings.find((one) => one.to === desired && one.seconds >= since && one.seconds <= seconds);
      changes.push({ seconds: named?.seconds ?? seconds, from: last.desired, to: desired });
    }
    last = sample;
  }
  return changes;
}

/** From how many tasks to how many at the peak, and when it began; null when the count never changed. */
export function summarizeScaling(changes: readonly CountChange[]): LoadReport["scaled"] {
  const [first] = changes;
  if (!first) return null;
  const grew = first.to > first.from;
  const counts = changes.map((change) => change.to);
  return {
    from: first.from,
    to: grew ? Math.max(...counts) : Math.min(...counts),
    firstChangeAfterSeconds: Math.round(first.seconds),
  };
}
