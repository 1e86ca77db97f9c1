import { configError, type EcsctlError } from "../errors.ts";

/** Where something stands in a file; both count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** One fault of a configuration. */
export interface Problem {
  /** PascalCase, for scripts. */
  code: string;
  at: Position;
  /** What was found and what was expected. */
  message: string;
  hint?: string | undefined;
}

/** One error of all the faults, each with file:line:column, in the order of the file. */
export function describeProblems(file: string, problems: readonly Problem[]): EcsctlError {
  const sorted = [...problems].sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column);
  const lines = sorted.map(({ at, message }) => `${file}:${at.line}:${at.column}: ${message}`);
  const hints = sorted.flatMap(({ at, hint }) => {
    if (hint === undefined) return [];
    return [sorted.length === 1 ? hint : `line ${at.line}: ${hint}`];
  });
  const codes = new Set(sorted.map(({ code }) => code));
  return configError({
    code: codes.size === 1 ? (sorted[0]?.code ?? "InvalidConfig") : "InvalidConfig",
    message: lines.length === 1 ? (lines[0] ?? "") : `${file} has ${lines.length} errors:\n${lines.join("\n")}`,
    hint: hints.length === 0 ? undefined : hints.join("\n"),
  });
}
