import { closest, distance } from "fastest-levenshtein";
import { dockerfileError, type LogicalLine, readLogicalLines } from "./dockerfile-lines.ts";

const keywords = [
  "ADD",
  "ARG",
  "CMD",
  "COPY",
  "ENTRYPOINT",
  "ENV",
  "EXPOSE",
  "FROM",
  "HEALTHCHECK",
  "LABEL",
  "MAINTAINER",
  "ONBUILD",
  "RUN",
  "SHELL",
  "STOPSIGNAL",
  "USER",
  "VOLUME",
  "WORKDIR",
] as const;
export type Keyword = (typeof keywords)[number];

/** One instruction, variables not yet expanded. */
export interface Instruction {
  name: Keyword;
  line: number;
  /** `--from=x` is `{ from: "x" }`, `--link` is `{ link: "" }`. */
  flags: Record<string, string>;
  /** What follows the flags. */
  text: string;
  /** `text` when it is a JSON array of strings. */
  json?: string[] | undefined;
}

export interface Dockerfile {
  /** For messages: the path as the user wrote it. */
  file: string;
  escape: string;
  instructions: Instruction[];
}

/** Instructions that take flags in front. */
const flagged: readonly Keyword[] = ["ADD", "COPY", "FROM", "HEALTHCHECK", "RUN"];

/** Parses a Dockerfile. Throws configuration errors (exit 3) that name file and line. */
export function parseDockerfile(file: string, text: string): Dockerfile {
  const { escape, lines } = readLogicalLines(file, text);
  const instructions = lines.map((line) => parseInstruction(file, line));
  const first = instructions.find(({ name }) => name !== "ARG");
  if (!first) throw dockerfileError(file, 1, "found no FROM, expected at least one");
  if (first.name !== "FROM")
    throw dockerfileError(file, first.line, `found ${first.name} before the first FROM, expected FROM or ARG`);
  return { file, escape, instructions };
}

function parseInstruction(file: string, { line, text }: LogicalLine): Instruction {
  const [word = ""] = /^\S+/.exec(text) ?? [];
  const name = word.toUpperCase() as Keyword;
  if (!keywords.includes(name)) throw unknownInstruction(file, line, word);
  const { flags, rest } = flagged.includes(name)
    ? readFlags(text.slice(word.length).trim())
    : { flags: {}, rest: text.slice(word.length).trim() };
  if (rest === "") throw dockerfileError(file, line, `found nothing after ${name}`);
  return { name, line, flags, text: rest, json: readJson(rest) };
}

function unknownInstruction(file: string, line: number, word: string): Error {
  const near = closest(word.toUpperCase(), [...keywords]);
  const hint = distance(word.toUpperCase(), near) <= 2 ? { hint: `did you mean ${near}?` } : {};
  return dockerfileError(
    file,
    line,
    `found ${JSON.stringify(word)}, expected an instruction such as FROM or COPY`,
    hint,
  );
}

function readFlags(text: string): { flags: Record<string, string>; rest: string } {
  const flags: Record<string, string> = {};
  let rest = text;
  for (;;) {
    const flag = /^--([a-z-]+)(?:=(\S*))?(?:\s+|$)/.exec(rest);
    if (!flag) return { flags, rest };
    flags[flag[1] ?? ""] = flag[2] ?? "";
    rest = rest.slice(flag[0].length);
  }
}

function readJson(text: string): string[] | undefined {
  if (!text.startsWith("[")) return undefined;
  try {
    const value = JSON.parse(text) as unknown;
    return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;
  } catch {
    return undefined;
  }
}
