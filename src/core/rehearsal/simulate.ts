import { Fleet } from "./fleet.ts";
import { GroupScaler } from "./group-scaler.ts";
import type { LoadCurve } from "./load-curve.ts";
import { Meter } from "./meter.ts";
import type { Model } from "./model.ts";
import type { PolicySet } from "./policy.ts";
import { Scaler } from "./scaler.ts";
import { type Figures, Tally } from "./tally.ts";
import { Timeline, type TimelinePoint } from "./timeline.ts";

/** A change of the desired count, seconds after the begin. */
export interface CountChange {
  seconds: number;
  from: number;
  to: number;
  /** The policy that asked for it. */
  policy: string;
}

/** What a policy set made of a load. */
export interface Rehearsal {
  figures: Figures;
  changes: CountChange[];
  timeline: TimelinePoint[];
  /** Share of the time with a utilisation above so many percent, in percent. */
  shareAbove(percent: number): number;
}

export interface SimulationOptions {
  /** Ms since the epoch; schedules and the minutes of the alarms depend on it. */
  startsAt: number;
  /** Points of the timeline at most; 0 for none. */
  points?: number;
}

/**
 * Runs a load against policies, second by second, with the arithmetic that the sandbox scales with (core/scaling). The
 * order within a second is the sandbox's: machines, tasks, metrics, alarms, scaling.
 */
export function simulate(load: LoadCurve, set: PolicySet, model: Model, options: SimulationOptions): Rehearsal {
  const start = Math.floor(options.startsAt / 1000);
  const { rates } = load;
  const first = Math.min(set.bounds.max, Math.max(set.bounds.min, model.tasks));
  const fleet = new Fleet({ ...model, tasks: first }, start);
  const meter = new Meter(model, fleet);
  const scaler = new Scaler(set, model, { fleet, meter, now: start });
  const group = model.group && new GroupScaler(fleet, model.group, { now: start, metricDelay: model.metricDelay });
  const tally = new Tally(model);
  const timeline = new Timeline(rates.length, options.points ?? 0);
  for (let second = 0; second < rates.length;) {
    const now = start + second;
    if (fleet.due <= now) fleet.advance(now);
    meter.publish(now);
    group?.step(now);
    scaler.step(now);
    // Until one of them has something to do again, nothing but the load changes.
    const quiet = Math.min(now + 20 - (now % 20), fleet.due, scaler.due, group?.due ?? Infinity) - start;
    const end = Math.min(rates.length, Math.max(second + 1, quiet));
    const { desired, running, machines } = fleet;
    const waiting = running < desired && fleet.waiting > 0;
    const state = { desired, running, instances: machines.length, waiting, ceiling: meter.ceiling() };
    meter.take(tally.span(rates, second, end, state));
    timeline.span(rates, second, end, { ...state, capacity: running * model.capacityPerTask });
    second = end;
  }
  return {
    figures: tally.figures(),
    changes: scaler.changes.map(({ at, ...change }) => ({ seconds: at - start, ...change })),
    timeline: timeline.points,
    shareAbove: (percent) => tally.shareAbove(percent),
  };
}
