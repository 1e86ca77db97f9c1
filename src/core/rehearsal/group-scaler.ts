import type { AlarmRule } from "../scaling/alarm.ts";
import { type GroupMoment, manageGroup } from "../scaling/managed-scaling.ts";
import { AlarmWatch } from "./alarm-watch.ts";
import type { Fleet } from "./fleet.ts";
import { MetricSeries } from "./metric-series.ts";
import type { GroupModel } from "./model.ts";

const minuteSeconds = 60;
/** ECS scales the group through alarms of its own: one datapoint over the target, fifteen below it. */
const periodsOut = 1;
const periodsIn = 15;

/** The capacity provider's managed scaling: publishes the reservation once a minute, and does what its alarms ask for. */
export class GroupScaler {
  /** When it looks the next time, seconds since the epoch. */
  due: number;
  private readonly fleet: Fleet;
  private readonly group: GroupModel;
  private readonly series = new MetricSeries(minuteSeconds, "average");
  private readonly high: AlarmWatch;
  private readonly low: AlarmWatch;
  private publishAt: number;

  constructor(fleet: Fleet, group: GroupModel, options: { now: number; metricDelay: number }) {
    this.fleet = fleet;
    this.group = group;
    const rule = (comparison: AlarmRule["comparison"], periods: number): AlarmRule => ({
      comparison,
      threshold: group.targetCapacity,
      evaluationPeriods: periods,
      datapointsToAlarm: periods,
      missingData: "missing",
    });
    const { now, metricDelay } = options;
    this.high = new AlarmWatch(rule("GreaterThanThreshold", periodsOut), this.series, minuteSeconds, metricDelay);
    this.low = new AlarmWatch(rule("LessThanThreshold", periodsIn), this.series, minuteSeconds, metricDelay);
    this.publishAt = Math.ceil(now / minuteSeconds) * minuteSeconds;
    this.due = group.managed ? now : Number.POSITIVE_INFINITY;
  }

  /** Publishes and looks, when that is due. */
  step(now: number): void {
    if (now < this.due) return;
    if (now >= this.publishAt) {
      this.publishAt += minuteSeconds;
      this.series.add(now, manageGroup(this.moment(now, 0)).reservation, 1);
    }
    for (const watch of [this.high, this.low]) if (watch.due <= now) this.act(watch, now);
    this.due = Math.min(this.publishAt, this.high.due, this.low.due);
  }

  private act(watch: AlarmWatch, now: number): void {
    if (!watch.look(now)) return;
    const inwards = watch === this.low;
    const { desired } = manageGroup(this.moment(now, inwards ? periodsIn : 0));
    if (desired > this.fleet.groupDesired !== inwards) this.fleet.resize(desired, now);
  }

  private moment(now: number, minutesBelow: number): GroupMoment {
    const { fleet, group } = this;
    const busy = fleet.machines.filter(({ used }) => used > 0).length;
    return {
      ...group,
      needed: busy + Math.ceil(fleet.waiting / group.tasksPerInstance),
      inService: fleet.machines.filter(({ readyAt }) => readyAt <= now).length,
      desired: fleet.groupDesired,
      warming: fleet.isWarming(now, group.warmUp),
      minutesBelow,
    };
  }
}
