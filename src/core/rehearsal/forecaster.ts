import {
  type ForecastHour,
  forecastCapacity,
  forecastFloor,
  forecastLoad,
  forecastMaximum,
  type HourlyValue,
  hourMs,
} from "../scaling/forecast.ts";
import type { Bounds } from "../scaling/decide-capacity.ts";
import type { MetricSeries } from "./metric-series.ts";
import type { PredictivePolicy } from "./policy.ts";

/** AWS: hourly, for the next 48 hours, updated every six. */
const hoursAhead = 48;
const updateEveryMs = 6 * hourMs;

/** One predictive policy: learns from the hours that went by, and says how many tasks the present one needs. */
export class Forecaster {
  readonly policy: PredictivePolicy;
  private readonly series: MetricSeries;
  private readonly history: HourlyValue[] = [];
  private hours: ForecastHour[] = [];
  private updatedAt = Number.NEGATIVE_INFINITY;
  private hour: number | undefined;

  constructor(policy: PredictivePolicy, series: MetricSeries) {
    this.policy = policy;
    this.series = series;
  }

  /** The least capacity at `now` (ms since the epoch); undefined where nothing is forecast. */
  floor(now: number): number | undefined {
    const hour = Math.floor(now / hourMs) * hourMs;
    if (hour !== this.hour) this.turn(hour, now);
    return forecastFloor(this.hours, { now, bufferSeconds: this.policy.buffer });
  }

  /** The bounds while it asks for so much. */
  raise({ min, max }: Bounds, floor: number): Bounds {
    return { min, max: forecastMaximum(max, floor, this.policy.overMaximum) };
  }

  /** A new hour has begun: the last one is history, and an old forecast is made anew. */
  private turn(hour: number, now: number): void {
    const last = this.hour;
    const value = last === undefined ? undefined : this.series.total(last / 1000, hour / 1000);
    if (last !== undefined && value !== undefined) this.history.push({ at: last, value });
    this.hour = hour;
    if (now - this.updatedAt < updateEveryMs) return;
    const ahead = forecastLoad(this.history, { from: hour, hours: hoursAhead });
    if (!ahead) return;
    this.updatedAt = now;
    this.hours = ahead.map((load, index) => ({
      at: hour + index * hourMs,
      capacity: forecastCapacity(load, this.policy.target),
    }));
  }
}
