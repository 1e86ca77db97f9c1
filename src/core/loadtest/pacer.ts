/** Decides when requests leave. Pure: it is told the time, ms on any clock that only grows. */
export interface Pacer {
  /** The moment at which the next request is to leave, for whoever asks at `now`; undefined when there is none left. */
  next(now: number): number | undefined;
}

/** The closed loop: a client sends its next request as soon as the last one is answered, `limit` requests in all. */
export function closedLoop(limit: number = Number.POSITIVE_INFINITY): Pacer {
  let left = limit;
  return {
    next(now) {
      if (left <= 0) return undefined;
      left--;
      return now;
    },
  };
}
