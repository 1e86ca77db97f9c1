import type { Config } from "@oclif/core/config";
import type { Screen } from "../output/screen.ts";
import { findCommand, loadCommands, type CommandSource } from "./command-source.ts";
import { unknownCommand, unknownFlags } from "./explain-usage.ts";
import { showHelp } from "./help.ts";

interface Question {
  /** The command line, leading flags moved behind the command. */
  line: readonly string[];
  /** As typed. */
  argv: readonly string[];
}

/** Answers a command line that runs no command: the version or help. Throws a usage error for an unknown command. */
export async function answerAbout(source: CommandSource, question: Question, screen: Screen): Promise<void> {
  const { line, argv } = question;
  const config = await loadCommands(source);
  if (argv[0] === "--version" || argv[0] === "-v") return printVersion(config, screen);
  const words = nameSubject(source, line);
  const id = words[0] ?? "";
  const known = isTopic(config, id) || config.findCommand(id) !== undefined;
  if (!known) throw unknownCommand(id, config);
  if (id.startsWith("-")) refuseUnknownFlags(words);
  return showHelp(config, words, screen);
}

/** Without a command there are only the flags of every command. */
const shared = ["json", "config", "env", "profile", "region", "sandbox", "help", "version"];
const short = new Set(["-c", "-h", "-v"]);

/** Throws a usage error: a misspelt flag alone on the line asked for something, and not for the help. */
function refuseUnknownFlags(words: readonly string[]): void {
  const unknown = words
    .filter((word) => word.startsWith("-") && word !== "--")
    .filter((word) => !short.has(word) && !shared.includes(word.slice(2).split("=")[0] ?? ""));
  if (unknown.length > 0) throw unknownFlags(unknown, shared, "ecsctl --help");
}

function printVersion(config: Config, screen: Screen): void {
  screen.out(screen.json ? JSON.stringify({ version: config.version, userAgent: config.userAgent }) : config.userAgent);
}

/** Nothing but flags asks for the root help, a bare topic for its own. */
function isTopic(config: Config, id: string): boolean {
  return id === "" || id.startsWith("-") || config.findTopic(id) !== undefined;
}

/** Joins the words that name a command, or else all leading ones: `scale policy --help` is `scale:policy --help`. */
function nameSubject(source: CommandSource, line: readonly string[]): string[] {
  const found = findCommand(source, line);
  if (found) return [found.id, ...found.rest];
  const stop = line.findIndex((word) => word.startsWith("-"));
  const words = line.slice(0, stop === -1 ? line.length : stop);
  return words.length === 0 ? [...line] : [words.join(":"), ...line.slice(words.length)];
}
