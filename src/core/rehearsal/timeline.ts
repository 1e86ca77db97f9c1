/** One stretch of a rehearsal. */
export interface TimelinePoint {
  /** Begin, seconds after the start. */
  seconds: number;
  /** Mean of the demand. */
  demand: number;
  /** Largest utilisation asked for, percent; null when there was demand and no task. */
  utilisation: number | null;
  /** At the end of the stretch. */
  desired: number;
  running: number;
  instances: number;
}

type Counts = Pick<TimelinePoint, "desired" | "running" | "instances">;

/** A round length for a stretch, so that its begin is easy to read. */
const lengths = [1, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400];

/** Keeps what happened in stretches of equal length, so many at most. */
export class Timeline {
  readonly points: TimelinePoint[] = [];
  private readonly length: number;
  private sum = 0;
  private worst = 0;

  constructor(seconds: number, most: number) {
    this.length = most > 0 ? (lengths.find((length) => seconds / length <= most) ?? 86_400) : Infinity;
  }

  /** Adds the seconds from `from` up to `to`; `capacity` is what the running tasks do at 100 %. */
  span(rates: Float64Array, from: number, to: number, fleet: Counts & { capacity: number }): void {
    if (this.length === Infinity) return;
    for (let second = from; second < to; second++) {
      const rate = rates[second] ?? 0;
      this.sum += rate;
      const asked = fleet.capacity > 0 ? (rate * 100) / fleet.capacity : rate > 0 ? Infinity : 0;
      if (asked > this.worst) this.worst = asked;
      if ((second + 1) % this.length === 0) this.close(second + 1 - this.length, fleet);
    }
  }

  private close(seconds: number, { desired, running, instances }: Counts): void {
    this.points.push({
      seconds,
      demand: Number((this.sum / this.length).toPrecision(6)),
      utilisation: Number.isFinite(this.worst) ? Number(this.worst.toFixed(1)) : null,
      desired,
      running,
      instances,
    });
    this.sum = 0;
    this.worst = 0;
  }
}
