/** Drift below this many seconds is network noise and the `Date` header's one-second grain, never another speed. */
const noiseSeconds = 3;
/** Answers under way at the same time may overtake each other by that much local time: an older `Date` then says nothing. */
const overtakingMs = 5000;
/** Only the newest answers count, so a laptop that slept does not bend the clock for long. */
const windowMs = 60_000;

/**
 * The server's clock, learned from the `Date` header of every answer. All of core's "now" and all its waiting are in
 * server time, so nothing breaks when the two clocks part.
 */
export class ServerClock {
  private samples: { local: number; server: number }[] = [];
  private readonly local: () => number;

  /** `local` is a monotonic clock in milliseconds. */
  constructor(local: () => number = () => performance.now()) {
    this.local = local;
  }

  /** Takes note of one answer's `Date`, in ms since the epoch. */
  observe(server: number): void {
    if (!Number.isFinite(server)) return;
    const local = this.local();
    const last = this.samples.at(-1);
    if (last && server < last.server) {
      if (last.server - server < Math.max(noiseSeconds * 1000, overtakingMs * this.rate)) return;
      this.samples = [];
    }
    this.samples.push({ local, server });
    while (this.samples.length > 2 && (this.samples[0]?.local ?? 0) < local - windowMs) this.samples.shift();
    if (this.samples.length > 400) this.samples.splice(1, 1);
  }

  /** Server seconds for each local second: 1 unless the two clocks clearly part. */
  get rate(): number {
    const first = this.samples[0];
    const last = this.samples.at(-1);
    if (!first || !last || last.local <= first.local) return 1;
    const local = last.local - first.local;
    const server = last.server - first.server;
    return Math.abs(server - local) < noiseSeconds * 1000 ? 1 : server / local;
  }

  /** False until the first answer. */
  get known(): boolean {
    return this.samples.length > 0;
  }

  /** The server's time, ms since the epoch; the local wall clock until the first answer. */
  now(): number {
    const last = this.samples.at(-1);
    return last ? last.server + (this.local() - last.local) * this.rate : Date.now();
  }

  /** How long to wait locally, in ms, for that many server ms to pass. */
  toLocalMs(serverMs: number): number {
    return serverMs / this.rate;
  }
}
