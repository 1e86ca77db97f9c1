import type { Project } from "../config/project.ts";
import type { Context } from "../context.ts";
import { readTimeline } from "../observe/read-timeline.ts";
import { type EntryKind, entryKinds, type TimelineEntry } from "../observe/timeline.ts";
import { ticks } from "../wait/ticks.ts";
import type { ServiceNote } from "../observe/snapshot.ts";
import { readStatus, subjectOf } from "./read-status.ts";

/** What `--kind` may name. */
export const eventKinds: readonly EntryKind[] = entryKinds;

export interface EventsOptions {
  /** Only what happened in the last so many seconds of the server's time. */
  sinceSeconds?: number | undefined;
  /** Only these kinds; all when empty or absent. */
  kinds?: readonly EntryKind[] | undefined;
  /** Also say what each policy does now and why. */
  explain?: boolean | undefined;
}

/** The document of `ecsctl events`, oldest first. */
export interface EventList {
  events: TimelineEntry[];
  /** With `explain`: what scales the service at this moment, what keeps it from scaling, in a sentence each. */
  now?: { policies: { name: string; cause: string; why: string }[]; notes: ServiceNote[] };
}

/** One timeline of service events, scaling activities (also those that did not scale), alarms, stopped tasks, instances. */
export async function listEvents(context: Context, project: Project, options: EventsOptions): Promise<EventList> {
  const entries = await readTimeline(context.aws, subjectOf(project), context.signal);
  const events = select(entries, options, context.aws.clock.now());
  if (!options.explain) return { events };
  const { scaling } = await readStatus(context, project);
  const policies = scaling.policies.map(({ name, cause, why }) => ({ name, cause, why }));
  return { events, now: { policies, notes: scaling.notes } };
}

/** Tells every entry, then each new one as it comes, as data `timeline`, until interrupted. */
export async function followEvents(context: Context, project: Project, options: EventsOptions): Promise<EventList> {
  const { aws, emit, signal } = context;
  const told = new Set<string>();
  const events: TimelineEntry[] = [];
  for await (const tick of ticks({ clock: aws.clock, everyMs: 5000, atLeastLocalMs: 500, signal })) {
    const entries = await readTimeline(aws, subjectOf(project), signal).catch((error: unknown) => {
      if (signal.aborted) return [];
      throw error;
    });
    // Only the first look is limited: what comes later is new, even when AWS dates it a little back.
    const wanted = select(entries, tick === 0 ? options : { kinds: options.kinds }, aws.clock.now());
    if (tick === 0) for (const entry of entries) if (!wanted.includes(entry)) told.add(entry.id);
    for (const entry of wanted) {
      if (told.has(entry.id)) continue;
      told.add(entry.id);
      events.push(entry);
      emit({ type: "data", kind: "timeline", data: entry });
    }
  }
  return { events };
}

function select(entries: readonly TimelineEntry[], options: EventsOptions, now: number): TimelineEntry[] {
  const from = options.sinceSeconds === undefined ? 0 : now - options.sinceSeconds * 1000;
  const kinds = options.kinds ?? [];
  return entries.filter((entry) => Date.parse(entry.at) >= from && (kinds.length === 0 || kinds.includes(entry.kind)));
}
