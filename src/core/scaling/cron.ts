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
  from: number;
  to: number;
  names?: readonly string[];
}

/** Undefined when the expression cannot be read. `L` and `#` are understood, `W` is not. */
export function parseCron(text: string): CronFields | undefined {
  const fields = text.trim().split(/\s+/);
  const [minute = "", hour = "", dayOfMonth = "", month = "", dayOfWeek = "", year = ""] = fields;
  // One of the two day fields says nothing, as AWS demands.
  if (fields.length !== 6 || (dayOfMonth === "?") === (dayOfWeek === "?")) return undefined;
  const minutes = parseField(minute, { from: 0, to: 59 });
  const hours = parseField(hour, { from: 0, to: 23 });
  const months = parseField(month, { from: 1, to: 12, names: monthNames });
  const years = year === "*" ? undefined : parseField(year, { from: 1970, to: 2199 });
  const matchesDay = dayOfMonth === "?" ? parseDayOfWeek(dayOfWeek) : parseDayOfMonth(dayOfMonth);
  if (!minutes || !hours || !months || !matchesDay || (year !== "*" && !years)) return undefined;
  return {
    minutes,
    hours,
    matchesDate: (date) =>
      months.includes(date.getUTCMonth() + 1) && (years?.includes(date.getUTCFullYear()) ?? true) && matchesDay(date),
  };
}

function parseField(text: string, range: Range): number[] | undefined {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const parsed = parsePart(part, range);
    if (!parsed) return undefined;
    for (const value of parsed) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
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

function parseDayOfMonth(text: string): ((date: Date) => boolean) | undefined {
  if (text === "L") return (date) => date.getUTCDate() === lastDayOf(date);
  const days = parseField(text, { from: 1, to: 31 });
  return days && ((date) => days.includes(date.getUTCDate()));
}

function parseDayOfWeek(text: string): ((date: Date) => boolean) | undefined {
  const range = { from: 1, to: 7, names: dayNames };
  const special = /^(\w+?)(?:#([1-5])|L)$/.exec(text);
  const days = parseField(special?.[1] ?? text, range);
  if (!days) return undefined;
  const isDay = (date: Date): boolean => days.includes(date.getUTCDay() + 1);
  if (!special) return isDay;
  const nth = special[2];
  if (nth === undefined) return (date) => isDay(date) && date.getUTCDate() > lastDayOf(date) - 7;
  return (date) => isDay(date) && Math.ceil(date.getUTCDate() / 7) === Number(nth);
}
