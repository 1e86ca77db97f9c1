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

/** Adds up, second by second. */
export class Tally {
  private readonly model: Model;
  private readonly bins = new Float64Array(binCount);
  private seconds = 0;
  private requests = 0;
  private lost = 0;
  private worst = 0;
  private used = 0;
  private surplus = 0;
  private tasks = 0;
  private instances = 0;
  private waiting = 0;
  private peak = { desired: 0, running: 0, instances: 0 };

  constructor(model: Model) {
    this.model = model;
  }

  /** `asked`: percent of what the running tasks reserve. */
  add(
    { rate, asked, lost }: { rate: number; asked: number; lost: number },
    fleet: { desired: number; running: number; instances: number; waiting: boolean },
  ): void {
    const { capacityPerTask } = this.model;
    this.seconds++;
    this.requests += rate;
    this.lost += lost;
    this.worst = Math.max(this.worst, asked);
    this.used += Math.min(asked, binCount - 1);
    const bin = Math.min(binCount - 1, Math.ceil(asked - 1e-9));
    this.bins[bin] = (this.bins[bin] ?? 0) + 1;
    const needed = Math.max(1, Math.ceil((rate * 100) / (capacityPerTask * headroomPercent) - 1e-9));
    this.surplus += Math.max(0, fleet.running - needed);
    this.tasks += fleet.running;
    this.instances += fleet.instances;
    if (fleet.waiting) this.waiting++;
    this.peak.desired = Math.max(this.peak.desired, fleet.desired);
    this.peak.running = Math.max(this.peak.running, fleet.running);
    this.peak.instances = Math.max(this.peak.instances, fleet.instances);
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
      meanUtilisation: round(this.used / Math.max(1, this.seconds), 1),
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
