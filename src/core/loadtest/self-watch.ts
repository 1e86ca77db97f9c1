import { monitorEventLoopDelay, performance } from "node:perf_hooks";

/** How one thread of the generator was doing; delays in ms. */
export interface SelfFigures {
  /** Share of the time in which it was at work, 0 to 1. */
  busy: number;
  delayP99: number;
  delayMax: number;
}

/** How often the event loop's delay is looked at, in ms. */
const resolution = 10;

/** Watches the thread that it is made in. */
export class SelfWatch {
  private readonly delay = monitorEventLoopDelay({ resolution });
  private from = performance.eventLoopUtilization();

  constructor() {
    this.delay.enable();
  }

  /** Begins anew. */
  reset(): void {
    this.delay.reset();
    this.from = performance.eventLoopUtilization();
  }

  /** Since the begin. */
  figures(): SelfFigures {
    const { utilization } = performance.eventLoopUtilization(this.from);
    const some = this.delay.count > 0;
    // Node measures from one look to the next, so that a loop without any delay shows the resolution.
    const ms = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolution);
    return {
      busy: utilization,
      delayP99: some ? ms(this.delay.percentile(99)) : 0,
      delayMax: some ? ms(this.delay.max) : 0,
    };
  }

  close(): void {
    this.delay.disable();
  }
}
