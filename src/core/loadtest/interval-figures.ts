import { countsOf } from "./encoded-histogram.ts";
import type { LoadReport } from "./report.ts";

/** What is compared between two runs. */
export const figureNames = ["rps", "errorPercent", "p50", "p90", "p99"] as const;
export type FigureName = (typeof figureNames)[number];
export type Figures = Record<FigureName, number>;

/** A sample this much shorter than usual (the last one, as a rule) says nothing by itself. */
const leastShare = 0.5;

/** The seconds of one run in a form that can be added up in any selection, again and again. */
export class Intervals {
  readonly seconds: Float64Array;
  private readonly requests: Float64Array;
  private readonly errors: Float64Array;
  /** Per interval the places in `latencies` and how often each was counted. */
  private readonly places: Int32Array[];
  private readonly counts: Int32Array[];
  private readonly latencies: number[];

  constructor(report: LoadReport) {
    const usual = report.timeline.map((sample) => sample.lasted).toSorted((a, b) => a - b)[report.timeline.length >> 1];
    const samples = report.timeline.filter((sample) => sample.lasted >= leastShare * (usual ?? 0));
    this.seconds = Float64Array.from(samples, (sample) => sample.lasted);
    this.requests = Float64Array.from(samples, (sample) => sample.requests);
    this.errors = Float64Array.from(samples, (sample) => sample.errors);
    const decoded = samples.map((sample) => countsOf(sample.histogram ?? ""));
    this.latencies = [...new Set(decoded.flatMap((counts) => counts.map(([ms]) => ms)))].toSorted((a, b) => a - b);
    const placeOf = new Map(this.latencies.map((ms, place) => [ms, place]));
    this.places = decoded.map((counts) => Int32Array.from(counts, ([ms]) => placeOf.get(ms) ?? 0));
    this.counts = decoded.map((counts) => Int32Array.from(counts, ([, count]) => count));
  }

  get length(): number {
    return this.seconds.length;
  }

  /** True when the latencies of each interval were kept, without which percentiles cannot be told apart from noise. */
  get hasLatencies(): boolean {
    return this.latencies.length > 0;
  }

  /** Requests a second, interval by interval. */
  rates(): number[] {
    return Array.from(this.requests, (requests, index) => requests / (this.seconds[index] ?? 1));
  }

  /** The mean latency in ms, interval by interval. */
  means(): number[] {
    return this.places.map((places, index) => {
      let sum = 0;
      let many = 0;
      for (const [at, place] of places.entries()) {
        const count = this.counts[index]?.[at] ?? 0;
        sum += (this.latencies[place] ?? 0) * count;
        many += count;
      }
      return many === 0 ? 0 : sum / many;
    });
  }

  /** The figures of these intervals together; one may come several times. */
  figuresOf(indexes: Int32Array): Figures {
    let seconds = 0;
    let requests = 0;
    let errors = 0;
    const merged = new Float64Array(this.latencies.length);
    for (const index of indexes) {
      seconds += this.seconds[index] ?? 0;
      requests += this.requests[index] ?? 0;
      errors += this.errors[index] ?? 0;
      const places = this.places[index] as Int32Array;
      const counts = this.counts[index] as Int32Array;
      for (let at = 0; at < places.length; at++) {
        const place = places[at] as number;
        merged[place] = (merged[place] as number) + (counts[at] as number);
      }
    }
    const [p50, p90, p99] = percentilesOf(merged, this.latencies, [0.5, 0.9, 0.99]) as [number, number, number];
    return {
      rps: seconds === 0 ? 0 : requests / seconds,
      errorPercent: requests === 0 ? 0 : (errors / requests) * 100,
      p50,
      p90,
      p99,
    };
  }
}

/** The latencies at or below which such shares of the counted ones are; shares ascending. */
function percentilesOf(counts: Float64Array, latencies: readonly number[], shares: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  let at = -1;
  return shares.map((share) => {
    while (seen < total * share && at < counts.length - 1) seen += counts[++at] ?? 0;
    return latencies[Math.max(0, at)] ?? 0;
  });
}
