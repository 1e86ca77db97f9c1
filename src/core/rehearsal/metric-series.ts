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

  /** The statistic of one period, undefined without data; seconds since the epoch, the end not included. */
  read(from: number, to: number): number | undefined {
    if (this.first === undefined) return undefined;
    const half = this.slotSeconds / 2;
    const start = Math.ceil((from + half) / this.slotSeconds);
    let [sum, count] = [0, 0];
    for (let slot = start; slot * this.slotSeconds - half < to; slot++) {
      const index = slot - this.first;
      sum += this.sums[index] ?? 0;
      count += this.counts[index] ?? 0;
    }
    if (count === 0) return undefined;
    return this.statistic === "sum" ? sum : sum / count;
  }
}
