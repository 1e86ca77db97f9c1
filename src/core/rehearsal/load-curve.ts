/** How much is asked for, second by second. */
export interface LoadCurve {
  /** Requests a second; or percent of one task's capacity, when the load was given like that. */
  rates: Float64Array;
  unit: "rps" | "%";
  /** Ms since the epoch, where the source has dates. */
  startsAt?: number | undefined;
  /** `ramp 0..2000rps over 10m; …`, `week.csv`. */
  description: string;
}

/** Requests a second or percent: beyond it, a load is a slip of the pen. */
export const highestRate = 1e9;

/** One reading of a load; seconds from its begin. */
export interface LoadPoint {
  seconds: number;
  rate: number;
}

/** Draws straight lines between points, which are in order; the curve ends at the last one. */
export function drawPoints(points: readonly LoadPoint[]): Float64Array {
  const last = points.at(-1);
  const rates = new Float64Array(Math.max(1, Math.round(last?.seconds ?? 0)));
  let index = 0;
  for (let second = 0; second < rates.length; second++) {
    while ((points[index + 1]?.seconds ?? Number.POSITIVE_INFINITY) <= second) index++;
    rates[second] = between(points[index], points[index + 1], second);
  }
  return rates;
}

function between(before: LoadPoint | undefined, after: LoadPoint | undefined, second: number): number {
  if (!before) return after?.rate ?? 0;
  if (!after || second <= before.seconds) return before.rate;
  const share = (second - before.seconds) / (after.seconds - before.seconds);
  return before.rate + (after.rate - before.rate) * share;
}

/** The largest and the mean rate of a curve. */
export function sumUp({ rates }: LoadCurve): { peak: number; mean: number } {
  let [peak, sum] = [0, 0];
  for (const rate of rates) {
    peak = Math.max(peak, rate);
    sum += rate;
  }
  return { peak, mean: rates.length > 0 ? sum / rates.length : 0 };
}
