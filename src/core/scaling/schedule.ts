import { CronError, parseCron, type CronFields } from "./cron.ts";

/** When a scheduled action runs: `at(…)`, `rate(…)` or `cron(…)`, as Application Auto Scaling writes them. */
export interface Schedule {
  kind: "at" | "rate" | "cron";
  /** The first run after that moment; undefined when there is none any more. Milliseconds since the epoch. */
  next(after: number): number | undefined;
}

/** A schedule that cannot be understood; `why` says what is wrong with it where that is known. */
export class ScheduleError extends Error {
  readonly why: string | undefined;

  constructor(message: string, why?: string) {
    super(message);
    this.why = why;
  }
}

export interface ScheduleOptions {
  /** IANA name; UTC unless told. */
  timeZone?: string | undefined;
  /** Where a rate starts counting: StartTime, or when the action was made. */
  from: number;
}

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
/** How far ahead a cron expression is searched: a 29 February is at most eight years away. */
const horizonDays = 9 * 366;

/**
 * Reads a schedule expression. Throws `ScheduleError`. Source: PutScheduledAction (`Schedule`, `Timezone`) and
 * "Schedule recurring scaling actions using cron expressions".
 */
export function parseSchedule(expression: string, options: ScheduleOptions): Schedule {
  const match = /^(at|rate|cron)\((.+)\)$/.exec(expression.trim());
  const [, kind, body = ""] = match ?? [];
  const zone = openZone(options.timeZone ?? "UTC");
  if (kind === "at") return parseAt(body, zone);
  if (kind === "rate") return parseRate(body, options.from);
  if (kind === "cron") {
    const fields = readCron(expression, body);
    return { kind: "cron", next: (after) => nextCron(fields, after, zone) };
  }
  throw new ScheduleError(`Invalid schedule expression: ${expression}`);
}

/**
 * The first run after `after` within the bounds of a repeated schedule; all in ms. A start is itself a run: "performs the
 * action at this time, and then performs the action based on the specified recurrence" (Schedule recurring scaling
 * actions using cron expressions; PutScheduledUpdateGroupAction).
 */
export function nextRunWithin(
  schedule: Schedule,
  after: number,
  { startsAt, endsAt }: { startsAt?: number | undefined; endsAt?: number | undefined },
): number | undefined {
  const starts = schedule.kind !== "at" && startsAt !== undefined && startsAt > after;
  const next = starts ? startsAt : schedule.next(Math.max(after, (startsAt ?? after) - 1));
  return next !== undefined && next <= (endsAt ?? Infinity) ? next : undefined;
}

function readCron(expression: string, body: string): CronFields {
  try {
    return parseCron(body);
  } catch (error) {
    if (!(error instanceof CronError)) throw error;
    throw new ScheduleError(`Invalid cron expression: ${expression}`, error.message);
  }
}

/** The format is `at(yyyy-mm-ddThh:mm:ss)` (PutScheduledAction, API reference); the zone is a parameter of its own. */
function parseAt(body: string, zone: Zone): Schedule {
  const refuse = (why: string) => new ScheduleError(`Invalid at expression: at(${body})`, why);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(body)) throw refuse("expected at(YYYY-MM-DDThh:mm:ss)");
  const local = Date.parse(`${body}Z`);
  // A 30 February would be taken for the 2 March.
  if (Number.isNaN(local) || new Date(local).toISOString().slice(0, 19) !== body)
    throw refuse("there is no such moment");
  const at = zone.toInstant(local);
  return { kind: "at", next: (after) => (at > after ? at : undefined) };
}

function parseRate(body: string, from: number): Schedule {
  const match = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(body);
  const count = Number(match?.[1]);
  if (!match || (count === 1) !== (match[3] === ""))
    throw new ScheduleError(
      `Invalid rate expression: rate(${body})`,
      "expected a number and minutes, hours or days; 1 minute, 1 hour or 1 day",
    );
  const every = count * unitMs[match[2] as keyof typeof unitMs];
  return {
    kind: "rate",
    next: (after) => (after < from ? from : from + (Math.floor((after - from) / every) + 1) * every),
  };
}

function nextCron(fields: CronFields, after: number, zone: Zone): number | undefined {
  const local = zone.toLocal(after);
  // One day back: at the end of daylight saving, local time repeats.
  const firstDay = Math.floor(local / unitMs.day) - 1;
  for (let day = firstDay; day < firstDay + horizonDays; day++) {
    const date = new Date(day * unitMs.day);
    if (!fields.matchesDate(date)) continue;
    for (const hour of fields.hours)
      for (const minute of fields.minutes) {
        const at = zone.toInstant(day * unitMs.day + hour * unitMs.hour + minute * unitMs.minute);
        if (at > after) return at;
      }
  }
  return undefined;
}

/** Local times are ms as if they were UTC. */
interface Zone {
  toLocal(instant: number): number;
  /** A time that daylight saving skips is moved to the same distance after the change; one that repeats is the first. */
  toInstant(local: number): number;
}

function openZone(timeZone: string): Zone {
  if (timeZone === "UTC") return { toLocal: (instant) => instant, toInstant: (local) => local };
  const format = openFormat(timeZone);
  const toLocal = (instant: number): number => {
    const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  };
  const toInstant = (local: number): number => {
    const offsetBefore = toLocal(local - unitMs.day) - (local - unitMs.day);
    const offsetAfter = toLocal(local + unitMs.day) - (local + unitMs.day);
    const early = local - offsetBefore;
    return toLocal(early) === local || toLocal(local - offsetAfter) !== local ? early : local - offsetAfter;
  };
  return { toLocal, toInstant };
}

function openFormat(timeZone: string): Intl.DateTimeFormat {
  const refuse = (why?: string) => new ScheduleError(`Invalid time zone: ${timeZone}`, why);
  // Application Auto Scaling takes names of the IANA data base, letter for letter; JavaScript takes more.
  if (!/^[A-Z]/.test(timeZone)) throw refuse("expected a name like Europe/Berlin, in its own letters");
  try {
    const numeric = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric" } as const;
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      ...numeric,
      minute: "numeric",
      second: "numeric",
    });
    const name = format.resolvedOptions().timeZone;
    if (name !== timeZone && name.toLowerCase() === timeZone.toLowerCase()) throw refuse(`its name is ${name}`);
    return format;
  } catch (error) {
    throw error instanceof ScheduleError ? error : refuse();
  }
}
