import { encodeCounts } from "./encode-counts.ts";

/** Microseconds: one to one hour. */
const highest = 3_600_000_000;
/** Values below it are counted one by one; above, each doubling is cut into half as many cells: three significant digits. */
const exact = 2048;
const half = exact / 2;
const cells = indexOf(highest) + 1;

/** Where HdrHistogram counts a value of so many µs: the same cells, so that both can be turned into each other. */
function indexOf(us: number): number {
  if (us < exact) return us;
  const doublings = 21 - Math.clz32(us);
  return doublings * half + (us >>> doublings);
}

/** The largest value that is counted in a cell. */
function topOf(index: number): number {
  if (index < exact) return index;
  const doublings = Math.floor(index / half) - 1;
  return (index - doublings * half + 1) * 2 ** doublings - 1;
}

/** Latencies as they travel between threads: only the cells in use. */
export interface PackedLatencies {
  first: number;
  counts: Uint32Array;
  sum: number;
  squares: number;
  max: number;
}

/** Counts of latencies with three significant digits, 1 µs to 1 h, in HdrHistogram's cells. Recording one costs some ns. */
export class Latencies {
  count = 0;
  /** µs; 0 when there are none. */
  max = 0;
  private readonly counts = new Uint32Array(cells);
  private sum = 0;
  private squares = 0;
  private low = cells;
  private high = -1;

  /** Adds one of so many ms; what is out of range counts as the nearest value in it. */
  record(ms: number): void {
    const us = ms < 0.001 ? 1 : ms > 3_600_000 ? highest : Math.round(ms * 1000);
    this.addMany(us, 1);
  }

  add(other: Latencies): void {
    for (let index = other.low; index <= other.high; index++) this.counts[index]! += other.counts[index]!;
    this.addSums(other.count, other.sum, other.squares, other.max);
    this.low = Math.min(this.low, other.low);
    this.high = Math.max(this.high, other.high);
  }

  /** What another thread counted. */
  addPacked({ first, counts, sum, squares, max }: PackedLatencies): void {
    let count = 0;
    for (const [offset, many] of counts.entries()) {
      this.counts[first + offset]! += many;
      count += many;
    }
    this.addSums(count, sum, squares, max);
    if (counts.length === 0) return;
    this.low = Math.min(this.low, first);
    this.high = Math.max(this.high, first + counts.length - 1);
  }

  pack(): PackedLatencies {
    const counts = this.counts.slice(this.low, this.high + 1);
    return { first: this.low, counts, sum: this.sum, squares: this.squares, max: this.max };
  }

  reset(): void {
    this.counts.fill(0, this.low, this.high + 1);
    this.count = this.sum = this.squares = this.max = 0;
    this.low = cells;
    this.high = -1;
  }

  /** Ms at or below which so many percent are; 0 when there are none. */
  percentile(percent: number): number {
    const wanted = Math.max(1, Math.ceil((this.count * percent) / 100 - 1e-9));
    let seen = 0;
    for (let index = this.low; index <= this.high; index++) {
      seen += this.counts[index]!;
      if (seen >= wanted) return Math.min(topOf(index), this.max) / 1000;
    }
    return 0;
  }

  /** Ms, of the values as they were measured. */
  get mean(): number {
    return this.count === 0 ? 0 : this.sum / this.count / 1000;
  }

  /** Ms. */
  get stddev(): number {
    if (this.count === 0) return 0;
    const mean = this.sum / this.count;
    return Math.sqrt(Math.max(0, this.squares / this.count - mean * mean)) / 1000;
  }

  /**
   * The same with what a closed loop left out while it waited: whoever waited for 1 s and else sends every 10 ms would
   * have sent 99 requests more, which would have waited for 990, 980, … ms. HdrHistogram's correction by an expected
   * interval, here in ms.
   */
  corrected(intervalMs: number): Latencies {
    const interval = Math.max(1, Math.round(intervalMs * 1000));
    const result = new Latencies();
    result.add(this);
    for (let index = this.low; index <= this.high; index++) {
      const many = this.counts[index]!;
      if (many === 0) continue;
      for (let us = Math.min(topOf(index), this.max) - interval; us >= interval; us -= interval)
        result.addMany(us, many);
    }
    return result;
  }

  /** HdrHistogram V2 compressed, base64, in µs: what other tools read. Empty when there are none. */
  encode(): string {
    return this.count === 0 ? "" : encodeCounts(this.counts.subarray(0, this.high + 1), highest);
  }

  private addMany(us: number, many: number): void {
    const index = indexOf(us);
    this.counts[index]! += many;
    this.count += many;
    this.sum += us * many;
    this.squares += us * us * many;
    if (us > this.max) this.max = us;
    if (index < this.low) this.low = index;
    if (index > this.high) this.high = index;
  }

  private addSums(count: number, sum: number, squares: number, max: number): void {
    this.count += count;
    this.sum += sum;
    this.squares += squares;
    this.max = Math.max(this.max, max);
  }
}
