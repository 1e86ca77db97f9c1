import { build, encodeIntoCompressedBase64, type Histogram } from "hdr-histogram-js";
import type { FailureKind } from "./failure.ts";
import type { Target } from "./target-set.ts";

/** Microseconds: one to one hour, three significant digits. */
const highest = 3_600_000_000;
const newHistogram = (): Histogram =>
  build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: highest,
    numberOfSignificantValueDigits: 3,
  });

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

export interface TaskFigures {
  task: string;
  url: string;
  requests: number;
  errors: number;
  p99: number;
}

/** What happened since the last window was taken; percentiles in ms. */
export interface Window {
  requests: number;
  errors: number;
  errorsByKind: Record<string, number>;
  p50: number;
  p90: number;
  p99: number;
  max: number;
  /** HdrHistogram V2 compressed, base64, in microseconds; empty when nothing was measured. */
  histogram: string;
  /** Requests that ended, per task. */
  byTask: Record<string, number>;
}

/** Counts for one target; a connection keeps it at hand, so that recording needs no lookup. */
export interface TargetRecord {
  readonly target: Target;
  requests: number;
  errors: number;
  histogram: Histogram;
  windowRequests: number;
}

const toMs = (microseconds: number): number => Math.round(microseconds) / 1000;

/**
 * Counts requests and measures latencies. Every answer is measured, whatever its status, and a timeout too, with the time
 * that was waited: leaving it out would flatter the tail. Failed connections are counted, not measured.
 */
export class Recorder {
  requests = 0;
  errors = 0;
  readonly byKind = new Map<FailureKind, { count: number; example: string }>();
  private readonly all = newHistogram();
  private readonly window = newHistogram();
  private windowErrors = 0;
  private windowByKind: Record<string, number> = {};
  private windowRequests = 0;
  private readonly targets = new Map<string, TargetRecord>();

  /** The record of a target, made when it is first met. */
  of(target: Target): TargetRecord {
    const known = this.targets.get(target.url);
    if (known) return known;
    const made = { target, requests: 0, errors: 0, histogram: newHistogram(), windowRequests: 0 };
    this.targets.set(target.url, made);
    return made;
  }

  /** An answer after so many ms; `failure` when its status makes it an error. */
  answered(record: TargetRecord, ms: number, failure?: FailureKind, example = ""): void {
    this.count(record);
    this.measure(record, ms);
    if (failure) this.countError(record, failure, example);
  }

  /** No answer; `waitedMs` for a timeout. */
  failed(record: TargetRecord, failure: FailureKind, example: string, waitedMs?: number): void {
    this.count(record);
    if (waitedMs !== undefined) this.measure(record, waitedMs);
    this.countError(record, failure, example);
  }

  /** The figures since the last call, and begins a new window. */
  takeWindow(): Window {
    const byTask: Record<string, number> = {};
    for (const record of this.targets.values()) {
      if (record.windowRequests > 0) byTask[record.target.task] = record.windowRequests;
      record.windowRequests = 0;
    }
    const { windowRequests: requests, windowErrors: errors, window } = this;
    const some = window.totalCount > 0;
    const at = (percentile: number) => toMs(Math.min(window.getValueAtPercentile(percentile), window.maxValue));
    const figures = {
      requests,
      errors,
      errorsByKind: this.windowByKind,
      p50: some ? at(50) : 0,
      p90: some ? at(90) : 0,
      p99: some ? at(99) : 0,
      max: some ? toMs(window.maxValue) : 0,
      histogram: some ? encodeIntoCompressedBase64(window) : "",
      byTask,
    };
    window.reset();
    this.windowRequests = this.windowErrors = 0;
    this.windowByKind = {};
    return figures;
  }

  latency(): Latency {
    // A percentile is the upper end of its bucket, which may lie a little above the largest value.
    const at = (percentile: number) => toMs(Math.min(this.all.getValueAtPercentile(percentile), this.all.maxValue));
    return {
      unit: "ms",
      p50: at(50),
      p90: at(90),
      p95: at(95),
      p99: at(99),
      p999: at(99.9),
      max: this.all.totalCount === 0 ? 0 : toMs(this.all.maxValue),
      mean: this.all.totalCount === 0 ? 0 : toMs(this.all.mean),
    };
  }

  /** Every latency in microseconds, HdrHistogram V2 compressed, base64: what other tools read. */
  encode(): string {
    return encodeIntoCompressedBase64(this.all);
  }

  tasks(): TaskFigures[] {
    return [...this.targets.values()].map(({ target, requests, errors, histogram }) => ({
      task: target.task,
      url: target.url,
      requests,
      errors,
      p99: toMs(histogram.getValueAtPercentile(99)),
    }));
  }

  private count(record: TargetRecord): void {
    this.requests++;
    this.windowRequests++;
    record.requests++;
    record.windowRequests++;
  }

  private measure(record: TargetRecord, ms: number): void {
    const microseconds = Math.min(highest, Math.max(1, Math.round(ms * 1000)));
    this.all.recordValue(microseconds);
    this.window.recordValue(microseconds);
    record.histogram.recordValue(microseconds);
  }

  private countError(record: TargetRecord, kind: FailureKind, example: string): void {
    this.errors++;
    this.windowErrors++;
    this.windowByKind[kind] = (this.windowByKind[kind] ?? 0) + 1;
    record.errors++;
    const known = this.byKind.get(kind);
    if (known) known.count++;
    else this.byKind.set(kind, { count: 1, example });
  }
}
