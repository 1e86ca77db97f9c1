/** Gives numbers from 0 up to 1, the same ones for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Autocovariances of a series at the lags 0 to `most`. */
function autocovariances(values: readonly number[], most: number): number[] {
  const middle = mean(values);
  const deviations = values.map((value) => value - middle);
  return Array.from({ length: most + 1 }, (_, lag) => {
    let sum = 0;
    for (let index = lag; index < deviations.length; index++)
      sum += (deviations[index] ?? 0) * (deviations[index - lag] ?? 0);
    return sum / deviations.length;
  });
}

/**
 * How many neighbours of a series belong together, because one second is much like the second before: the block length for
 * the circular block bootstrap after Politis and White (2004), corrected by Patton, Politis and White (2009).
 */
export function blockLength(values: readonly number[]): number {
  const n = values.length;
  if (n < 4) return 1;
  const streak = Math.max(5, Math.ceil(Math.sqrt(Math.log10(n))));
  const most = Math.min(n - 1, Math.ceil(Math.sqrt(n)) + streak);
  const covariances = autocovariances(values, most);
  const variance = covariances[0] ?? 0;
  if (variance <= 0) return 1;
  const limit = 2 * Math.sqrt(Math.log10(n) / n);
  const isSmall = (lag: number) => Math.abs((covariances[lag] ?? 0) / variance) < limit;
  let last = 0;
  while (last < most - streak && !Array.from({ length: streak }, (_, k) => last + k + 1).every(isSmall)) last++;
  const bandwidth = Math.min(2 * Math.max(1, last), most);
  let spectral = variance;
  let slope = 0;
  for (let lag = 1; lag <= bandwidth; lag++) {
    const share = lag / bandwidth;
    const window = share <= 0.5 ? 1 : 2 * (1 - share);
    spectral += 2 * window * (covariances[lag] ?? 0);
    slope += 2 * window * lag * (covariances[lag] ?? 0);
  }
  if (spectral <= 0) return 1;
  const length = ((2 * slope ** 2) / ((4 / 3) * spectral ** 2)) ** (1 / 3) * n ** (1 / 3);
  return Math.max(1, Math.min(Math.round(length), Math.ceil(Math.min(3 * Math.sqrt(n), n / 3))));
}

/** Draws `n` indexes in blocks of neighbours, the series taken as a circle. */
export function drawBlocks(n: number, block: number, random: () => number): Int32Array {
  const drawn = new Int32Array(n);
  for (let filled = 0; filled < n;) {
    const start = Math.floor(random() * n);
    for (let offset = 0; offset < block && filled < n; offset++) drawn[filled++] = (start + offset) % n;
  }
  return drawn;
}

/** The value below which such a share of the values lies; linear between neighbours. */
export function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}
