import { setTimeout as sleep } from "node:timers/promises";
import type { ServerClock } from "../aws/server-clock.ts";

export interface TickOptions {
  clock: ServerClock;
  /** Server ms from one tick to the next. */
  everyMs: number;
  /** Never faster than this in local ms, however fast the server's clock runs. */
  atLeastLocalMs?: number;
  signal?: AbortSignal | undefined;
}

/** The first pauses are short, because how fast the server's clock runs is known only after some answers. */
const firstPauseMs = 250;

/**
 * Yields 0, 1, 2, … every so many ms of the server's time, at once for the first; ends when the signal aborts. A
 * consumer that works long gets its next tick late, never two at once.
 */
export async function* ticks(options: TickOptions): AsyncGenerator<number, void> {
  const { clock, everyMs, signal } = options;
  const ended = () => signal?.aborted ?? false;
  const least = options.atLeastLocalMs ?? 200;
  for (let tick = 0; !ended(); tick++) {
    const started = performance.now();
    yield tick;
    const known = clock.rate === 1 ? firstPauseMs * 2 ** Math.min(tick, 20) : Number.POSITIVE_INFINITY;
    const pause = Math.max(least, Math.min(clock.toLocalMs(everyMs), known));
    const left = pause - (performance.now() - started);
    try {
      await sleep(Math.max(0, left), undefined, signal ? { signal } : {});
    } catch {
      return;
    }
  }
}
