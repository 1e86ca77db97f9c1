import { stripVTControlCharacters, styleText } from "node:util";
import type { LogLine } from "../observe/read-logs.ts";
import type { InsightsResult } from "../operations/query-logs.ts";
import type { LogList } from "../operations/show-logs.ts";
import { formatTable } from "./columns.ts";
import type { Format, Listener, Screen } from "./screen.ts";

const palette: readonly Format[] = ["cyan", "magenta", "yellow", "green", "blue", "cyanBright", "magentaBright"];

/** Gives each task a colour: the first that is free, then round again. */
export class TaskColours {
  private readonly known = new Map<string, Format>();

  of(task: string): Format {
    const existing = this.known.get(task);
    if (existing) return existing;
    const made = palette[this.known.size % palette.length] ?? "cyan";
    this.known.set(task, made);
    return made;
  }
}

/** `07:00:12  3f2a9c01  GET / 200`. What a program writes may not move our cursor. */
export function formatLine({ at, task, stream, message }: LogLine, colours: TaskColours): string {
  const name = task?.slice(0, 8) ?? stream;
  const painted = styleText(colours.of(name), name, { stream: process.stdout });
  const time = styleText("dim", at.slice(11, 19), { stream: process.stdout });
  return `${time}  ${painted}  ${stripVTControlCharacters(message)}`;
}

/** The text of `ecsctl logs`. */
export function formatLogs({ group, lines }: LogList): string {
  if (lines.length === 0) return `Nothing was written into ${group} in that time.\n\nNext: ecsctl logs --since 1d`;
  const colours = new TaskColours();
  return lines.map((line) => formatLine(line, colours)).join("\n");
}

/** Prints each line as it comes: text, or a JSON object a line. */
export function openLogLines(screen: Screen): Listener {
  const colours = new TaskColours();
  return {
    onEvent(event) {
      if (event.type !== "data" || event.kind !== "log") return;
      const line = event.data as LogLine;
      screen.out(screen.json ? JSON.stringify(line) : formatLine(line, colours));
    },
    close() {},
  };
}

/** The rows of a query as a table, and what it looked at. */
export function formatRows({ columns, rows, statistics }: InsightsResult): string {
  const { matched, scanned, bytes } = statistics;
  const looked = `${matched} of ${scanned} records, ${(bytes / 1e6).toFixed(bytes < 1e5 ? 3 : 1)} MB scanned`;
  if (rows.length === 0) return `Nothing matches: ${looked}.`;
  const body = rows.map((row) =>
    columns.map((column) => stripVTControlCharacters(row[column] ?? "").replaceAll("\n", " ")),
  );
  return [...formatTable([columns, ...body]), "", styleText("dim", looked, { stream: process.stdout })].join("\n");
}
