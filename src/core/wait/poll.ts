import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../context.ts";
import { gaveUpError } from "../errors.ts";
import { isTransient } from "./transient.ts";

/** What one look at the thing waited for showed. */
export type Look<T> =
  | { done: T }
  | {
      /** What a person reads: `1 of 3 tasks running`. */
      waiting: string;
      /** Changes whenever something moved on; the default is the message. */
      progress?: string;
      /** The first reason why it does not go on, when there is one. */
      reason?: string | undefined;
    };

export interface PollOptions<T> {
  /** Names the wait in events: `rollout/flash-sale-service`. */
  id: string;
  /** For the error: `the service to become steady`. */
  what: string;
  look: () => Promise<Look<T>>;
  /** Longest pause between two looks, in seconds of the server's time. */
  everySeconds?: number;
  /** Give up after that long without any progress, in seconds of the server's time. */
  stallSeconds: number;
  /** What to type after giving up. */
  hint?: string | undefined;
}

type Waiter = Pick<Context, "aws" | "emit" | "signal">;

/** The first pause is short, because how fast the server's clock runs is known only after some answers. */
const firstPauseSeconds = 0.5;
/** However fast the server's clock runs, AWS is not asked more often than this. */
const shortestPauseMs = 100;

/**
 * The one loop that waits: looks, tells, pauses longer each time, all in the server's time. Throws a gave-up error
 * (exit 6) with the first reason seen after a time without progress.
 */
export async function poll<T>({ aws, emit, signal }: Waiter, options: PollOptions<T>): Promise<T> {
  const { id, everySeconds = 5, stallSeconds } = options;
  const from = aws.clock.now();
  let movedAt = from;
  let seen: string | undefined;
  for (let pause = firstPauseSeconds; ; pause = Math.min(everySeconds, pause * 1.5)) {
    const look = await options.look().catch((error: unknown) => explainSilence(error, seen));
    if ("done" in look) return look.done;
    const now = aws.clock.now();
    const progress = look.progress ?? look.waiting;
    if (progress !== seen) [seen, movedAt] = [progress, now];
    const { waiting: message, reason } = look;
    const elapsedSeconds = Math.max(0, Math.round((now - from) / 1000));
    emit({ type: "waiting", id, message, elapsedSeconds, ...(reason ? { reason } : {}) });
    if (now - movedAt > stallSeconds * 1000) throw gaveUp(options, message, reason, elapsedSeconds);
    await pauseFor(Math.max(shortestPauseMs, aws.clock.toLocalMs(pause * 1000)), signal);
  }
}

/** AWS is busy or broken for a moment: another look will tell. Throws every other error. */
function explainSilence(error: unknown, progress = ""): Look<never> {
  if (!isTransient(error)) throw error;
  return { waiting: "AWS does not answer now", progress, reason: (error as Error).message };
}

async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    signal.throwIfAborted();
  }
}

function gaveUp(
  options: { what: string; hint?: string | undefined },
  state: string,
  why: string | undefined,
  after: number,
): Error {
  return gaveUpError({
    code: "GaveUp",
    message: `Gave up waiting for ${options.what} after ${after} s: ${state}.`,
    why,
    hint: options.hint,
  });
}

/** While AWS throttles, one try may take as long as all should: what passes by itself is tried so often at least. */
const fewestTries = 5;

/**
 * Runs an action again while it fails with an error that passes by itself: one that `passing` names, or one that says
 * nothing about the action (AWS is busy or broken). The error itself is thrown after `stallSeconds` of the server's time.
 */
export async function retryWhile<T>(
  waiter: Waiter,
  options: { title: string; passing: (error: Error) => boolean; action: () => Promise<T>; stallSeconds?: number },
): Promise<T> {
  const { title, passing, action, stallSeconds = 300 } = options;
  const from = waiter.aws.clock.now();
  let tries = 0;
  const { value } = await poll<{ value: T }>(waiter, {
    id: `retry/${title}`,
    what: title,
    stallSeconds: Infinity,
    look: async () => {
      tries++;
      try {
        return { done: { value: await action() } };
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        const late = waiter.aws.clock.now() - from > stallSeconds * 1000;
        const again = passing(error) ? !late || tries < fewestTries : !late && isTransient(error);
        if (!again) throw error;
        return { waiting: `${title}: not yet possible`, reason: error.message };
      }
    },
  });
  return value;
}
