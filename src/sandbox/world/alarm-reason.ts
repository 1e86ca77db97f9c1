import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { AlarmRule, AlarmVerdict } from "../../core/scaling/alarm.ts";
import { periodOf } from "./metric-queries.ts";
import { breaches } from "../../core/scaling/alarm.ts";

/** A datapoint of an evaluation: start of its period (ms) and value. */
export interface EvaluatedPoint {
  at: number;
  value: number;
}

/** As CloudWatch writes numbers: always with a fraction. */
const decimal = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value));

/** `22/11/26 07:00:00`, UTC. */
function shortDate(at: number): string {
  const [, year, month, day, time] = /^\d\d(\d\d)-(\d\d)-(\d\d)T([\d:]{8})/.exec(new Date(at).toISOString()) ?? [];
  return `${day}/${month}/${year} ${time}`;
}

/** `2026-11-22T07:00:00.000+0000`. */
export const longDate = (at: number): string => new Date(at).toISOString().replace("Z", "+0000");

/** `Friday 04 August, 2023 12:54:46 UTC`. */
export function describeMoment(at: number): string {
  const date = new Date(at);
  const name = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat("en-US", { timeZone: "UTC", ...options }).format(date);
  const [, year, , day, time] = /^(\d{4})-(\d\d)-(\d\d)T([\d:]{8})/.exec(date.toISOString()) ?? [];
  return `${name({ weekday: "long" })} ${day} ${name({ month: "long" })}, ${year} ${time} UTC`;
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

const comparisons: Record<AlarmRule["comparison"], string> = {
  GreaterThanOrEqualToThreshold: "greater than or equal to",
  GreaterThanThreshold: "greater than",
  LessThanThreshold: "less than",
  LessThanOrEqualToThreshold: "less than or equal to",
};

/** CloudWatch's sentence for a verdict; `points` are the evaluated datapoints, newest first. */
export function describeVerdict(rule: AlarmRule, verdict: AlarmVerdict, points: readonly EvaluatedPoint[]): string {
  if (verdict.state === "INSUFFICIENT_DATA")
    return `Insufficient Data: ${plural(rule.evaluationPeriods, "datapoint")} ${rule.evaluationPeriods === 1 ? "was" : "were"} unknown.`;
  const missing = describeMissing(rule, verdict.filled);
  if (points.length === 0)
    return `Threshold Crossed: no datapoints were received for ${plural(rule.evaluationPeriods, "period")} and ${missing}.`;
  const alarming = verdict.state === "ALARM";
  const telling = points.filter(({ value }) => breaches(rule.comparison, value, rule.threshold) === alarming);
  const listed = telling.map(({ at, value }) => `${decimal(value)} (${shortDate(at)})`).join(", ");
  const needed = alarming ? rule.datapointsToAlarm : rule.evaluationPeriods - rule.datapointsToAlarm + 1;
  return (
    `Threshold Crossed: ${telling.length} out of the last ${plural(rule.evaluationPeriods, "datapoint")} [${listed}] ` +
    `${telling.length === 1 ? "was" : "were"}${alarming ? "" : " not"} ${comparisons[rule.comparison]} the threshold ` +
    `(${decimal(rule.threshold)})${missing ? ` and ${missing}` : ""} ` +
    `(minimum ${plural(needed, "datapoint")} for ${alarming ? "OK -> ALARM" : "ALARM -> OK"} transition).`
  );
}

function describeMissing({ missingData }: AlarmRule, filled: number): string {
  if (filled === 0 || missingData === "missing" || missingData === "ignore") return "";
  const treatment = missingData === "breaching" ? "Breaching" : "NonBreaching";
  return `${plural(filled, "missing datapoint")} ${filled === 1 ? "was" : "were"} treated as [${treatment}]`;
}

/** What CloudWatch puts into `StateReasonData`. */
export function reasonData(alarm: MetricAlarm, points: readonly EvaluatedPoint[], now: number): string {
  const period = alarm.Metrics?.length ? periodOf(alarm.Metrics) : (alarm.Period ?? 60);
  const oldest = points.at(-1)?.at;
  return JSON.stringify({
    version: "1.0",
    queryDate: longDate(now),
    ...(oldest === undefined ? {} : { startDate: longDate(oldest) }),
    ...(alarm.Unit ? { unit: alarm.Unit } : {}),
    ...((alarm.Statistic ?? alarm.ExtendedStatistic) ? { statistic: alarm.Statistic ?? alarm.ExtendedStatistic } : {}),
    period,
    recentDatapoints: points.map(({ value }) => value).reverse(),
    threshold: alarm.Threshold,
    evaluatedDatapoints: points.map(({ at, value }) => ({ timestamp: longDate(at), value })),
  });
}
