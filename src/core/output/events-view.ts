import type { TimelineEntry } from "../observe/timeline.ts";
import type { EventList } from "../operations/list-events.ts";
import type { Listener, Screen } from "./screen.ts";
import { hang, stdoutColumns } from "./wrap-text.ts";

/** One entry as text: time (UTC), kind, AWS's message; `explain` adds what it means below. */
export function formatEntry(entry: TimelineEntry, explain: boolean, columns: number = stdoutColumns()): string {
  const label = `${entry.at.slice(0, 10)} ${entry.at.slice(11, 19)}Z  ${entry.kind.padEnd(10)}  `;
  const indent = " ".repeat(label.length);
  // Where little room is left beside the time, the terminal may as well break the lines itself.
  const lay = (before: string, text: string) =>
    Number.isFinite(columns) && columns - label.length >= 30 ? hang(before, text, columns) : [before + text];
  return [...lay(label, entry.message), ...(explain ? lay(`${indent}→ `, entry.meaning) : [])].join("\n");
}

/** The text of `ecsctl events`. */
export function formatEvents({ events, now }: EventList, explain: boolean, columns: number = stdoutColumns()): string {
  const state = [
    ...(now?.policies ?? []).flatMap(({ name, why }) => hang(`  ${name}: `, why, columns)),
    ...(now?.notes ?? []).flatMap(({ text }) => hang("  ", text, columns)),
  ];
  const present = state.length === 0 ? [] : ["", "Now", ...state];
  if (events.length === 0) return ["Nothing has happened in that time.", ...present].join("\n");
  const next = explain ? "ecsctl watch" : "ecsctl events --explain";
  const entries = events.map((entry) => formatEntry(entry, explain, columns));
  return [...entries, ...present, "", `Next: ${next}`].join("\n");
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
