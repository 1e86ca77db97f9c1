import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
  JsHistogram,
} from "hdr-histogram-js";

/** Microseconds, 1 to an hour, three significant digits. */
const newHistogram = (): Histogram =>
  build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: 3_600_000_000,
    numberOfSignificantValueDigits: 3,
  });

/** Adds encoded histograms (HdrHistogram V2 compressed, base64) into one; empty texts count for nothing. */
export function mergeHistograms(encoded: readonly string[]): Histogram {
  const all = newHistogram();
  for (const one of encoded) if (one !== "") all.add(decodeFromCompressedBase64(one));
  return all;
}

export const encodeHistogram = (histogram: Histogram): string => encodeIntoCompressedBase64(histogram);

/** A percentile (0 to 100) in ms; 0 of an empty histogram. */
export function percentileMs(histogram: Histogram, percentile: number): number {
  if (histogram.totalCount === 0) return 0;
  // The upper end of a bucket may lie a little above the largest value.
  return Math.min(histogram.getValueAtPercentile(percentile), histogram.maxValue) / 1000;
}

/** How often each latency (ms) was counted, lowest first. */
export function countsOf(encoded: string): [ms: number, count: number][] {
  if (encoded === "") return [];
  const histogram = decodeFromCompressedBase64(encoded);
  if (!(histogram instanceof JsHistogram)) throw new TypeError("not a histogram of whole numbers");
  const counts: [number, number][] = [];
  for (let index = 0; index < histogram.countsArrayLength; index++) {
    const count = histogram.getCountAtIndex(index);
    if (count > 0) counts.push([histogram.highestEquivalentValue(histogram.valueFromIndex(index)) / 1000, count]);
  }
  return counts;
}
