import { configError, EcsctlError, ExitCode } from "../errors.ts";
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

/** What the system says of a file or folder that cannot be used, in words. */
const troubles: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "no space is left on the device",
  EDQUOT: "the disk quota is used up",
  ENOTDIR: "part of the path is a file and not a folder",
  EISDIR: "it is a folder",
  EMFILE: "too many files are open",
};

/** A file or folder that the system does not let us use is nobody's fault in the program; undefined for anything else. */
function explainFile(error: unknown): EcsctlError | undefined {
  const { code = "", path } = error as NodeJS.ErrnoException;
  const trouble = troubles[code];
  if (!(error instanceof Error) || trouble === undefined) return undefined;
  return configError({
    code: "FileUnusable",
    message: `${path ?? "Writing a file"}: ${trouble} (${code}).`,
    hint: "ecsctl keeps its state in $ECSCTL_STATE_DIR, else in ~/.local/state/ecsctl, and builds in the system's temporary folder ($TMPDIR).",
    cause: error,
  });
}

/** What nobody foresaw is a fault of ours: exit 1, and we ask for a report. */
export function internalError(error: unknown): EcsctlError {
  const file = explainFile(error);
  if (file) return file;
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
