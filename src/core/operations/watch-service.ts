import type { Project } from "../config/project.ts";
import type { Context } from "../context.ts";
import { EcsctlError, gaveUpError, objectiveError } from "../errors.ts";
import { goalOf, parseUntil, type Until } from "../observe/goal.ts";
import { ServiceReader } from "../observe/service-reader.ts";
import type { Snapshot } from "../observe/snapshot.ts";
import { ticks } from "../wait/ticks.ts";
import { subjectOf } from "./read-status.ts";

export interface WatchOptions {
  /** Seconds of server time between two looks. */
  intervalSeconds: number;
  /** When to stop: `scaled`, `stable` or `count=N`; without it, at `timeoutSeconds` or when interrupted. */
  until?: string | undefined;
  /** However fast the server's clock runs, no look sooner than so many local ms after another. */
  atLeastLocalMs?: number | undefined;
  /** Seconds of server time. */
  timeoutSeconds?: number | undefined;
}

export interface WatchResult {
  /** True when `until` was met, or there was none. */
  met: boolean;
  last: Snapshot | undefined;
}

/** So many failed looks in a row, and watching gives up. */
const patience = 5;

/**
 * Looks at the service again and again, each time telling data `snapshot`. Ends when `until` is met; throws when it is
 * not by `timeoutSeconds` (exit 7), when the service does not exist (exit 4) or when AWS cannot be read (exit 6).
 */
export async function watchService(context: Context, project: Project, options: WatchOptions): Promise<WatchResult> {
  const { aws, emit, signal } = context;
  const reader = new ServiceReader(aws, subjectOf(project));
  const until = options.until === undefined ? undefined : parseUntil(options.until);
  const isReached = goalOf(until);
  let last: Snapshot | undefined;
  let failures = 0;
  let startedAt: number | undefined;
  const everyMs = options.intervalSeconds * 1000;
  for await (const _ of ticks({ clock: aws.clock, everyMs, atLeastLocalMs: options.atLeastLocalMs ?? 200, signal })) {
    try {
      last = await reader.read(signal);
      failures = 0;
    } catch (error) {
      if (signal.aborted) break;
      failures = judgeFailure(error, failures + 1, last);
      emit({ type: "warning", message: `could not read the service, trying again: ${(error as Error).message}` });
      continue;
    }
    emit({ type: "data", kind: "snapshot", data: last });
    startedAt ??= Date.parse(last.at);
    if (isReached(last)) return { met: true, last };
    const elapsed = (Date.parse(last.at) - startedAt) / 1000;
    if (options.timeoutSeconds !== undefined && elapsed >= options.timeoutSeconds)
      return timedOut(until, elapsed, last);
  }
  return { met: until === undefined, last };
}

/** The first look must work; later ones may fail a few times (a network that comes and goes). */
function judgeFailure(error: unknown, failures: number, last: Snapshot | undefined): number {
  if (error instanceof EcsctlError || last === undefined) throw error;
  if (failures < patience) return failures;
  throw gaveUpError({
    code: "WatchGaveUp",
    message: `Gave up watching ${last.service.name}: it could not be read ${failures} times in a row.`,
    why: (error as Error).message,
    hint: "Check the network and the credentials, then: ecsctl watch",
    cause: error,
  });
}

function timedOut(until: Until | undefined, seconds: number, last: Snapshot): WatchResult {
  if (until === undefined) return { met: true, last };
  const { desired, running, pending } = last.service;
  throw objectiveError({
    code: "UntilNotMet",
    message: `--until ${until.text} was not met within ${Math.round(seconds)} s: ${running} running, ${desired} desired, ${pending} pending.`,
    why:
      [
        ...last.scaling.policies.map((policy) => `${policy.name}: ${policy.why}`),
        ...last.scaling.notes.map((note) => note.text),
      ].join("; ") || undefined,
    hint: "See what happened with: ecsctl events --explain",
  });
}
