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

/** Two minutes in which one slow task becomes three quick ones, with a few errors meanwhile. */
export function makeCourse(): LoadReport {
  const timeline = Array.from({ length: 120 }, (_, second) => {
    const after = second > 60;
    const errors = second > 58 && second < 62 ? 2 : 0;
    const p50 = (after ? 5 : 40) + (second % 7);
    return makeSample({
      at: new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString(),
      seconds: second + 1,
      requests: after ? 3000 : 1000,
      errors,
      errorsByKind: errors > 0 ? { refused: errors } : {},
      rps: after ? 3000 : 1000,
      p50,
      p90: p50 * 2,
      p99: p50 * 5,
      max: p50 * 9,
      desired: second > 55 ? 3 : 1,
      running: after ? 3 : 1,
      histogram: encodeLatencies([p50, p50 * 2, p50 * 5]),
    });
  });
  return makeLoadReport({
    timeline,
    seconds: 120,
    requests: timeline.reduce((sum, sample) => sum + sample.requests, 0),
    errors: {
      total: 6,
      byKind: { refused: 6 },
      examples: { refused: "http://127.0.1.1:32768/: connect ECONNREFUSED" },
    },
    events: [
      { seconds: 50, kind: "alarm", text: "AlarmHigh is on" },
      { seconds: 56, kind: "desired", text: "desired 1 → 3" },
      { seconds: 61, kind: "answer", text: "a new task answers" },
    ],
    cpu: [
      { seconds: -20, value: 5 },
      { seconds: 40, value: 180 },
      { seconds: 100, value: 55 },
    ],
    phases: [
      { name: "before", fromSeconds: 0, toSeconds: 56, requests: 56_000, errors: 0, p50: 43, p99: 230 },
      { name: "during", fromSeconds: 56, toSeconds: 61, requests: 5000, errors: 6, p50: 43, p99: 230 },
      { name: "after", fromSeconds: 61, toSeconds: 120, requests: 177_000, errors: 0, p50: 8, p99: 55 },
    ],
  });
}
