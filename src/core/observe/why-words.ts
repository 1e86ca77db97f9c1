import type { PolicyFacts } from "./policy-facts.ts";
import type { AlarmFacts } from "./datapoints.ts";

/** `43 %`, `8.4 %`. */
export const percent = (value: number): string => `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} %`;

/** `45 s`, `11 min`, `2 h`. */
export function aboutTime(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** `2026-01-31T14:03:22.000Z` → `14:03`. */
export const clockMinute = (iso: string): string => iso.slice(11, 16);

const spoken: Record<string, string> = { cpu: "CPU", memory: "memory", requests: "requests per target" };

/** `CPU`, `memory`, `requests per target`, `Shop/Backlog`. */
export const metricName = ({ metric }: PolicyFacts, alarm?: AlarmFacts): string => {
  const name = metric || alarm?.metric || "metric";
  return spoken[name] ?? name;
};

const isPercent = ({ metric }: PolicyFacts): boolean => metric === "cpu" || metric === "memory";

/** A value of the policy's metric: utilisations in percent, everything else as a number of at most three digits. */
export const figure = (facts: PolicyFacts, value: number): string =>
  isPercent(facts) ? percent(value) : Number(value.toPrecision(3)).toLocaleString("en-US");

/** How a value stands to an alarm's threshold. */
export function verb(alarm: AlarmFacts, value: number): string {
  if (value === alarm.threshold) return "is at";
  return value > alarm.threshold ? "is over" : "is under";
}

/** An alarm's name; of those that target tracking names with a UUID, which of the two it is: `AlarmHigh`. */
export const alarmWord = (name: string): string =>
  /^TargetTracking-\S+-(Alarm(?:High|Low))-[0-9a-f-]{36}$/.exec(name)?.[1] ?? name;
