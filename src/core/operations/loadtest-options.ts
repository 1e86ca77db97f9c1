import { usageError } from "../errors.ts";
import type { RequestShape } from "../loadtest/connection.ts";
import { type Objective, parseObjective } from "../loadtest/objectives.ts";
import type { Target } from "../loadtest/target-set.ts";
import { parseUntil, type Until } from "../observe/goal.ts";

/** What a user types; durations in seconds. */
export interface LoadtestOptions {
  concurrency: number;
  durationSeconds?: number | undefined;
  requests?: number | undefined;
  until?: string | undefined;
  timeoutSeconds: number;
  path?: string | undefined;
  method: string;
  /** `Name: value`. */
  headers: readonly string[];
  /** Addresses to load in place of the service's tasks. */
  targets: readonly string[];
  slo: readonly string[];
  /** File to write the document to. */
  out?: string | undefined;
}

export interface LoadPlan {
  connections: number;
  durationMs: number | undefined;
  requests: number | undefined;
  until: Until | undefined;
  /** Server ms after which `until` counts as not met when no duration was given. */
  untilLimitMs: number;
  timeoutMs: number;
  request: RequestShape;
  targets: Target[];
  objectives: Objective[];
}

/** Long enough to see a scale-out by 60 s metrics and what follows it. */
const defaultSeconds = 8 * 60;
/** Server time that `--until` alone waits. */
const untilLimitMs = 30 * 60_000;

/** Checks what was typed before anything is sent. Throws usage errors. */
export function planLoad(options: LoadtestOptions): LoadPlan {
  const until = options.until === undefined ? undefined : parseUntil(options.until);
  const endless = options.durationSeconds === undefined && options.requests === undefined && !until;
  const seconds = endless ? defaultSeconds : options.durationSeconds;
  return {
    connections: options.concurrency,
    durationMs: seconds === undefined ? undefined : seconds * 1000,
    requests: options.requests,
    until,
    untilLimitMs,
    timeoutMs: options.timeoutSeconds * 1000,
    request: {
      method: options.method.toUpperCase(),
      path: options.path === undefined ? undefined : checkPath(options.path),
      headers: prepareHeaders(options.headers),
    },
    targets: options.targets.map(checkTarget),
    objectives: options.slo.map(parseObjective),
  };
}

function checkPath(path: string): string {
  if (path.startsWith("/")) return path;
  throw usageError({ code: "InvalidPath", message: `--path ${path}: expected a path that begins with /.` });
}

function checkTarget(text: string): Target {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return { task: url.href, url: url.href };
  throw usageError({
    code: "InvalidTarget",
    message: `--target ${text}: expected an http or https URL.`,
    hint: "For example: --target http://127.0.0.1:8080/",
  });
}

function prepareHeaders(lines: readonly string[]): string[] {
  const pairs = lines.flatMap((line) => {
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) return [name, value];
    throw usageError({
      code: "InvalidHeader",
      message: `--header ${line}: expected 'Name: value'.`,
      hint: "For example: --header 'Accept: text/html'",
    });
  });
  const named = pairs.some((text, index) => index % 2 === 0 && text.toLowerCase() === "user-agent");
  return named ? pairs : ["user-agent", "ecsctl-loadtest", ...pairs];
}
