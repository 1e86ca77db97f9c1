/**
 * Decides when requests leave. Pure: everything here is told the time, ms on a clock that only grows, and gives the same
 * answer for the same question.
 */
export interface Pacer {
  /** The moment at which the next request is to leave, for whoever asks at `now`; undefined when there is none left. */
  next(now: number): number | undefined;
}

export interface ClosedLoopOptions {
  /** Requests in all. */
  limit?: number | undefined;
  /** Requests a second at most. */
  maxRps?: number | undefined;
}

/** The closed loop: a client sends its next request as soon as the last one is answered, no faster than `maxRps`. */
export function closedLoop({ limit, maxRps }: ClosedLoopOptions = {}): Pacer {
  const gap = maxRps === undefined ? 0 : 1000 / maxRps;
  let left = limit ?? Number.POSITIVE_INFINITY;
  let free = Number.NEGATIVE_INFINITY;
  return {
    next(now) {
      if (left <= 0) return undefined;
      left--;
      if (gap === 0) return now;
      const due = Math.max(now, free);
      free = due + gap;
      return due;
    },
  };
}

/** So many requests a second for so long. */
export interface Stage {
  /** Infinity for one without an end. */
  seconds: number;
  rate: number;
}

export interface ScheduleOptions {
  stages: readonly Stage[];
  /** How long each stage takes to come from the rate before it (0 at first) to its own, in a straight line. */
  rampSeconds?: number | undefined;
  /** Requests in all. */
  limit?: number | undefined;
  /** No stage goes above it. */
  maxRps?: number | undefined;
  /** This schedule is part `index` of `count` that are sent side by side: every count-th request. */
  part?: { index: number; count: number } | undefined;
}

/** The open loop: when each request leaves, whatever became of those before it. */
export interface Schedule {
  /** When request `index` (from 0) leaves, in ms after the start; undefined when the schedule has ended by then. */
  dueAt(index: number): number | undefined;
  /** How many requests have left `ms` after the start. */
  countAt(ms: number): number;
  /** Ms from the start to the end of the last stage; Infinity when it has none. */
  readonly endMs: number;
}

/** A stretch of a schedule in which the rate goes in a straight line; times in s, `before` is the requests due before it. */
interface Stretch {
  start: number;
  seconds: number;
  from: number;
  to: number;
  before: number;
}

/** Makes the schedule of these stages. */
export function openLoop(options: ScheduleOptions): Schedule {
  const stretches = layOut(options);
  const { index: first = 0, count: parts = 1 } = options.part ?? {};
  const last = stretches.at(-1);
  const limit = Math.min(
    options.limit ?? Number.POSITIVE_INFINITY,
    last ? last.before + areaOf(last, last.seconds) : 0,
  );
  return {
    endMs: last ? (last.start + last.seconds) * 1000 : 0,
    dueAt(index) {
      const number = first + index * parts;
      if (number >= limit - 1e-9) return undefined;
      const stretch = stretches.findLast((one) => one.before <= number);
      return stretch && (stretch.start + secondsTo(stretch, number - stretch.before)) * 1000;
    },
    countAt(ms) {
      const seconds = ms / 1000;
      const stretch = stretches.findLast((one) => one.start <= seconds);
      if (!stretch) return 0;
      const area = stretch.before + areaOf(stretch, Math.min(stretch.seconds, seconds - stretch.start));
      // The first one leaves at the start, when nothing is behind it yet.
      const sent = Math.min(Math.ceil(limit - 1e-9), Math.floor(area + 1e-6) + 1);
      return Math.max(0, Math.ceil((sent - first) / parts));
    },
  };
}

function layOut({ stages, rampSeconds = 0, maxRps = Number.POSITIVE_INFINITY }: ScheduleOptions): Stretch[] {
  const stretches: Stretch[] = [];
  let start = 0;
  let before = 0;
  let rate = 0;
  const add = (seconds: number, from: number, to: number): void => {
    if (seconds <= 0) return;
    const stretch = { start, seconds, from, to, before };
    stretches.push(stretch);
    start += seconds;
    before += areaOf(stretch, seconds);
  };
  for (const stage of stages) {
    const goal = Math.min(stage.rate, maxRps);
    const ramp = Math.min(rampSeconds, stage.seconds);
    // A stage that is shorter than the ramp gets as far as it can.
    const reached = ramp < rampSeconds ? rate + ((goal - rate) * ramp) / rampSeconds : goal;
    add(ramp, rate, reached);
    add(stage.seconds - ramp, reached, reached);
    rate = reached;
  }
  return stretches;
}

/** Requests that leave in the first `seconds` of a stretch. */
function areaOf({ from, to, seconds: whole }: Stretch, seconds: number): number {
  if (from === to) return from === 0 ? 0 : from * seconds;
  return seconds * (from + ((to - from) * seconds) / (2 * whole));
}

/** Seconds into a stretch after which so many requests have left: the inverse of `areaOf`. */
function secondsTo({ from, to, seconds: whole }: Stretch, requests: number): number {
  if (requests <= 0) return 0;
  if (from === to) return requests / from;
  const slope = (to - from) / whole;
  // The usual formula, turned so that it does not cancel out when the slope is small.
  const seconds = (2 * requests) / (from + Math.sqrt(Math.max(0, from * from + 2 * slope * requests)));
  return Math.min(whole, seconds);
}
