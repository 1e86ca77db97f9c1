import type { OnFailedAttempt } from "./attempts.ts";
import { throttlingNames } from "./explain-error.ts";

/** As those events are told that say what is waited for. */
type Tell = (event: { type: "waiting"; id: string; message: string; elapsedSeconds: number }) => void;

/** A call that is made again after a moment is nothing to speak of. Local times, ms: it is a person who waits. */
const quietMs = 3000;
/** Then a word now and again. */
const betweenMs = 10_000;
/** So long without a failure, and what comes next is another story. */
const overMs = 15_000;

/** What keeps a call from being answered; undefined for an answer, whatever it says. */
function nameHindrance(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { $metadata, $response } = error as { $metadata?: { httpStatusCode?: number }; $response?: unknown };
  if (throttlingNames.includes(error.name) || $metadata?.httpStatusCode === 429) return "AWS asks to slow down";
  if (($metadata?.httpStatusCode ?? 0) >= 500) return "AWS fails";
  const broken = "code" in error && $response === undefined && $metadata?.httpStatusCode === undefined;
  return broken || error.name === "TimeoutError" ? "connections to AWS break" : undefined;
}

/**
 * Tells whoever waits that it is AWS that keeps ecsctl waiting: the SDK makes a call again for half a minute and says
 * nothing. `now` is a monotonic clock in ms.
 */
export function watchHindrances(emit: Tell, now: () => number = () => performance.now()): OnFailedAttempt {
  let since = 0;
  let last = -Infinity;
  let told = -Infinity;
  let count = 0;
  return (error, operation) => {
    const what = nameHindrance(error);
    if (what === undefined) return;
    const at = now();
    if (at - last > overMs) [since, count, told] = [at, 0, -Infinity];
    last = at;
    count++;
    if (at - since < quietMs || at - told < betweenMs) return;
    told = at;
    const message = `${what}; calls are made again (${count} times so far, last ${operation})`;
    emit({ type: "waiting", id: "aws", message, elapsedSeconds: (at - since) / 1000 });
  };
}
