import type { TimelineEntry } from "../observe/timeline.ts";
import type { EventList } from "../operations/list-events.ts";
import type { Listener, Screen } from "./screen.ts";

/** One entry as text: time, kind, AWS's message; `explain` adds what it means below. */
export function formatEntry(entry: TimelineEntry, explain: boolean): string {
  const line = `${entry.at.slice(0, 10)} ${entry.at.slice(11, 19)}  ${entry.kind.padEnd(10)}  ${entry.message}`;
  return explain ? `${line}\n${" ".repeat(33)}→ ${entry.meaning}` : line;
}

/** The text of `ecsctl events`. */
export function formatEvents({ events, now }: EventList, explain: boolean): string {
  const state = [
    ...(now?.policies ?? []).map(({ name, why }) => `  ${name}: ${why}`),
    ...(now?.notes ?? []).map(({ text }) => `  ${text}`),
  ];
  const present = state.length === 0 ? [] : ["", "Now", ...state];
  if (events.length === 0) return ["Nothing has happened in that time.", ...present].join("\n");
  const next = explain ? "ecsctl watch" : "ecsctl events --explain";
  return [...events.map((entry) => formatEntry(entry, explain)), ...present, "", `Next: ${next}`].join("\n");
}

/** Prints each entry of a followed timeline as it comes: a line of text, or a JSON object a line. */
export function openEntryLines(screen: Screen, explain: () => boolean): Listener {
  return {
    onEvent(event) {
      if (event.type !== "data" || event.kind !== "timeline") return;
      const entry = event.data as TimelineEntry;
      screen.out(screen.json ? JSON.stringify(entry) : formatEntry(entry, explain()));
    },
    close() {},
  };
}
