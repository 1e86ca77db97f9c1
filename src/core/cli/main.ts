import type { Config } from "@oclif/core/config";
import { EcsctlError, ExitCode } from "../errors.ts";
import { loadCommands, type CommandSource } from "./command-source.ts";
import { explainUsage, unknownCommand } from "./explain-usage.ts";
import { interruptedError } from "./interruption.ts";
import { currentScreen } from "./process-screen.ts";
import { internalError, printError } from "./report-error.ts";

export { describeCommands } from "./command-source.ts";

export interface MainOptions extends CommandSource {
  /** The command line without node and script. */
  argv: string[];
}

/** Runs one command line and ends the process with its exit code. Prints every error, in text and JSON alike. */
export async function main({ argv, ...source }: MainOptions): Promise<never> {
  quietBrokenPipes();
  let command = "";
  try {
    const line = moveLeadingFlags(argv);
    const config = await loadCommands(source, leadingWords(line));
    const words = nameCommand(config, line);
    command = config.findCommand(words[0] ?? "") ? (words[0] ?? "") : "";
    await runWords(config, words, argv);
  } catch (error) {
    process.exitCode = await fail(error, argv, command.replaceAll(":", " "));
  }
  await drain(process.stdout);
  return process.exit();
}

async function runWords(config: Config, words: string[], argv: readonly string[]): Promise<void> {
  const [id = "", ...rest] = words;
  const command = config.findCommand(id);
  if (argv[0] === "--version" || argv[0] === "-v") return printVersion(config, argv);
  if (asksForHelp(words) || (!command && isTopic(config, id))) {
    const { showHelp } = await import("./help.ts");
    return showHelp(config, words, currentScreen(argv));
  }
  if (!command) throw unknownCommand(id, config);
  await config.runCommand(id, rest, command);
}

function printVersion(config: Config, argv: readonly string[]): void {
  const screen = currentScreen(argv);
  screen.out(screen.json ? JSON.stringify({ version: config.version, userAgent: config.userAgent }) : config.userAgent);
}

function isWord(text: string): boolean {
  return !text.startsWith("-");
}

/** Nothing but flags asks for the root help, a bare topic for its own. */
function isTopic(config: Config, id: string): boolean {
  return id === "" || !isWord(id) || config.findTopic(id) !== undefined;
}

function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  const own = end === -1 ? words : words.slice(0, end);
  return own.includes("--help") || own.includes("-h");
}

/** Shared flags with a value, which may stand before the command: `ecsctl --region us-east-1 status`. */
const valued = new Set(["--config", "-c", "--env", "--profile", "--region"]);

/** Puts flags that stand before the command behind it, where the parser looks for them. */
export function moveLeadingFlags(argv: readonly string[]): string[] {
  let index = 0;
  while (index < argv.length) {
    const word = argv[index] ?? "";
    if (isWord(word) || word === "--") break;
    index += valued.has(word) ? 2 : 1;
  }
  const end = argv.indexOf("--");
  const last = end === -1 ? argv.length : end;
  return [...argv.slice(index, last), ...argv.slice(0, index), ...argv.slice(last)];
}

function leadingWords(argv: readonly string[]): string[] {
  const stop = argv.findIndex((word) => !isWord(word));
  return argv.slice(0, stop === -1 ? argv.length : stop);
}

/** Joins the words of the longest command that the line starts with: `scale policy add x` is `scale:policy:add x`. */
function nameCommand(config: Config, argv: readonly string[]): string[] {
  const words = leadingWords(argv);
  for (let length = words.length; length > 0; length--) {
    const id = words.slice(0, length).join(":");
    if (config.findCommand(id)) return [id, ...argv.slice(length)];
  }
  return words.length === 0 ? [...argv] : [words.join(":"), ...argv.slice(words.length)];
}

/** Prints the error and returns the exit code. */
async function fail(error: unknown, argv: readonly string[], command: string): Promise<number> {
  const exit = exitOf(error);
  if (exit !== undefined) return exit;
  const explained = await explain(error, command);
  printError(currentScreen(argv), explained);
  return explained.exitCode;
}

/** oclif's own way to end (`this.exit(n)`): nothing to print. */
function exitOf(error: unknown): number | undefined {
  const { code, oclif } = error as { code?: unknown; oclif?: { exit?: number } };
  return code === "EEXIT" ? (oclif?.exit ?? ExitCode.done) : undefined;
}

async function explain(error: unknown, command: string): Promise<EcsctlError> {
  if (error instanceof EcsctlError) return error;
  if (error instanceof Error && error.name === "ExitPromptError") return interruptedError("SIGINT", error);
  const usage = explainUsage(error, command);
  if (usage) return usage;
  return (await explainAws(error)) ?? internalError(error);
}

/** A reader that has seen enough (`| head`) is no error. Nothing else can be printed then, so the work ends. */
function quietBrokenPipes(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
  });
  process.stderr.on("error", () => {});
}

/** Waits until a slow reader of a pipe has everything. */
function drain(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write("", () => resolve()));
}

async function explainAws(error: unknown): Promise<EcsctlError | undefined> {
  const { explainAwsError } = await import("../aws/explain-error.ts");
  return explainAwsError(error);
}
