import { type CountChange, findChanges, type LoadEvent, type LoadReport } from "../loadtest/report.ts";
import type { AlarmView, Snapshot } from "../observe/snapshot.ts";

/** How much of the time before the load a chart shows, in server seconds. */
const leadSeconds = 180;

/** Target tracking names its alarms with the service and a UUID, which say nothing here. */
const shortAlarm = (text: string): string =>
  text.replaceAll(/TargetTracking-\S+?-(Alarm(?:High|Low))-[0-9a-f-]{36}/g, "$1");

/** Collects from look after look what happened to the service under load, dated by AWS where AWS dates it. */
export class ServiceCourse {
  /** Server seconds after the start at which the first scale-out alarm went on; null when none did. */
  alarmAfterSeconds: number | null = null;
  last: Snapshot | undefined;
  private readonly startedAt: number;
  private readonly events = new Map<string, LoadEvent>();
  private readonly points = new Map<string, number>();
  private readonly counts: { seconds: number; desired: number }[] = [];
  private readonly alarms = new Map<string, AlarmView["state"]>();

  /** `startedAt`: the server's time in ms. */
  constructor(startedAt: number) {
    this.startedAt = startedAt;
  }

  /** Takes what one look at the service found. */
  see(snapshot: Snapshot): void {
    this.last = snapshot;
    this.counts.push({ seconds: this.secondsAt(snapshot.at), desired: snapshot.service.desired });
    for (const alarm of snapshot.alarms) this.seeAlarm(alarm, snapshot.at);
    for (const { at, description, cause } of snapshot.activities)
      this.note(at, { kind: "activity", text: shortAlarm([description, cause].filter(Boolean).join(" ")) });
    for (const { at, value } of snapshot.metrics.cpu) this.points.set(at, value);
  }

  /** Changes of the desired count, at the moment that a scaling activity names where one does. */
  changes(): CountChange[] {
    const settings = (this.last?.activities ?? []).map(({ at, description }) => ({
      seconds: this.secondsAt(at),
      to: Number(/^Setting desired count to (\d+)/.exec(description)?.[1] ?? Number.NaN),
    }));
    return findChanges(this.counts, settings);
  }

  /** Everything noted, oldest first. */
  noted(): LoadEvent[] {
    return [...this.events.values()].toSorted((a, b) => a.seconds - b.seconds);
  }

  /** The CPU averages from shortly before the load on. */
  cpu(): LoadReport["cpu"] {
    return [...this.points]
      .map(([at, value]) => ({ seconds: this.secondsAt(at), value: Math.round(value * 100) / 100 }))
      .filter((point) => point.seconds >= -leadSeconds)
      .toSorted((a, b) => a.seconds - b.seconds);
  }

  /** Whose service it is and what holds its CPU; null when none could be read. */
  service(): LoadReport["service"] {
    if (!this.last) return null;
    const { service, scaling } = this.last;
    const cpuTarget = scaling.policies.find((policy) => policy.metric === "cpu")?.target ?? null;
    return { cluster: service.cluster, name: service.name, min: scaling.min, max: scaling.max, cpuTarget };
  }

  private secondsAt(iso: string): number {
    return Math.round((Date.parse(iso) - this.startedAt) / 100) / 10;
  }

  private seeAlarm(alarm: AlarmView, seenAt: string): void {
    const { name, state, since } = alarm;
    const before = this.alarms.get(name);
    this.alarms.set(name, state);
    if (before === undefined && state !== "ALARM") return;
    if (before === state) return;
    const at = since ?? seenAt;
    this.note(at, { kind: "alarm", text: `${shortAlarm(name)} ${state === "ALARM" ? "is on" : `is ${state}`}` });
    const isUp = state === "ALARM" && alarm.policy !== "" && alarm.comparison.startsWith("GreaterThan");
    const seconds = this.secondsAt(at);
    if (isUp && seconds >= 0) this.alarmAfterSeconds ??= Math.round(seconds);
  }

  /** Once each, and nothing that was before the load. */
  private note(at: string, event: Omit<LoadEvent, "seconds">): void {
    const seconds = this.secondsAt(at);
    if (seconds >= 0) this.events.set(`${event.kind} ${at} ${event.text}`, { seconds, ...event });
  }
}
