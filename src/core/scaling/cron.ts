/** The six fields of AWS's cron: minutes, hours, day of month, month, day of week (1 is Sunday), year. */
export interface CronFields {
  /** In order. */
  minutes: number[];
  hours: number[];
  /** `date` is a local date, written as if it were UTC midnight. */
  matchesDate(date: Date): boolean;
}

const monthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const dayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

interface Range {
  what: string;
  from: number;
  to: number;
  names?: readonly string[];
}

/** Says which field cannot be read, and what it may be. */
export class CronError extends Error {}

/** With the wildcards of EventBridge's "Cron expressions reference". Throws `CronError`. */
export function parseCron(text: string): CronFields {
  const fields = text.trim().split(/\s+/);
  const [minute = "", hour = "", dayOfMonth = "", month = "", dayOfWeek = "", year = ""] = fields;
  if (fields.length !== 6)
    throw new CronError(`it has ${fields.length} fields, expected 6: minute, hour, day of month, month, weekday, year`);
  // One of the two day fields says nothing, as AWS demands.
  if ((dayOfMonth === "?") === (dayOfWeek === "?"))
    throw new CronError(
      `the day of month is ${dayOfMonth} and the weekday ${dayOfWeek}, expected ? for the one that does not count`,
    );
  const minutes = parseField(minute, { what: "minute", from: 0, to: 59 });
  const hours = parseField(hour, { what: "hour", from: 0, to: 23 });
  const months = parseField(month, { what: "month", from: 1, to: 12, names: monthNames });
  const years = year === "*" ? undefined : parseField(year, { what: "year", from: 1970, to: 2199 });
  const matchesDay = dayOfMonth === "?" ? parseDayOfWeek(dayOfWeek) : parseDayOfMonth(dayOfMonth);
  return {
    minutes,
    hours,
    matchesDate: (date) =>
      months.includes(date.getUTCMonth() + 1) && (years?.includes(date.getUTCFullYear()) ?? true) && matchesDay(date),
  };
}

function parseField(text: string, range: Range): number[] {
  const values = new Set<number>();
  for (const part of text.split(","))
    for (const value of parsePart(part, range) ?? refuse(text, range)) values.add(value);
  return [...values].sort((a, b) => a - b);
}

function refuse(text: string, { what, from, to, names }: Range): never {
  throw new CronError(
    `the ${what} is ${text}, expected ${from} to ${to}${names ? ` or ${names[0]} to ${names.at(-1)}` : ""}`,
  );
}

function parsePart(part: string, { from, to, names }: Range): number[] | undefined {
  const [, first = "", last, step] = /^([^-/]+)(?:-([^-/]+))?(?:\/(\d+))?$/.exec(part) ?? [];
  const number = (text: string): number => {
    const named = names?.indexOf(text.toUpperCase()) ?? -1;
    return named >= 0 ? named + from : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  };
  const start = first === "*" ? from : number(first);
  const whole = first === "*" || (step !== undefined && last === undefined);
  const end = last === undefined ? (whole ? to : start) : number(last);
  const every = Number(step ?? 1);
  if (!(start >= from && end <= to && start <= end && every > 0)) return undefined;
  return Array.from({ length: Math.floor((end - start) / every) + 1 }, (_, index) => start + index * every);
}

const lastDayOf = (date: Date): number =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();

/** Days, `L` for the last one, `15W` for the working day nearest to the 15th. */
function parseDayOfMonth(text: string): (date: Date) => boolean {
  const matchers = text.split(",").map((part): ((date: Date) => boolean) => {
    if (part === "L") return (date) => date.getUTCDate() === lastDayOf(date);
    const near = /^(\d+)W$/.exec(part)?.[1];
    const days = parseField(near ?? part, { what: "day of month", from: 1, to: 31 });
    const [nearest] = days;
    if (near !== undefined && nearest !== undefined) return (date) => date.getUTCDate() === workingDay(date, nearest);
    return (date) => days.includes(date.getUTCDate());
  });
  return (date) => matchers.some((matches) => matches(date));
}

/** The day from Monday to Friday nearest to a day of the date's month, within that month. */
function workingDay(date: Date, day: number): number | undefined {
  const last = lastDayOf(date);
  if (day > last) return undefined;
  const weekday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), day)).getUTCDay();
  if (weekday === 6) return day > 1 ? day - 1 : day + 2;
  return weekday === 0 ? (day < last ? day + 1 : day - 2) : day;
}

function parseDayOfWeek(text: string): (date: Date) => boolean {
  // "The last day of the week".
  if (text === "L") return (date) => date.getUTCDay() === 6;
  const range = { what: "weekday", from: 1, to: 7, names: dayNames };
  const special = /^(\w+?)(?:#([1-5])|L)$/.exec(text);
  const days = parseField(special?.[1] ?? text, range);
  const isDay = (date: Date): boolean => days.includes(date.getUTCDay() + 1);
  if (!special) return isDay;
  const nth = special[2];
  if (nth === undefined) return (date) => isDay(date) && date.getUTCDate() > lastDayOf(date) - 7;
  return (date) => isDay(date) && Math.ceil(date.getUTCDate() / 7) === Number(nth);
}
