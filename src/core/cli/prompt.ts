import { usageError } from "../errors.ts";
import { isSet, type Screen } from "../output/screen.ts";

/** One question, and the flag that answers it where nobody can be asked. */
export interface Question {
  message: string;
  /** `--yes`, `--app NAME`: named when there is no terminal. */
  flag: string;
  default?: string | undefined;
  /** True, or what is wrong with the answer. */
  validate?: (answer: string) => true | string;
}

/** Whether questions can be asked: a terminal on both sides, not `CI`, not `--json`. */
export function canAsk(screen: Screen): boolean {
  return !screen.json && process.stdin.isTTY && process.stderr.isTTY && !isSet(process.env["CI"]);
}

/** Asks yes or no (`default: "yes"` for what is safe to go on with). Without a terminal: a usage error that names the flag. */
export async function confirm(
  screen: Screen,
  { message, flag, default: preset }: Question,
  signal?: AbortSignal,
): Promise<boolean> {
  requireTerminal(screen, [flag]);
  const prompts = await import("@inquirer/prompts");
  return prompts.confirm({ message, default: preset === "yes" }, { output: process.stderr, ...(signal && { signal }) });
}

/** Asks for a line of text. Without a terminal: a usage error that names the flag. */
export async function ask(screen: Screen, question: Question, signal?: AbortSignal): Promise<string> {
  requireTerminal(screen, [question.flag]);
  const { message, validate = () => true, default: preset } = question;
  const prompts = await import("@inquirer/prompts");
  const options = { message, validate, ...(preset === undefined ? {} : { default: preset }) };
  return prompts.input(options, { output: process.stderr, ...(signal && { signal }) });
}

/** Asks for one of a few words. Without a terminal: a usage error that names the flag. */
export async function choose(
  screen: Screen,
  { message, flag, default: preset }: Question,
  choices: readonly string[],
): Promise<string> {
  requireTerminal(screen, [flag]);
  const prompts = await import("@inquirer/prompts");
  const options = choices.map((value) => ({ value }));
  return prompts.select(
    { message, choices: options, ...(preset === undefined ? {} : { default: preset }) },
    { output: process.stderr },
  );
}

/** Throws a usage error that names every flag that is missing, unless somebody can be asked instead. */
export function requireTerminal(screen: Screen, flags: readonly string[], alternative?: string): void {
  if (canAsk(screen) || flags.length === 0) return;
  throw usageError({
    code: "MissingFlag",
    message: `Missing: ${flags.join(", ")}.`,
    why: "There is no terminal to ask on.",
    hint: `Give ${flags.join(" ")}${alternative === undefined ? "" : `, or ${alternative}`}.`,
  });
}
