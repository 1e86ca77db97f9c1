/** Datapoints of one metric, one for each slot of so many seconds; a slot is dated by its middle, as the agent's are. */
export class MetricSeries {
  private readonly slotSeconds: number;
  private readonly statistic: "average" | "sum";
  private readonly sums: number[] = [];
  private readonly counts: number[] = [];
  private first: number | undefined;

  constructor(slotSeconds: number, statistic: "average" | "sum") {
    this.slotSeconds = slotSeconds;
    this.statistic = statistic;
  }

  /** Adds `count` values that sum up to `sum`, measured in the slot that ends at `end` (s since the epoch). */
  add(end: number, sum: number, count: number): void {
    const slot = Math.round(end / this.slotSeconds);
    this.first ??= slot;
    this.sums[slot - this.first] = sum;
    this.counts[slot - this.first] = count;
  }

  /** What was measured at the same time, as the mean over a time: percent summed over tasks, or requests a minute. */
  total(from: number, to: number): number | undefined {
    const sums = this.sum(from, to);
    return sums.count === 0 ? undefined : sums.sum / ((to - from) / this.slotSeconds);
  }

  /** The statistic of one period, undefined without data; seconds since the epoch, the end not included. */
  read(from: number, to: number): number | undefined {
    const { sum, count } = this.sum(from, to);
    if (count === 0) return undefined;
    return this.statistic === "sum" ? sum : sum / count;
  }

  private sum(from: number, to: number): { sum: number; count: number } {
    const total = { sum: 0, count: 0 };
    if (this.first === undefined) return total;
    const half = this.slotSeconds / 2;
    const start = Math.ceil((from + half) / this.slotSeconds);
    for (let slot = start; slot * this.slotSeconds - half < to; slot++) {
      const index = slot - this.first;
      total.sum += this.sums[index] ?? 0;
      total.count += this.counts[index] ?? 0;
    }
    return total;
  }
}
