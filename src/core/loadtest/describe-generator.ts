import type { Latencies } from "./latencies.ts";
import { describeLatencies, roundMs } from "./latency-figures.ts";
import type { Recorder } from "./recorder.ts";
import type { LoadReport } from "./report.ts";
import type { SelfFigures } from "./self-watch.ts";

export interface GeneratorFacts {
  recorder: Recorder;
  /** Null in the closed loop. */
  maxInFlight: number | null;
  threads: readonly SelfFigures[];
  /** Of the whole process, in percent of one core. */
  cpuPercent: number;
  warmup: LoadReport["warmup"];
}

type GeneratorFields = Pick<
  Required<LoadReport>,
  "corrected" | "timing" | "statuses" | "openLoop" | "warmup" | "generator"
>;

/** A thread that works more than this share of the time has queues of its own. */
const busyLimit = 0.9;
/** An event loop that is this late (ms) adds to every latency; and at least this share of the 99th percentile is its doing. */
const delayLimit = { ms: 5, share: 0.25 } as const;
/** This share of the requests may leave late before the schedule counts as not kept. */
const lateShare = 0.01;

/** What a report says of the generator's own work. */
export function describeGenerator(facts: GeneratorFacts): GeneratorFields {
  const { recorder, maxInFlight, threads, warmup } = facts;
  const { connect, firstByte, lag } = recorder.parts;
  const self = {
    busy: Math.max(0, ...threads.map((thread) => thread.busy)),
    p99: Math.max(0, ...threads.map((thread) => thread.delayP99)),
    max: Math.max(0, ...threads.map((thread) => thread.delayMax)),
  };
  const { late, waited, dropped } = recorder;
  const { p50, p99, max } = describeLatencies(lag);
  return {
    corrected: maxInFlight === null ? correct(recorder.latencies) : null,
    timing: { connect: briefly(connect), firstByte: briefly(firstByte), whole: briefly(recorder.latencies) },
    statuses: recorder.statuses,
    openLoop: maxInFlight === null ? null : { late, waited, dropped, maxInFlight, sendingLate: { p50, p99, max } },
    warmup: warmup ?? null,
    generator: {
      threads: Math.max(1, threads.length),
      busy: Math.round(self.busy * 1000) / 1000,
      cpuPercent: Math.round(facts.cpuPercent * 10) / 10,
      eventLoopDelay: { p99: roundMs(self.p99), max: roundMs(self.max) },
      bottleneck: findBottleneck(recorder, self),
    },
  };
}

function briefly(latencies: Latencies): { count: number; p50: number; p99: number; max: number } {
  const { p50, p99, max } = describeLatencies(latencies);
  return { count: latencies.count, p50, p99, max };
}

/**
 * In a closed loop a stalled client sends nothing, so that the stall is counted once for each client. It is visible when
 * filling in what would have been sent (a request each median) changes the tail: then both belong into the report.
 */
function correct(latencies: Latencies): GeneratorFields["corrected"] {
  const interval = Math.max(0.001, latencies.percentile(50));
  // Ten times the usual is a stall; less is a distribution.
  if (latencies.count < 100 || latencies.max / 1000 < 10 * interval || latencies.max < 10_000) return null;
  const corrected = latencies.corrected(interval);
  const changed = [99, 99.9].some((percent) => corrected.percentile(percent) > 2 * latencies.percentile(percent));
  return changed ? { ...describeLatencies(corrected), expectedIntervalMs: interval } : null;
}

function findBottleneck(recorder: Recorder, self: { busy: number; p99: number }): string | null {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  if (self.busy > busyLimit)
    return `The generator was the bottleneck: a thread of it was at work ${percent(self.busy)} of the time, so latencies include its own queue. Use more --threads, or less load.`;
  // Who waits for the service's answers tells of the service.
  const late = (recorder.late - recorder.waited) / Math.max(1, recorder.parts.lag.count);
  const p99 = recorder.latencies.percentile(99);
  if (self.p99 > delayLimit.ms && self.p99 > delayLimit.share * p99)
    return `The generator was the bottleneck: its event loop came ${Math.round(self.p99)} ms late (99th percentile), which is in the latencies. This computer had other work to do.`;
  if (late > lateShare && self.p99 > delayLimit.ms)
    return `The generator was the bottleneck: ${percent(late)} of the requests left late. This computer had other work to do.`;
  return null;
}
