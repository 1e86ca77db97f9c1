import { styleText } from "node:util";
import type { Diagnosis } from "../operations/diagnose.ts";

const marks = { ok: ["green", "✔"], failed: ["red", "✖"], skipped: ["dim", "–"] } as const;

/** The text of `ecsctl doctor`: a line a check, with the remedy below it. */
export function formatDiagnosis({ checks, failed }: Diagnosis): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, status, detail, hint }) => {
    const [color, mark] = marks[status];
    const words = status === "skipped" ? `skipped: ${detail}` : detail;
    const line = `${style(color, mark)} ${name.padEnd(width)}  ${words}`;
    return hint === undefined ? [line] : [line, `  ${" ".repeat(width)}  ${style("dim", `hint: ${hint}`)}`];
  });
  const ending = failed === 0 ? "Nothing stands in the way." : `${failed} ${failed === 1 ? "check" : "checks"} failed.`;
  return [...lines, "", ending].join("\n");
}

const style = (format: Parameters<typeof styleText>[0], text: string): string =>
  styleText(format, text, { stream: process.stdout });
