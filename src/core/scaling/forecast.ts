import { proportionalCapacity } from "./target-tracking.ts";

/** What was measured in one hour. */
export interface HourlyValue {
  /** Start of the hour, ms. */
  at: number;
  value: number;
}

export const hourMs = 3_600_000;
const dayHours = 24;
const weekHours = 7 * dayHours;
/** AWS: "at least 24 hours of historical data"; up to 14 days of it are looked at. */
const leastHours = 24;
const mostHours = 14 * dayHours;

/**
 * The load of the hours to come, from the hour that begins at `from` (ms) on; undefined with less than a day of history.
 * AWS does not publish its model. Our assumption: each hour will be the mean of the same hours of the weeks before, once
 * there is a week of history, and of the days before until then.
 */
export function forecastLoad(
  history: readonly HourlyValue[],
  { from, hours }: { from: number; hours: number },
): number[] | undefined {
  const known = new Map(
    history.filter(({ at }) => at < from && at >= from - mostHours * hourMs).map(({ at, value }) => [at, value]),
  );
  const oldest = Math.min(...known.keys());
  if (known.size === 0 || from - oldest < leastHours * hourMs) return undefined;
  const season = from - oldest >= weekHours * hourMs ? weekHours : dayHours;
  const ahead: number[] = [];
  for (let hour = 0; hour < hours; hour++) {
    const at = from + hour * hourMs;
    ahead.push(meanOfSame(known, at, season) ?? meanOfSame(known, at, dayHours) ?? 0);
  }
  return ahead;
}

/** The mean of the hours that lie whole seasons before `at`. */
function meanOfSame(known: ReadonlyMap<number, number>, at: number, season: number): number | undefined {
  const values: number[] = [];
  for (let before = season; before <= mostHours + dayHours * 2; before += season) {
    const value = known.get(at - before * hourMs);
    if (value !== undefined) values.push(value);
  }
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : undefined;
}

/** Tasks for a load, at so much load a task. */
export const forecastCapacity = (load: number, target: number): number => proportionalCapacity(1, load, target);

export interface ForecastHour {
  /** Start of the hour, ms. */
  at: number;
  capacity: number;
}

/**
 * The least capacity that a forecast asks for at `now` (ms): that of the present hour, and that of the next one when it
 * begins within the buffer. Undefined where nothing is forecast. `forecast` is in the order of its hours.
 */
export function forecastFloor(
  forecast: readonly ForecastHour[],
  { now, bufferSeconds }: { now: number; bufferSeconds: number },
): number | undefined {
  let floor: number | undefined;
  // From the end: hours are in order, and most of them are past.
  for (let index = forecast.length - 1; index >= 0; index--) {
    const { at, capacity } = forecast[index] ?? { at: 0, capacity: 0 };
    if (at + hourMs <= now) break;
    if (at - bufferSeconds * 1000 <= now) floor = Math.max(floor ?? 0, capacity);
  }
  return floor;
}

/**
 * The maximum while a forecast asks for a capacity: HonorMaxCapacity keeps it; IncreaseMaxCapacity lifts it to the forecast
 * and `buffer` percent above it, once the forecast comes close to it. Source: PredictiveScalingPolicyConfiguration.
 */
export function forecastMaximum(max: number, capacity: number, buffer: number | undefined): number {
  if (buffer === undefined) return max;
  return Math.max(max, Math.ceil(Number((capacity * (1 + buffer / 100)).toPrecision(12))));
}
