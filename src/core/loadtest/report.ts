import type * as z from "zod";
import type { loadReportSchema, loadSampleSchema } from "./report-schema.ts";

/** One moment under load; its fields are described in the schema, which is published. */
export type LoadSample = z.infer<typeof loadSampleSchema>;

/** The document of `ecsctl loadtest`; new fields are added to the schema. */
export type LoadReport = z.infer<typeof loadReportSchema>;

/** One thing that happened to the service. */
export type LoadEvent = LoadReport["events"][number];

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
