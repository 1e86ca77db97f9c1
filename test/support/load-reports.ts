import { encodeHistogram, mergeHistograms } from "../../src/core/loadtest/encoded-histogram.ts";
import type { LoadReport, LoadSample } from "../../src/core/loadtest/report.ts";

/** One second of 1000 requests, none measured. */
export function makeSample(given: Partial<LoadSample> = {}): LoadSample {
  return {
    at: "2026-01-01T12:00:00.000Z",
    seconds: 0,
    lasted: 1,
    requests: 1000,
    errors: 0,
    errorsByKind: {},
    rps: 1000,
    p50: 1,
    p90: 1.5,
    p99: 2,
    max: 3,
    histogram: "",
    cpu: 80,
    desired: 1,
    running: 1,
    pending: 0,
    ...given,
  };
}

/** An encoded histogram of these latencies in ms. */
export function encodeLatencies(latencies: readonly number[]): string {
  const histogram = mergeHistograms([]);
  for (const ms of latencies) histogram.recordValue(Math.max(1, Math.round(ms * 1000)));
  return encodeHistogram(histogram);
}

/** A report of 60,000 requests that brought one task to three. */
export function makeLoadReport(given: Partial<LoadReport> = {}): LoadReport {
  return {
    version: 1,
    startedAt: "2026-01-01T12:00:00.000Z",
    load: { description: "100 clients, each sending its next request when the last one is answered: GET /" },
    service: { cluster: "shop", name: "web", min: 1, max: 3, cpuTarget: 50 },
    verdict: "It scaled.",
    requests: 60_000,
    seconds: 10.44,
    rps: 5747.1,
    errors: { total: 2, byKind: { reset: 2 }, examples: { reset: "http://a/: other side closed" } },
    latency: { unit: "ms", p50: 5.1234, p90: 9, p95: 12, p99: 83.456, p999: 100, max: 447.25, mean: 7 },
    histogram: { unit: "us", encoding: "HdrHistogram V2 compressed, base64", data: encodeLatencies([5, 9, 83]) },
    tasks: [{ task: "0123456789abcdef", url: "http://a/", requests: 60_000, errors: 2, p99: 83.456 }],
    timeline: [makeSample()],
    events: [],
    cpu: [],
    phases: [],
    scaled: { from: 1, to: 3, firstChangeAfterSeconds: 192 },
    cameDownAfterSeconds: null,
    objectives: [{ objective: "errors<1%", met: true, value: 0.003 }],
    until: { goal: "count=3", met: true },
    interrupted: false,
    ...given,
  };
}
