import { parseSchedule, ScheduleError } from "../scaling/schedule.ts";
import { checkMetrics, whyBounded } from "./check-policy-metrics.ts";
import type { Fault } from "./cross-check.ts";
import { parseDuration } from "./duration.ts";
import { policyKeys } from "./policy-keys.ts";
import { parseSteps, StepsError } from "./policy-steps.ts";
import type { PolicyConfig } from "./scaling-schema.ts";
import type { Config } from "./schema.ts";
import { nearest } from "./suggest.ts";

/** A fault of one policy: the key that is wrong, and what is. */
export interface PolicyFault {
  key?: keyof PolicyConfig;
  code: string;
  message: string;
  hint?: string | undefined;
}

/** What scaling policies cannot be, as far as that is certain without asking AWS. */
export function checkPolicies(config: Config): Fault[] {
  const policies = config.scaling?.policies ?? [];
  return policies.flatMap((policy, index) => {
    const faults = [...checkPolicy(config, policy), ...checkAgainst(policy, policies.slice(0, index))];
    return faults.map(({ key, message, hint, code }) => ({
      path: ["scaling", "policies", index, ...(key ? [key] : [])],
      code,
      message: `scaling.policies[${index}]${key ? `.${key}` : ""}: ${message}`,
      ...(hint === undefined ? {} : { hint }),
    }));
  });
}

/** The same for one policy alone, wherever it comes from. */
export function checkPolicy(config: Config, policy: PolicyConfig): PolicyFault[] {
  const faults = checkKeys(policy);
  if (faults.length > 0) return faults;
  return [
    ...checkMetrics(config, policy),
    ...checkSteps(config, policy),
    ...checkSchedule(policy),
    ...checkBuffer(policy),
  ];
}

/** What is wrong with a policy whatever service it is for; `earlier` are those before it in its list. */
export function checkAlone(policy: PolicyConfig, earlier: readonly PolicyConfig[]): PolicyFault[] {
  const faults = checkKeys(policy);
  if (faults.length > 0) return faults;
  return [...checkSchedule(policy), ...checkBuffer(policy), ...checkAgainst(policy, earlier)];
}

function checkKeys(policy: PolicyConfig): PolicyFault[] {
  const { takes, needs } = policyKeys[policy.type];
  const given = Object.keys(policy).filter((key) => policy[key as keyof PolicyConfig] !== undefined);
  const foreign = given.filter((key) => !["name", "type", ...takes].includes(key)) as (keyof PolicyConfig)[];
  const missing = needs.filter((key) => policy[key] === undefined);
  const noMetric = policy.type === "target-tracking" && !policy.metric && !policy.metrics;
  return [
    ...foreign.map((key) => {
      const guess = nearest(key, takes);
      return {
        key,
        code: "WrongKey",
        message: `found, but a ${policy.type} policy does not take it`,
        hint: guess ? `Did you mean ${guess}?` : `It takes ${takes.join(", ")}.`,
      };
    }),
    ...missing.map((key) => ({
      code: "MissingKey",
      message: `${key} is missing: a ${policy.type} policy needs it`,
    })),
    ...(noMetric
      ? [{ code: "MissingKey", message: "metric (or metrics) is missing: a target-tracking policy needs it" }]
      : []),
  ];
}

/** AWS's quota of step adjustments for each scaling policy (Application Auto Scaling, "Quotas"). */
const mostSteps = 20;

function checkSteps(config: Config, { steps, minAdjustmentMagnitude, metric, period }: PolicyConfig): PolicyFault[] {
  if (!steps) return [];
  const faults: PolicyFault[] = [];
  try {
    const sides = parseSteps(steps);
    const why = whyBounded(config, metric);
    const beyond = sides.filter(({ above }) => above).flatMap((side) => side.steps.filter(({ from }) => from > 100));
    if (why !== undefined && beyond[0])
      faults.push({ key: "steps", code: "UnreachableTarget", message: `found ${beyond[0].text}, but ${why}` });
    if (sides.some((side) => side.steps.length > mostSteps))
      faults.push({ key: "steps", code: "InvalidStep", message: `found more than ${mostSteps} steps on one side` });
    if (minAdjustmentMagnitude !== undefined && sides.every(({ unit }) => unit !== "percent"))
      faults.push({ key: "minAdjustmentMagnitude", code: "InvalidStep", message: "found without a step in percent" });
  } catch (error) {
    if (!(error instanceof StepsError)) throw error;
    faults.push({ key: "steps", code: "InvalidStep", message: error.message, hint: error.hint });
  }
  const seconds = period === undefined ? 60 : (parseDuration(period) ?? 0);
  if (![10, 20, 30].includes(seconds) && (seconds === 0 || seconds % 60 !== 0))
    faults.push({
      key: "period",
      code: "InvalidValue",
      message: `found ${period}, expected 10s, 20s, 30s or whole minutes`,
    });
  return faults;
}

/** PutScheduledAction, API reference: ScheduledActionName. */
const actionName = /^(?! )[^\p{Cc}:/|]+(?<! )$/u;

function checkSchedule({ name, schedule, timezone, start, end, min, max }: PolicyConfig): PolicyFault[] {
  if (schedule === undefined) return [];
  const faults: PolicyFault[] = checkExpression(schedule, timezone);
  if (!actionName.test(name))
    faults.push({
      key: "name",
      code: "InvalidName",
      message: `found ${JSON.stringify(name)}, expected a schedule's name without : / | and without blanks at its ends`,
    });
  if (min === undefined && max === undefined)
    faults.push({ code: "MissingKey", message: "min or max is missing: a scheduled policy sets one or both" });
  if (min !== undefined && max !== undefined && min > max)
    faults.push({ key: "min", code: "MinAboveMax", message: `found min ${min} above max ${max}` });
  if (start !== undefined && end !== undefined && Date.parse(start) >= Date.parse(end))
    faults.push({
      key: "end",
      code: "InvalidSchedule",
      message: `found ${end}, which is not after the start, ${start}`,
    });
  if (timezone !== undefined && schedule.startsWith("rate"))
    faults.push({ key: "timezone", code: "InvalidSchedule", message: "found with a rate, which has no time of day" });
  return faults;
}

function checkExpression(schedule: string, timezone: string | undefined): PolicyFault[] {
  try {
    parseSchedule(schedule, { from: 0, timeZone: timezone });
    return [];
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    const key = error.message.startsWith("Invalid time zone") ? "timezone" : "schedule";
    const guess = key === "timezone" ? nearest(timezone ?? "", Intl.supportedValuesOf("timeZone")) : undefined;
    const hint = guess
      ? `Did you mean ${guess}?`
      : key === "timezone"
        ? "A name like Europe/Berlin or America/New_York."
        : "at(2026-12-24T18:00:00), rate(1 hour), rate(5 minutes), or cron(MINUTE HOUR DAY MONTH WEEKDAY YEAR) with ? for the day that does not count.";
    const message = error.why === undefined ? error.message : `${error.message}: ${error.why}`;
    return [{ key, code: "InvalidSchedule", message, hint }];
  }
}

function checkBuffer({ buffer }: PolicyConfig): PolicyFault[] {
  if (buffer === undefined || (parseDuration(buffer) ?? 0) < 3600) return [];
  return [{ key: "buffer", code: "InvalidValue", message: `found ${buffer}, expected less than an hour` }];
}

/** Application Auto Scaling keeps one policy of a name, and one target tracking policy of a metric. */
function checkAgainst(policy: PolicyConfig, earlier: readonly PolicyConfig[]): PolicyFault[] {
  const { name, type, metric } = policy;
  const sides = [name, `${name}-out`, `${name}-in`];
  const clash = earlier.find(
    (other) => sides.includes(other.name) || [`${other.name}-out`, `${other.name}-in`].includes(name),
  );
  if (clash?.name === name || (clash && [clash.type, type].includes("step")))
    return [
      {
        key: "name",
        code: "DuplicatePolicy",
        message:
          clash.name === name
            ? `found ${JSON.stringify(name)} again, expected every name once`
            : `found ${JSON.stringify(name)} beside ${JSON.stringify(clash.name)}: steps are called NAME-out and NAME-in in AWS`,
      },
    ];
  const same = (other: PolicyConfig): boolean =>
    other.type === "target-tracking" &&
    other.metric === metric &&
    JSON.stringify([other.dimensions, other.statistic]) === JSON.stringify([policy.dimensions, policy.statistic]);
  if (type !== "target-tracking" || metric === undefined || !earlier.some(same)) return [];
  return [
    {
      key: "metric",
      code: "DuplicatePolicy",
      message: `found a second target tracking policy for ${metric}, expected one a metric`,
      hint: "Application Auto Scaling refuses the second one.",
    },
  ];
}
