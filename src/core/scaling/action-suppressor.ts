import type { AlarmState } from "./alarm.ts";

export type SuppressedBy = "WaitPeriod" | "ExtensionPeriod" | "Alarm";

/** Where a composite alarm with an actions suppressor stands. */
export interface Suppression {
  /** The state whose actions were performed last. */
  acted: AlarmState;
  by?: SuppressedBy | undefined;
  /** When `by` began, ms. */
  since: number;
}

export interface SuppressorMoment {
  /** Of the composite alarm. */
  state: AlarmState;
  suppressor: AlarmState | undefined;
  waitSeconds: number;
  extensionSeconds: number;
  now: number;
}

/**
 * Whether the actions of a changed state are performed now. While the suppressor is in ALARM they are not; after it left
 * ALARM they wait for the extension period; without it they wait for the wait period, in case it still goes into ALARM. What
 * has gone back meanwhile performs nothing. Source: "Suppress composite alarm actions" (Create_Composite_Alarm_Suppression).
 */
export function suppress(former: Suppression, moment: SuppressorMoment): { next: Suppression; act: boolean } {
  const { state, now } = moment;
  const pending = state !== former.acted;
  const since = (by: SuppressedBy): number => (former.by === by ? former.since : now);
  const held = (by: SuppressedBy): { next: Suppression; act: boolean } => ({
    next: { acted: former.acted, by, since: since(by) },
    act: false,
  });
  if (moment.suppressor === "ALARM") return held("Alarm");
  const extending = former.by === "Alarm" || former.by === "ExtensionPeriod";
  if (extending && now - since("ExtensionPeriod") < moment.extensionSeconds * 1000) return held("ExtensionPeriod");
  if (!pending) return { next: { acted: state, since: now }, act: false };
  if (!extending && now - since("WaitPeriod") < moment.waitSeconds * 1000) return held("WaitPeriod");
  return { next: { acted: state, since: now }, act: true };
}
