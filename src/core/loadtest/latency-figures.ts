import type { Latencies } from "./latencies.ts";

/** Latencies in ms. */
export interface Latency {
  unit: "ms";
  p50: number;
  p90: number;
  p95: number;
  p99: number;
  p999: number;
  max: number;
  mean: number;
}

/** Three digits after the point: µs. */
export const roundMs = (ms: number): number => Math.round(ms * 1000) / 1000;

/** The figures of a distribution that reports tell. */
export function describeLatencies(latencies: Latencies): Latency {
  const at = (percent: number) => roundMs(latencies.percentile(percent));
  return {
    unit: "ms",
    p50: at(50),
    p90: at(90),
    p95: at(95),
    p99: at(99),
    p999: at(99.9),
    max: roundMs(latencies.max / 1000),
    mean: roundMs(latencies.mean),
  };
}
