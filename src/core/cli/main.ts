import { EcsctlError, ExitCode } from "../errors.ts";
import { findCommand, runCommand, type CommandSource } from "./command-source.ts";
import { explainUsage } from "./explain-usage.ts";
import { interruptedError } from "./interruption.ts";
import { currentScreen } from "./process-screen.ts";
import { internalError, printError } from "./report-error.ts";

export interface MainOptions extends CommandSource {
  /** The command line without node and script. */
  argv: string[];
}

/** Runs one command line and ends the process with its exit code. Prints every error, in text and JSON alike. */
export async function main({ argv, ...source }: MainOptions): Promise<never> {
  quietBrokenPipes();
  let command = "";
  try {
    const line = asHelpFlag(moveLeadingFlags(argv));
    const found = findCommand(source, line);
    command = found?.id ?? "";
    if (found && !asksForHelp(line)) await runCommand(found, source.root);
    else await tellAbout(source, line, argv);
  } catch (error) {
    process.exitCode = await fail(error, argv, command.replaceAll(":", " "));
  }
  await drain(process.stdout);
  return process.exit();
}

/** Everything that is not the run of one command needs to know them all: help, the version as JSON, a misspelt name. */
async function tellAbout(source: CommandSource, line: readonly string[], argv: readonly string[]): Promise<void> {
  const { answerAbout } = await import("./about.ts");
  await answerAbout(source, { line, argv }, currentScreen(argv));
}

/** `ecsctl help deploy` is what hands trained elsewhere type for `ecsctl deploy --help`. */
function asHelpFlag(line: string[]): string[] {
  return line[0] === "help" ? [...line.slice(1), "--help"] : line;
}

function isWord(text: string): boolean {
  return !text.startsWith("-");
}

function asksForHelp(line: readonly string[]): boolean {
  const end = line.indexOf("--");
  const own = end === -1 ? line : line.slice(0, end);
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
  if (error instanceof Error && error.name === "ExitPromptError")
    return interruptedError("SIGINT", error, "Nothing was done after the question. The same command again asks anew.");
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
