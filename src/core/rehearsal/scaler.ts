import { type Bounds, clamp, type Cooldown, decideCapacity, type Proposal } from "../scaling/decide-capacity.ts";
import { proposeStep, proposeTracking } from "../scaling/propose.ts";
import { nextRunWithin, parseSchedule } from "../scaling/schedule.ts";
import { moveBounds } from "../scaling/scheduled-bounds.ts";
import { trackingAlarms } from "../scaling/target-tracking.ts";
import { AlarmWatch } from "./alarm-watch.ts";
import type { Fleet } from "./fleet.ts";
import { Forecaster } from "./forecaster.ts";
import type { Meter } from "./meter.ts";
import type { Model } from "./model.ts";
import type { PolicySet, RehearsedPolicy, ScheduledPolicy, SteppedPolicy, TrackingPolicy } from "./policy.ts";

/** A change of the desired count. */
export interface Change {
  /** Seconds since the epoch. */
  at: number;
  from: number;
  to: number;
  policy: string;
}

interface Acting {
  watches: AlarmWatch[];
  propose(desired: number): Proposal | undefined;
}

/** Application Auto Scaling over the fleet: schedules, then what the alarms ask for. */
export class Scaler {
  readonly changes: Change[] = [];
  private bounds: Bounds;
  private cooldown: Cooldown | undefined;
  private readonly fleet: Fleet;
  private readonly acting: Acting[];
  private readonly schedules: {
    policy: ScheduledPolicy;
    nextAt: number;
    next: (after: number) => number | undefined;
  }[];
  private readonly forecasters: Forecaster[];
  /** The least that a forecast leaves to the other policies. */
  private floor = 0;
  /** When it has something to look at the next time. */
  due = 0;

  constructor(set: PolicySet, model: Model, parts: { fleet: Fleet; meter: Meter; now: number }) {
    this.bounds = set.bounds;
    this.fleet = parts.fleet;
    this.acting = set.policies.flatMap((policy) => openPolicy(policy, parts.meter, model));
    this.schedules = set.policies.flatMap((policy) =>
      policy.kind === "scheduled" ? [openSchedule(policy, parts.now)] : [],
    );
    this.forecasters = set.policies.flatMap((policy) => {
      if (policy.kind !== "predictive") return [];
      const { series, allRequests } = parts.meter;
      return [new Forecaster(policy, policy.metric === "requests" ? allRequests : series[policy.metric])];
    });
  }

  /** Looks at everything that is due; `now` in seconds since the epoch. */
  step(now: number): void {
    if (now < this.due) return;
    let fired = false;
    for (const { watches } of this.acting)
      for (const watch of watches) {
        if (watch.due > now) continue;
        fired = watch.look(now) || fired;
      }
    this.runSchedules(now);
    this.runForecasts(now);
    if (fired) this.decide(now);
    const dues = this.acting.flatMap(({ watches }) => watches.map(({ due }) => due));
    const minute = this.forecasters.length > 0 ? now + 60 - (now % 60) : Infinity;
    this.due = Math.min(...dues, ...this.schedules.map(({ nextAt }) => nextAt), minute);
  }

  private decide(now: number): void {
    const { fleet, cooldown } = this;
    const { desired, running } = fleet;
    const { min, max } = this.bounds;
    const bounds = { min: Math.min(max, Math.max(min, this.floor)), max };
    const proposals = this.acting.flatMap((acting) => acting.propose(desired) ?? []);
    const decision = decideCapacity({ bounds, desired, running, now: now * 1000, cooldown }, proposals);
    if (decision.kind !== "scale") return;
    this.cooldown = decision.cooldown;
    this.set(decision.to, now, decision.policy);
  }

  private runSchedules(now: number): void {
    for (const schedule of this.schedules) {
      if (schedule.nextAt > now) continue;
      schedule.nextAt = schedule.next(now) ?? Infinity;
      this.bounds = moveBounds(this.bounds, schedule.policy);
      const to = clamp(this.bounds, this.fleet.desired);
      if (to !== this.fleet.desired) this.set(to, now, schedule.policy.name);
    }
  }

  /** Only ever out: what is too much is left to the other policies. */
  private runForecasts(now: number): void {
    this.floor = 0;
    for (const forecaster of this.forecasters) {
      const floor = forecaster.floor(now * 1000);
      if (floor === undefined) continue;
      this.bounds = forecaster.raise(this.bounds, floor);
      this.floor = Math.max(this.floor, floor);
      const to = Math.min(floor, this.bounds.max);
      if (to > this.fleet.desired) this.set(to, now, forecaster.policy.name);
    }
  }

  private set(to: number, at: number, policy: string): void {
    this.changes.push({ at, from: this.fleet.desired, to, policy });
    this.fleet.setDesired(to, at);
  }
}

function openPolicy(policy: RehearsedPolicy, meter: Meter, model: Model): Acting[] {
  if (policy.kind === "scheduled" || policy.kind === "predictive") return [];
  return [policy.kind === "step" ? openSteps(policy, meter, model) : openTracking(policy, meter, model)];
}

function openTracking(policy: TrackingPolicy, meter: Meter, model: Model): Acting {
  const rules = trackingAlarms(policy.target, { disableScaleIn: policy.disableScaleIn });
  const watch = (rule: typeof rules.high) =>
    new AlarmWatch(rule, meter.series[policy.metric], policy.period, model.metricDelay);
  const high = watch(rules.high);
  const low = rules.low && watch(rules.low);
  return {
    watches: low ? [high, low] : [high],
    propose: () =>
      proposeTracking({
        ...policy,
        policy: policy.name,
        metric: high.latest(),
        high: high.state === "ALARM",
        low: low?.state === "ALARM",
      }),
  };
}

function openSteps(policy: SteppedPolicy, meter: Meter, model: Model): Acting {
  const watch = new AlarmWatch(policy.alarm, meter.series[policy.metric], policy.period, model.metricDelay);
  return {
    watches: [watch],
    propose: (desired) =>
      watch.state === "ALARM"
        ? proposeStep({
            policy: policy.name,
            steps: policy.steps,
            threshold: policy.alarm.threshold,
            metric: watch.latest(),
            desired,
            cooldownSeconds: policy.cooldown,
          })
        : undefined,
  };
}

function openSchedule(policy: ScheduledPolicy, now: number) {
  const schedule = parseSchedule(policy.schedule, { timeZone: policy.timeZone, from: policy.startsAt ?? now * 1000 });
  const next = (after: number): number | undefined => {
    const at = nextRunWithin(schedule, after * 1000, policy);
    return at === undefined ? undefined : at / 1000;
  };
  return { policy, next, nextAt: next(now - 1) ?? Infinity };
}
