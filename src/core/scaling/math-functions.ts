import { MathError, type MathNode } from "./math-syntax.ts";

/** Values by the start of their period (ms), oldest first. */
export type MathSeries = Map<number, number>;
/** What an expression can be: CloudWatch's S, TS and TS[]. */
export type Operand = number | MathSeries;
export type MathValue = Operand | Operand[];

export interface MathScope {
  /** The value with that id; throws `MathError` when there is none. */
  lookup: (id: string) => MathValue;
  /** The operands that come straight from metrics, for METRICS(); a text keeps those whose name contains it. */
  metrics: (text?: string) => Operand[];
  /** Starts (ms) of all periods of the window, for FILL and TIME_SERIES. */
  periods: () => readonly number[];
  /** Seconds of a metric's period, for PERIOD. */
  period: (id: string) => number;
}

const isSeries = (value: MathValue): value is MathSeries => value instanceof Map;

/** How an error message calls a value. */
const typeName = (value: MathValue): string =>
  Array.isArray(value) ? "TimeSeries[]" : isSeries(value) ? "TimeSeries" : "Scalar";

/** Series are combined where all of them have data; a result that is no number is no datapoint. */
function zip(operands: readonly Operand[], combine: (values: number[]) => number): Operand {
  const series = operands.filter(isSeries);
  const [first] = series;
  if (!first) return combine(operands.map(Number));
  const result: MathSeries = new Map();
  for (const at of first.keys()) {
    if (!series.every((one) => one.has(at))) continue;
    const value = combine(operands.map((operand) => (isSeries(operand) ? (operand.get(at) ?? 0) : operand)));
    if (Number.isFinite(value)) result.set(at, value);
  }
  return result;
}

/** Applies to each series of an array; two arrays must be as long as each other. */
export function pointwise(values: readonly MathValue[], combine: (values: number[]) => number): MathValue {
  const arrays = values.filter((value) => Array.isArray(value));
  const [first] = arrays;
  if (!first) return zip(values as readonly Operand[], combine);
  if (arrays.some((one) => one.length !== first.length)) throw new MathError("Arrays must be of the same length");
  return first.map((_, index) =>
    zip(
      values.map((value) => (Array.isArray(value) ? (value[index] ?? 0) : value)),
      combine,
    ),
  );
}

/** `pointwise` of two values, which is what most expressions are: without a list for every datapoint. */
export function pairwise(left: MathValue, right: MathValue, combine: (a: number, b: number) => number): MathValue {
  if (Array.isArray(left) || Array.isArray(right)) return pointwise([left, right], ([a = 0, b = 0]) => combine(a, b));
  const first = isSeries(left) ? left : right;
  if (!isSeries(first)) return combine(Number(left), Number(right));
  const result: MathSeries = new Map();
  for (const at of first.keys()) {
    const a = isSeries(left) ? left.get(at) : left;
    const b = isSeries(right) ? right.get(at) : right;
    const value = a === undefined || b === undefined ? undefined : combine(a, b);
    if (value !== undefined && Number.isFinite(value)) result.set(at, value);
  }
  return result;
}

type Statistic = (values: readonly number[]) => number;

const mean: Statistic = (values) => sum(values) / values.length;
const sum: Statistic = (values) => values.reduce((a, b) => a + b, 0);
const deviation: Statistic = (values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));

/** Over time for one series, over the series for an array. */
export const reducers: Record<string, Statistic> = {
  AVG: mean,
  SUM: sum,
  MIN: (values) => Math.min(...values),
  MAX: (values) => Math.max(...values),
  STDDEV: deviation,
};

/** Each value on its own. */
export const mappers: Record<string, (value: number) => number> = {
  ABS: Math.abs,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
  LOG: Math.log,
  LOG10: Math.log10,
};

/** `SUM(m1)` is one number over time; `SUM([m1, m2])` is a series over those that have data at a time. */
export function reduce(statistic: Statistic, value: MathValue): Operand {
  if (!Array.isArray(value)) {
    if (!isSeries(value)) return value;
    return value.size > 0 ? statistic([...value.values()]) : new Map();
  }
  const times = new Set(value.flatMap((operand) => (isSeries(operand) ? [...operand.keys()] : [])));
  if (times.size === 0) return value.every((one) => !isSeries(one)) ? statistic(value.map(Number)) : new Map();
  const at = (time: number): number[] =>
    value.flatMap((operand) => (isSeries(operand) ? (operand.get(time) ?? []) : operand));
  return new Map([...times].sort((a, b) => a - b).map((time) => [time, statistic(at(time))]));
}

/** Each series of a value, or the one that it is; a scalar is refused. */
function overSeries(name: string, value: MathValue, change: (series: MathSeries) => MathSeries): MathValue {
  if (isSeries(value)) return change(value);
  if (Array.isArray(value)) return value.map((one) => (isSeries(one) ? change(one) : one));
  throw new MathError(`Unsupported operand type(s) for ${name}: '[${typeName(value)}]'`);
}

/** From each datapoint and the one before it; the first has none. */
function pairs(series: MathSeries, combine: (step: { change: number; seconds: number }) => number): MathSeries {
  const points = [...series];
  return new Map(
    points.slice(1).map(([at, value], index) => {
      const [before, former] = points[index] ?? [at, value];
      return [at, combine({ change: value - former, seconds: (at - before) / 1000 })];
    }),
  );
}

function runningSum(series: MathSeries): MathSeries {
  let total = 0;
  return new Map([...series].map(([at, value]) => [at, (total += value)]));
}

/** A filled gap: the text REPEAT or LINEAR, or another value. */
type Filler = "REPEAT" | "LINEAR" | MathValue;

function fill(series: MathSeries, filler: Filler, periods: readonly number[]): MathSeries {
  const filled: MathSeries = new Map();
  let last: [number, number] | undefined;
  for (const at of periods) {
    const value = series.get(at) ?? fillerAt(filler, at, last, series);
    if (value === undefined) continue;
    filled.set(at, value);
    last = [at, value];
  }
  return filled;
}

function fillerAt(
  filler: Filler,
  at: number,
  last: [number, number] | undefined,
  series: MathSeries,
): number | undefined {
  if (filler === "REPEAT") return last?.[1];
  if (filler === "LINEAR") {
    const next = [...series].find(([time]) => time > at);
    if (!last || !next) return last?.[1];
    return last[1] + ((next[1] - last[1]) * (at - last[0])) / (next[0] - last[0]);
  }
  if (Array.isArray(filler)) return undefined;
  return isSeries(filler) ? filler.get(at) : filler;
}

const dateParts: Record<string, (date: Date) => number> = {
  MINUTE: (date) => date.getUTCMinutes(),
  HOUR: (date) => date.getUTCHours(),
  /** Monday is 1. */
  DAY: (date) => date.getUTCDay() || 7,
  DATE: (date) => date.getUTCDate(),
  MONTH: (date) => date.getUTCMonth() + 1,
  YEAR: (date) => date.getUTCFullYear(),
  EPOCH: (date) => Math.floor(date.getTime() / 1000),
};

type MathFunction = (args: readonly MathNode[], evaluate: (node: MathNode) => MathValue, scope: MathScope) => MathValue;

const first = (args: readonly MathNode[]): MathNode => args[0] ?? { kind: "list", items: [] };
/** A function of one series, or of each series of an array. */
const ofSeries =
  (name: string, change: (series: MathSeries) => MathSeries): MathFunction =>
  (args, evaluate) =>
    overSeries(name, evaluate(first(args)), change);

const asArray = (value: MathValue): Operand[] => (Array.isArray(value) ? value : [value]);

/** All functions but those that are the same for every value (`mappers`) or statistics (`reducers`). */
export const functions: Record<string, MathFunction> = {
  METRICS: ([text], _evaluate, scope) => scope.metrics(text?.kind === "text" ? text.value : undefined),
  METRIC_COUNT: (args, evaluate) => asArray(evaluate(first(args))).length,
  DATAPOINT_COUNT: (args, evaluate) => reduce((values) => values.length, evaluate(first(args))),
  FIRST: (args, evaluate) => asArray(evaluate(first(args)))[0] ?? new Map(),
  LAST: (args, evaluate) => asArray(evaluate(first(args))).at(-1) ?? new Map(),
  REMOVE_EMPTY: (args, evaluate) => asArray(evaluate(first(args))).filter((one) => !isSeries(one) || one.size > 0),
  DIFF: ofSeries("DIFF", (series) => pairs(series, ({ change }) => change)),
  DIFF_TIME: ofSeries("DIFF_TIME", (series) => pairs(series, ({ seconds }) => seconds)),
  RATE: ofSeries("RATE", (series) => pairs(series, ({ change, seconds }) => change / seconds)),
  RUNNING_SUM: ofSeries("RUNNING_SUM", runningSum),
  PERIOD: ([node], _evaluate, scope) => {
    if (node?.kind !== "id") throw new MathError("The function PERIOD takes the id of a metric");
    return scope.period(node.id);
  },
  TIME_SERIES: (args, evaluate, scope) => {
    const value = evaluate(first(args));
    return typeof value === "number" ? new Map(scope.periods().map((at) => [at, value])) : value;
  },
  FILL: ([node, filler], evaluate, scope) => {
    if (!node || !filler) throw new MathError("The function FILL takes 2 arguments");
    const keyword = filler.kind === "id" && (filler.id === "REPEAT" || filler.id === "LINEAR") ? filler.id : undefined;
    const value = evaluate(node);
    if (typeof value === "number") return value;
    const by = keyword ?? evaluate(filler);
    return overSeries("FILL", value, (series) => fill(series, by, scope.periods()));
  },
  IF: ([test, yes, no], evaluate) => {
    if (!test || !yes) throw new MathError("The function IF takes 2 or 3 arguments");
    return choose(evaluate(test), evaluate(yes), no && evaluate(no));
  },
  ...Object.fromEntries(
    Object.entries(dateParts).map(([name, part]) => [
      name,
      ofSeries(name, (series) => new Map([...series.keys()].map((at) => [at, part(new Date(at))]))),
    ]),
  ),
};

/** A datapoint where the condition has one and so does the chosen side. Without a third argument, only where it holds. */
function choose(test: MathValue, yes: MathValue, no: MathValue | undefined): MathValue {
  const valueAt = (side: MathValue | undefined, at: number): number | undefined =>
    side === undefined || Array.isArray(side) ? undefined : isSeries(side) ? side.get(at) : side;
  if (Array.isArray(test)) throw new MathError("Unsupported operand type(s) for IF: '[TimeSeries[]]'");
  if (!isSeries(test)) return test ? yes : (no ?? new Map());
  const result: MathSeries = new Map();
  for (const [at, holds] of test) {
    const value = valueAt(holds ? yes : no, at);
    if (value !== undefined) result.set(at, value);
  }
  return result;
}
