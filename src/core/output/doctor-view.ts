import { styleText } from "node:util";
import type { Diagnosis } from "../operations/diagnose.ts";
import { stdoutColumns, wrapText } from "./wrap-text.ts";

const marks = { ok: ["green", "✔"], failed: ["red", "✖"], skipped: ["dim", "–"] } as const;

/** Where fewer columns are left beside the names, what was found stands below them. */
const fewest = 32;

/** The text of `ecsctl doctor`: what was found beside each name, with the remedy below it. */
export function formatDiagnosis({ checks, failed }: Diagnosis, columns = stdoutColumns()): string {
  const longest = Math.max(...checks.map(({ name }) => name.length));
  const below = columns - longest - 4 < fewest;
  const margin = " ".repeat(below ? 4 : longest + 4);
  const lines = checks.flatMap(({ name, status, detail, hint }) => {
    const [color, mark] = marks[status];
    const title = `${style(color, mark)} ${name.padEnd(longest)}  `;
    const words = status === "skipped" ? `skipped: ${detail}` : detail;
    const told = breakLines(words, columns - margin.length);
    const first = below
      ? [title.trimEnd(), ...told.map((line) => margin + line)]
      : [title + told[0], ...told.slice(1).map((line) => margin + line)];
    // Most remedies are commands: a broken one could not be copied.
    const remedy = hint
      ?.split("\n")
      .map((line, index) => margin + style("dim", (index === 0 ? "hint: " : "      ") + line));
    return [...first, ...(remedy ?? [])];
  });
  const ending = failed === 0 ? "Nothing stands in the way." : `${failed} ${failed === 1 ? "check" : "checks"} failed.`;
  return [...lines, "", ending].join("\n");
}

const breakLines = (text: string, width: number): string[] =>
  text.split("\n").flatMap((line) => wrapText(line, Math.max(20, width)));

const style = (format: Parameters<typeof styleText>[0], text: string): string =>
  styleText(format, text, { stream: process.stdout });
