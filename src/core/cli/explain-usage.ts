import { stripVTControlCharacters } from "node:util";
import { nearest } from "../config/suggest.ts";
import { type EcsctlError, usageError } from "../errors.ts";

/** What oclif's parser throws, told apart by its shape: the bundle may hold its classes twice. */
interface ParserError extends Error {
  flags?: string[];
  args?: ({ name?: string } | string)[];
  parse?: { input?: { flags?: Record<string, unknown> } };
}

/** The usage error behind an error of the flag parser; undefined for any other error. */
export function explainUsage(error: unknown, command: string): EcsctlError | undefined {
  if (!(error instanceof Error) || !("oclif" in error)) return undefined;
  const { flags, args, parse, message } = error as ParserError;
  const hint = `ecsctl ${command ? `${command} ` : ""}--help`;
  // A bundler puts a number behind names that it meets twice.
  const name = error.constructor.name.replace(/\d+$/, "");
  if (flags) return unknownFlags(flags, Object.keys(parse?.input?.flags ?? {}), hint);
  if (name.endsWith("RequiredArgsError")) {
    const names = (args ?? []).map((arg) => (typeof arg === "string" ? arg : (arg.name ?? "")).toUpperCase());
    return usageError({ code: "MissingArgument", message: `Missing: ${names.join(", ")}.`, hint, cause: error });
  }
  const text = tidy(message);
  const missing = [...text.matchAll(/^Missing required flag (\S+)$/gm)].map(([, flag]) => `--${flag}`);
  if (missing.length > 0)
    return usageError({ code: "MissingFlag", message: `Missing: ${missing.join(", ")}.`, hint, cause: error });
  return usageError({ code: codeOf(name), message: text, hint, cause: error });
}

const codeOf = (name: string): string => (name.endsWith("UnexpectedArgsError") ? "UnexpectedArgument" : "InvalidFlag");

/** oclif's message without its own help line, its colours and its heading. */
function tidy(message: string): string {
  return stripVTControlCharacters(message)
    .replace(/\nSee more help with --help$/, "")
    .replace(/^The following errors? occurred:\s*/, "")
    .replace(/^Parsing (--\S+)\s*\n\s*/, "$1: ")
    .split("\n")
    .map((line) => line.trim())
    .join("\n");
}

/** A usage error about flags that there are not, with the nearest that there are. */
export function unknownFlags(unknown: readonly string[], known: readonly string[], hint: string): EcsctlError {
  const guesses = unknown.flatMap((flag) => {
    const guess = flag.startsWith("--") ? nearest(flag.slice(2), known) : undefined;
    return guess ? [`Did you mean --${guess}?`] : [];
  });
  return usageError({
    code: "UnknownFlag",
    message: `Unknown flag${unknown.length === 1 ? "" : "s"}: ${unknown.join(", ")}.`,
    hint: [...guesses, hint].join("\n"),
  });
}

/** An unknown command line, with the nearest command or topic there is. */
export function unknownCommand(
  id: string,
  { commands, topics }: { commands: { id: string }[]; topics: { name: string }[] },
): EcsctlError {
  const typed = id.replaceAll(":", " ");
  const known = [...commands.map(({ id }) => id), ...topics.map(({ name }) => name)];
  const guess = suggestCommand(
    typed,
    known.map((name) => name.replaceAll(":", " ")),
  );
  return usageError({
    code: "UnknownCommand",
    message: `Unknown command: ${typed}.`,
    hint: [...(guess ? [`Did you mean: ecsctl ${guess}`] : []), "ecsctl --help"].join("\n"),
  });
}

/** Arguments may stand behind the misspelt command, so each number of leading words is tried. */
function suggestCommand(typed: string, commands: readonly string[]): string | undefined {
  if (typed === "version") return "--version";
  const words = typed.split(" ");
  for (let length = words.length; length > 0; length--) {
    const guess = nearest(words.slice(0, length).join(" "), commands);
    if (guess) return guess;
  }
  return undefined;
}
