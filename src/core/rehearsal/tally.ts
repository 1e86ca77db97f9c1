import type { Model } from "./model.ts";

/** Utilisation above which a task is at risk, percent: what over- and under-provisioned are measured against. */
const headroomPercent = 90;
const binCount = 1001;

/** What a rehearsal comes to. Hours are of tasks or instances that exist, waiting ones not counted. */
export interface Figures {
  /** Length, seconds. */
  seconds: number;
  requests: number;
  /** Requests beyond all CPU that the tasks could get. */
  lostRequests: number;
  lostPercent: number;
  /** Largest demand on a task's capacity, percent; null when there was demand and no task. */
  worstUtilisation: number | null;
  /** Of the time in which there was a task. */
  meanUtilisation: number;
  /** Share of the time with a utilisation over 90 %, percent. */
  riskPercent: number;
  /** Seconds with a utilisation over 100 %. */
  underProvisionedSeconds: number;
  /** Task-hours beyond what the demand needs at 90 % utilisation, one task at least. */
  overProvisionedTaskHours: number;
  taskHours: number;
  instanceHours: number;
  peakDesired: number;
  peakRunning: number;
  peakInstances: number;
  /** Seconds in which at least one task waited for an instance. */
  waitingSeconds: number;
}

/** The fleet in a span of seconds; `ceiling` is the highest utilisation of a task, percent. */
export interface SpanState {
  desired: number;
  running: number;
  instances: number;
  waiting: boolean;
  ceiling: number;
}

/** Sums over a span: CPU in percent of a task, requests; `newest` is the last second's CPU. */
export interface SpanUse {
  used: number;
  newest: number;
  requests: number;
  seconds: number;
}

/** A division's, which must not count as more. */
const dust = 1e-9;

/** Adds up, second by second. */
export class Tally {
  private readonly model: Model;
  private readonly bins = new Float64Array(binCount);
  private seconds = 0;
  private requests = 0;
  private lost = 0;
  private worst = 0;
  private used = 0;
  private served = 0;
  private surplus = 0;
  private tasks = 0;
  private instances = 0;
  private waiting = 0;
  private peak = { desired: 0, running: 0, instances: 0 };

  constructor(model: Model) {
    this.model = model;
  }

  /** Adds the seconds from `from` up to `to`, in which the fleet stays as it is. */
  span(rates: Float64Array, from: number, to: number, state: SpanState): SpanUse {
    const { running, ceiling } = state;
    const capacity = running * this.model.capacityPerTask;
    const roomy = (this.model.capacityPerTask * headroomPercent) / 100;
    const use: SpanUse = { used: 0, newest: 0, requests: 0, seconds: to - from };
    for (let second = from; second < to; second++) {
      const rate = rates[second] ?? 0;
      const asked = capacity > 0 ? (rate * 100) / capacity : rate > 0 ? Infinity : 0;
      const used = asked > ceiling ? ceiling : asked;
      use.used += used;
      use.newest = used;
      use.requests += rate;
      if (asked > ceiling || capacity === 0) this.lost += capacity === 0 ? rate : rate * (1 - ceiling / asked);
      if (asked > this.worst) this.worst = asked;
      const bin = asked >= binCount - 1 ? binCount - 1 : Math.ceil(asked - dust);
      this.bins[bin] = (this.bins[bin] ?? 0) + 1;
      if (running > 0) this.used += asked > binCount - 1 ? binCount - 1 : asked;
      const needed = Math.ceil(rate / roomy - dust);
      const surplus = running - (needed > 1 ? needed : 1);
      if (surplus > 0) this.surplus += surplus;
    }
    this.requests += use.requests;
    this.count(state, to - from);
    return use;
  }

  private count({ desired, running, instances, waiting }: SpanState, seconds: number): void {
    this.seconds += seconds;
    if (running > 0) this.served += seconds;
    this.tasks += running * seconds;
    this.instances += instances * seconds;
    if (waiting) this.waiting += seconds;
    this.peak.desired = Math.max(this.peak.desired, desired);
    this.peak.running = Math.max(this.peak.running, running);
    this.peak.instances = Math.max(this.peak.instances, instances);
  }

  /** Share of the time with a utilisation above so many whole percent, in percent. */
  shareAbove(percent: number): number {
    let count = 0;
    for (let bin = Math.min(binCount - 1, Math.floor(percent) + 1); bin < binCount; bin++) count += this.bins[bin] ?? 0;
    return (count / Math.max(1, this.seconds)) * 100;
  }

  figures(): Figures {
    const round = (value: number, digits = 3): number => Number(value.toFixed(digits));
    return {
      seconds: this.seconds,
      requests: Math.round(this.requests),
      lostRequests: Math.round(this.lost),
      lostPercent: this.requests > 0 ? round((this.lost / this.requests) * 100) : 0,
      worstUtilisation: Number.isFinite(this.worst) ? round(this.worst, 1) : null,
      meanUtilisation: round(this.used / Math.max(1, this.served), 1),
      riskPercent: round(this.shareAbove(headroomPercent)),
      underProvisionedSeconds: Math.round((this.shareAbove(100) / 100) * this.seconds),
      overProvisionedTaskHours: round(this.surplus / 3600),
      taskHours: round(this.tasks / 3600),
      instanceHours: round(this.instances / 3600),
      peakDesired: this.peak.desired,
      peakRunning: this.peak.running,
      peakInstances: this.peak.instances,
      waitingSeconds: this.waiting,
    };
  }
}
