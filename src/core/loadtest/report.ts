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

/** A look is dated when it ends; what it tells of the count may be so many server seconds older. */
const lookLasts = 5;

/** The changes of the desired count from look to look, at the moment that a scaling activity names where one does. */
export function findChanges(
  looks: readonly { seconds: number; desired: number | null }[],
  settings: readonly CountSetting[] = [],
): CountChange[] {
  const changes: CountChange[] = [];
  let last: { seconds: number; desired: number } | undefined;
  for (const { desired, seconds } of looks) {
    if (desired === null) continue;
    if (last && desired !== last.desired) {
      const since = Math.max(last.seconds - lookLasts, changes.at(-1)?.seconds ?? Number.NEGATIVE_INFINITY);
      const named = settings.find((one) => one.to === desired && one.seconds >= since && one.seconds <= seconds);
      changes.push({ seconds: named?.seconds ?? seconds, from: last.desired, to: desired });
    }
    last = { seconds, desired };
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
