import { EcsctlError, ExitCode } from "../errors.ts";
import type { Screen } from "../output/screen.ts";
import { isSet } from "../output/screen.ts";

/** Prints an error as what / why / hint on stderr, or as one line of JSON on stdout: it may follow other lines. */
export function printError(screen: Screen, error: EcsctlError, env: NodeJS.ProcessEnv = process.env): void {
  const { code, message, why, hint, docs } = error;
  if (screen.json) screen.out(JSON.stringify({ error: { code, message, why, hint, docs } }));
  else screen.err(formatError(screen, error));
  const debug = isSet(env["ECSCTL_DEBUG"]);
  if (debug) screen.err(screen.style("dim", causes(error)));
}

function formatError(screen: Screen, { message, why, hint, docs }: EcsctlError): string {
  const part = (name: string, text: string | undefined): string[] =>
    text === undefined ? [] : [`  ${screen.style("dim", name.padEnd(4))} ${indent(text, 7)}`];
  return [
    `${screen.style(["red", "bold"], "Error:")} ${indent(message, 2)}`,
    ...part("why", why),
    ...part("hint", hint),
    ...part("docs", docs),
  ].join("\n");
}

function indent(text: string, columns: number): string {
  return text.replaceAll("\n", `\n${" ".repeat(columns)}`);
}

/** The stacks of an error and of what caused it. */
function causes(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause === undefined ? own : `${own}\ncaused by ${causes(error.cause)}`;
}

/** What nobody foresaw is a fault of ours: exit 1, and we ask for a report. */
export function internalError(error: unknown): EcsctlError {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new EcsctlError({
    code: "InternalFault",
    message: `ecsctl itself failed: ${what}`,
    why: "This is a fault of ecsctl's own, not of your project or of AWS.",
    hint: "Please report it. The same command with ECSCTL_DEBUG=1 prints the details to send along.",
    exitCode: ExitCode.internal,
    cause: error,
  });
}
