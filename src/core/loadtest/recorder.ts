import type { FailureKind } from "./failure.ts";
import { Latencies } from "./latencies.ts";
import { describeLatencies, type Latency, roundMs } from "./latency-figures.ts";
import { type PartName, partNames, type Slice } from "./slice.ts";
import type { Target } from "./target-set.ts";
import type { TaskFigures, Window } from "./window.ts";

/** Counts of one target: what is new, which a connection writes into without any lookup, and what was before. */
export interface TargetRecord {
  readonly target: Target;
  requests: number;
  errors: number;
  readonly latencies: Latencies;
  readonly before: { requests: number; errors: number; windowRequests: number; latencies: Latencies };
}

/** A request that left later than this after its moment, in ms, counts as late. */
const lateMs = 10;

/**
 * Counts requests and measures latencies. Every answer is measured, whatever its status, and a timeout too, with the time
 * that was waited: leaving it out would flatter the tail. Failed connections are counted, not measured.
 *
 * Recording touches one distribution; windows and totals are added up when somebody asks.
 */
export class Recorder {
  /** Requests that left late, those of them that had to wait for an answer to another, and requests that never left. */
  late = 0;
  waited = 0;
  dropped = 0;
  readonly parts: Record<PartName, Latencies>;
  private kinds = new Map<FailureKind, { count: number; example: string }>();
  private statusCounts = [0, 0, 0, 0, 0, 0];
  private readonly targets = new Map<string, TargetRecord>();
  private readonly all = new Latencies();
  private readonly window = new Latencies();
  private windowByKind: Record<string, number> = {};
  private readonly total = { requests: 0, errors: 0 };
  private readonly windowCounts = { requests: 0, errors: 0 };

  constructor() {
    this.parts = { connect: new Latencies(), firstByte: new Latencies(), lag: new Latencies() };
  }

  get requests(): number {
    this.settle();
    return this.total.requests;
  }

  get errors(): number {
    this.settle();
    return this.total.errors;
  }

  /** Failures by kind, each with its first example. */
  get byKind(): ReadonlyMap<FailureKind, { count: number; example: string }> {
    return this.kinds;
  }

  /** Every latency so far. */
  get latencies(): Latencies {
    this.settle();
    return this.all;
  }

  /** The record of a target, made when it is first met. */
  of(target: Target): TargetRecord {
    const known = this.targets.get(target.url);
    if (known) return known;
    const before = { requests: 0, errors: 0, windowRequests: 0, latencies: new Latencies() };
    const made: TargetRecord = { target, requests: 0, errors: 0, latencies: new Latencies(), before };
    this.targets.set(target.url, made);
    return made;
  }

  /** An answer after so many ms; `failure` when its status makes it an error. */
  answered(record: TargetRecord, ms: number, failure?: FailureKind, example = ""): void {
    record.requests++;
    record.latencies.record(ms);
    if (failure) this.countError(record, failure, example);
  }

  /** No answer; `waitedMs` for a timeout. */
  failed(record: TargetRecord, failure: FailureKind, example: string, waitedMs?: number): void {
    record.requests++;
    if (waitedMs !== undefined) record.latencies.record(waitedMs);
    this.countError(record, failure, example);
  }

  /** The headers of an answer were there after so many ms. */
  began(status: number, ms: number): void {
    this.statusCounts[status < 600 ? (status / 100) | 0 : 0]!++;
    this.parts.firstByte.record(ms);
  }

  /** A request of the open loop left so many ms after its moment; `waited` when it was for a place among those in flight. */
  sent(lagMs: number, waited = false): void {
    if (lagMs > lateMs) this.late++;
    if (lagMs > lateMs && waited) this.waited++;
    this.parts.lag.record(lagMs);
  }

  /** A request of the open loop never left, having waited so long. */
  drop(record: TargetRecord, waitedMs: number): void {
    this.dropped++;
    this.failed(record, "dropped", `not sent within ${Math.round(waitedMs)} ms: no connection was free`, waitedMs);
  }

  /** Answers by class of status. */
  get statuses(): Record<string, number> {
    return Object.fromEntries(
      this.statusCounts.flatMap((count, hundreds) => (count > 0 ? [[`${hundreds}xx`, count]] : [])),
    );
  }

  /** The figures since the last call, and begins a new window. */
  takeWindow(): Window {
    this.settle();
    const byTask: Record<string, number> = {};
    for (const { target, before } of this.targets.values()) {
      if (before.windowRequests > 0) byTask[target.task] = before.windowRequests;
      before.windowRequests = 0;
    }
    const { window } = this;
    const { p50, p90, p99, max } = describeLatencies(window);
    const errorsByKind = this.windowByKind;
    const figures = { ...this.windowCounts, errorsByKind, p50, p90, p99, max, histogram: window.encode(), byTask };
    window.reset();
    this.windowCounts.requests = this.windowCounts.errors = 0;
    this.windowByKind = {};
    return figures;
  }

  latency(): Latency {
    return describeLatencies(this.latencies);
  }

  /** Every latency in microseconds, HdrHistogram V2 compressed, base64: what other tools read. */
  encode(): string {
    return this.latencies.encode();
  }

  tasks(): TaskFigures[] {
    this.settle();
    return [...this.targets.values()].map(({ target, before }) => ({
      task: target.task,
      url: target.url,
      requests: before.requests,
      errors: before.errors,
      p99: roundMs(before.latencies.percentile(99)),
    }));
  }

  /** What was counted since the last slice, and forgets it: for a recorder whose figures another one adds up. */
  takeSlice(): Slice {
    const targets = [...this.targets.values()].map(({ target, requests, errors, latencies }) => ({
      target,
      requests,
      errors,
      latencies: latencies.pack(),
    }));
    const { connect, firstByte, lag } = this.parts;
    const slice: Slice = {
      targets: targets.filter(({ requests }) => requests > 0),
      byKind: [...this.kinds].map(([kind, { count, example }]) => ({ kind, count, example })),
      statuses: this.statusCounts,
      late: this.late,
      waited: this.waited,
      dropped: this.dropped,
      parts: { connect: connect.pack(), firstByte: firstByte.pack(), lag: lag.pack() },
    };
    this.reset();
    return slice;
  }

  /** Adds what another thread counted. */
  addSlice(slice: Slice): void {
    for (const { target, requests, errors, latencies } of slice.targets) {
      const record = this.of(target);
      record.requests += requests;
      record.errors += errors;
      record.latencies.addPacked(latencies);
    }
    for (const { kind, count, example } of slice.byKind) this.countKind(kind, count, example);
    for (const [hundreds, count] of slice.statuses.entries()) this.statusCounts[hundreds]! += count;
    this.late += slice.late;
    this.waited += slice.waited;
    this.dropped += slice.dropped;
    for (const name of partNames) this.parts[name].addPacked(slice.parts[name]);
  }

  /** Forgets everything: a warm-up has ended. */
  reset(): void {
    this.settle();
    for (const { before } of this.targets.values()) {
      before.requests = before.errors = before.windowRequests = 0;
      before.latencies.reset();
    }
    this.all.reset();
    this.window.reset();
    this.total.requests = this.total.errors = this.windowCounts.requests = this.windowCounts.errors = 0;
    this.kinds = new Map();
    this.windowByKind = {};
    this.statusCounts = [0, 0, 0, 0, 0, 0];
    this.late = this.waited = this.dropped = 0;
    for (const name of partNames) this.parts[name].reset();
  }

  /** Moves what is new into windows and totals. */
  private settle(): void {
    for (const record of this.targets.values()) {
      const { requests, errors, latencies, before } = record;
      if (requests === 0) continue;
      for (const counts of [this.total, this.windowCounts, before]) {
        counts.requests += requests;
        counts.errors += errors;
      }
      before.windowRequests += requests;
      for (const distribution of [this.all, this.window, before.latencies]) distribution.add(latencies);
      latencies.reset();
      record.requests = record.errors = 0;
    }
  }

  private countError(record: TargetRecord, kind: FailureKind, example: string): void {
    record.errors++;
    this.countKind(kind, 1, example);
  }

  private countKind(kind: FailureKind, count: number, example: string): void {
    this.windowByKind[kind] = (this.windowByKind[kind] ?? 0) + count;
    const known = this.kinds.get(kind);
    if (known) known.count += count;
    else this.kinds.set(kind, { count, example });
  }
}
