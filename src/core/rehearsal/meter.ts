import type { Fleet } from "./fleet.ts";
import { MetricSeries } from "./metric-series.ts";
import type { Model } from "./model.ts";
import type { RehearsedMetric } from "./policy.ts";
import type { SpanUse } from "./tally.ts";

/** The agent reports every 20 s; the load balancer once a minute. */
const sampleSeconds = 20;
const minuteSeconds = 60;

/** Measures the service as CloudWatch sees it: means of what ran for a whole sample. */
export class Meter {
  readonly series: Readonly<Record<RehearsedMetric, MetricSeries>> = {
    cpu: new MetricSeries(sampleSeconds, "average"),
    memory: new MetricSeries(sampleSeconds, "average"),
    requests: new MetricSeries(minuteSeconds, "sum"),
  };
  /** What forecasts learn from: requests a minute of all tasks together. */
  readonly allRequests = new MetricSeries(minuteSeconds, "sum");
  private readonly model: Model;
  private readonly fleet: Fleet;
  private used = 0;
  private newest = 0;
  private seconds = 0;
  private requests = 0;
  private sampledAt: number | undefined;

  constructor(model: Model, fleet: Fleet) {
    this.model = model;
    this.fleet = fleet;
  }

  /** Publishes what was measured until now (s since the epoch), when a sample or a minute is over. */
  publish(now: number): void {
    if (now % sampleSeconds === 0) this.publishSample(now);
    if (now % minuteSeconds === 0) {
      // A request that no task took is in no target's count.
      if (this.fleet.running > 0) this.series.requests.add(now, this.requests / this.fleet.running, 1);
      this.allRequests.add(now, this.requests, 1);
      this.requests = 0;
    }
  }

  private publishSample(now: number): void {
    // The first look at a task has nothing to compare with.
    const measured = this.sampledAt === undefined ? 0 : this.fleet.runningSince(this.sampledAt);
    if (measured > 0 && this.seconds > 0) {
      const cpu = this.used / this.seconds;
      const { idle, full } = this.model.memory;
      this.series.cpu.add(now, cpu * measured, measured);
      // CPU is a mean over the sample, memory what it is at the end of it.
      this.series.memory.add(now, (idle + ((full - idle) * Math.min(100, this.newest)) / 100) * measured, measured);
    }
    this.sampledAt = now;
    this.used = 0;
    this.seconds = 0;
  }

  /** What a span of seconds used, in percent of one task's share summed over the seconds. */
  take({ used, newest, requests, seconds }: SpanUse): void {
    if (this.fleet.running === 0) return;
    this.used += used;
    this.newest = newest;
    this.seconds += seconds;
    this.requests += requests;
  }

  /** The instances' CPU, shared by the tasks on them, percent; a task always has what it reserves. */
  ceiling(): number {
    const { ceiling, group } = this.model;
    if (ceiling !== undefined) return ceiling;
    if (!group) return 100;
    return Math.max(100, (this.fleet.ready * group.cpuShares * 100) / Math.max(1, this.fleet.running));
  }
}
