/** When an alarm is in which state: CloudWatch's rules, without its clock. Values are given oldest first. */
export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

export type Comparison =
  | "GreaterThanOrEqualToThreshold"
  | "GreaterThanThreshold"
  | "LessThanThreshold"
  | "LessThanOrEqualToThreshold";

/** What stands for a period without data. */
type MissingData = "missing" | "notBreaching" | "breaching" | "ignore";

export interface AlarmRule {
  comparison: Comparison;
  threshold: number;
  /** N of "M out of N". */
  evaluationPeriods: number;
  /** M of "M out of N". */
  datapointsToAlarm: number;
  missingData: MissingData;
}

export interface AlarmVerdict {
  state: AlarmState;
  /** Positions in the given values of the datapoints that decided, newest first. */
  evaluated: number[];
  /** How many of them breach. */
  breaching: number;
  /** How many periods without data had to be filled to get N. */
  filled: number;
}

export function breaches(comparison: Comparison, value: number, threshold: number): boolean {
  switch (comparison) {
    case "GreaterThanOrEqualToThreshold":
      return value >= threshold;
    case "GreaterThanThreshold":
      return value > threshold;
    case "LessThanThreshold":
      return value < threshold;
    case "LessThanOrEqualToThreshold":
      return value <= threshold;
  }
}

/**
 * How many periods an alarm looks at: more than N, so that a late or lost datapoint can be made up for by an older
 * one. AWS says "a higher number" and shows 5 for N = 3; N + 2 is our assumption.
 */
export const evaluationRange = (evaluationPeriods: number): number => evaluationPeriods + 2;

/**
 * The state after looking at the evaluation range (`evaluationRange(N)` values, oldest first, undefined where there is
 * no data). Source: "How CloudWatch alarms handle missing data" (AlarmThatSendsEmail, alarms-and-missing-data).
 */
export function evaluateAlarm(
  rule: AlarmRule,
  values: readonly (number | undefined)[],
  current: AlarmState,
): AlarmVerdict {
  const evaluated: number[] = [];
  let breaching = 0;
  for (let index = values.length - 1; index >= 0 && evaluated.length < rule.evaluationPeriods; index--) {
    const value = values[index];
    if (value === undefined) continue;
    evaluated.push(index);
    if (breaches(rule.comparison, value, rule.threshold)) breaching++;
  }
  const filled = rule.evaluationPeriods - evaluated.length;
  return {
    state: decideState(rule, values.length, { evaluated, breaching, filled }, current),
    evaluated,
    breaching,
    filled,
  };
}

function decideState(
  rule: AlarmRule,
  length: number,
  seen: { evaluated: number[]; breaching: number; filled: number },
  current: AlarmState,
): AlarmState {
  const { evaluated, breaching, filled } = seen;
  if (breaching >= rule.datapointsToAlarm) return "ALARM";
  if (filled === 0 || rule.missingData === "notBreaching") return "OK";
  if (rule.missingData === "breaching") return breaching + filled >= rule.datapointsToAlarm ? "ALARM" : "OK";
  if (evaluated.length > breaching) return "OK";
  if (rule.missingData === "ignore") return current;
  const oldest = evaluated.at(-1);
  if (oldest === undefined) return "INSUFFICIENT_DATA";
  // Only breaching datapoints and gaps: "premature" alarm once the oldest breach is as old as M periods. Until then AWS
  // shows no row; keeping the state is our assumption.
  return length - oldest >= rule.datapointsToAlarm ? "ALARM" : current;
}
