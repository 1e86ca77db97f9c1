/** One adjustment of a step policy; bounds are values of the metric, not distances. */
export interface ParsedStep {
  /** As written. */
  text: string;
  side: "out" | "in";
  /** Where it begins, seen from the threshold: the lower bound of the high side, the upper bound of the low side. */
  from: number;
  /** Where it ends; undefined: it does not. */
  to: number | undefined;
  adjustment: number;
  unit: "tasks" | "percent" | "exact";
}

/** The steps of one alarm. */
export interface StepSide {
  side: "out" | "in";
  /** Of the alarm: the value nearest to normal. */
  threshold: number;
  /** True when the alarm goes off above the threshold. */
  above: boolean;
  unit: ParsedStep["unit"];
  /** From the threshold outwards; every bound set but the last one's end. */
  steps: ParsedStep[];
}

/** What is wrong with steps; `index` is the one at fault. */
export class StepsError extends Error {
  readonly index: number;
  readonly hint: string | undefined;
  constructor(index: number, message: string, hint?: string) {
    super(message);
    this.index = index;
    this.hint = hint;
  }
}

const number = String.raw`-?\d+(?:\.\d+)?`;
const grammar = new RegExp(String.raw`^\s*(>=|<=)?\s*(${number})?(\.\.)?(${number})?\s*:\s*([+=-])\s*(\d+)\s*(%)?\s*$`);
export const stepGrammar = "VALUE:+TASKS, VALUE:-TASKS, VALUE:+PERCENT%, VALUE:=TASKS, FROM..TO:+TASKS";

/**
 * Reads `80:+2`, `20:-1`, `80:+10%`, `95:=5`, `80..95:+2`, `..20:-1`, and `<=20:+2` where a low metric needs more tasks.
 * Gives the one or two sides, checked: no overlap, no gap, one unit a side. Throws `StepsError`.
 */
export function parseSteps(texts: readonly string[]): StepSide[] {
  const steps = texts.map((text, index) => ({ ...parseStep(text, index), index }));
  const high = steps.filter(({ above }) => above);
  const low = steps.filter(({ above }) => !above);
  const sides = [high, low].filter((side) => side.length > 0).map((side) => joinSide(side));
  const [first, second] = sides;
  if (first && second && second.threshold >= first.threshold)
    throw new StepsError(
      low[0]?.index ?? 0,
      `the sides overlap: one acts from ${first.threshold} up, the other from ${second.threshold} down`,
      "Leave a range between them in which nothing happens.",
    );
  if (first && second && first.side === second.side)
    throw new StepsError(low[0]?.index ?? 0, "both sides go the same way: make two policies of them");
  return sides;
}

interface Placed extends ParsedStep {
  index: number;
  above: boolean;
}

function parseStep(text: string, index: number): Omit<Placed, "index"> {
  const match = grammar.exec(text);
  const [, comparison, left, range, right, sign, digits, percent] = match ?? [];
  if (!match || (left === undefined && right === undefined) || (!range && (left === undefined || right !== undefined)))
    throw new StepsError(index, `${JSON.stringify(text)} is no step`, `Steps are ${stepGrammar}.`);
  if (sign === "=" && percent) throw new StepsError(index, `${text}: = sets a number of tasks, not a percentage`);
  const above = comparison ? comparison === ">=" : sign !== "-";
  const low = left === undefined ? undefined : Number(left);
  const high = right === undefined ? undefined : Number(right);
  if (low !== undefined && high !== undefined && low >= high)
    throw new StepsError(index, `${text}: the range goes from ${low} to ${high}`, "The lower bound comes first.");
  const [from, to] = !range ? [low, undefined] : above ? [low, high] : [high, low];
  if (from === undefined)
    throw new StepsError(index, `${text}: the range has no ${above ? "lower" : "upper"} bound to start from`);
  const size = Number(digits);
  if (sign !== "=" && size === 0) throw new StepsError(index, `${text} changes nothing`);
  return {
    text,
    side: sideOf(sign ?? "+", above),
    above,
    from,
    to,
    adjustment: sign === "-" ? -size : size,
    unit: sign === "=" ? "exact" : percent ? "percent" : "tasks",
  };
}

const sideOf = (sign: string, above: boolean): "out" | "in" =>
  sign === "=" ? (above ? "out" : "in") : sign === "+" ? "out" : "in";

/** Puts the steps of one side in order and gives each its end: where the next one begins. */
function joinSide(placed: readonly Placed[]): StepSide {
  const [one] = placed;
  if (!one) throw new Error("A side has at least one step.");
  const outwards = one.above ? 1 : -1;
  const ordered = placed.toSorted((a, b) => (a.from - b.from) * outwards);
  for (const step of ordered) checkAlike(step, ordered);
  const steps = ordered.map((step, at) => {
    const next = ordered[at + 1];
    if (next) checkNeighbours(step, next, outwards);
    const { index: _index, above: _above, ...rest } = step;
    return { ...rest, to: step.to ?? next?.from };
  });
  const last = ordered.at(-1);
  if (last?.to !== undefined)
    throw new StepsError(
      last.index,
      `nothing says what happens ${one.above ? "above" : "below"} ${last.to}`,
      `Leave the last range open: ${one.above ? `${last.from}..` : `..${last.from}`}:${adjustmentText(last)}`,
    );
  return { side: one.side, threshold: ordered[0]?.from ?? 0, above: one.above, unit: one.unit, steps };
}

function checkAlike(step: Placed, all: readonly Placed[]): void {
  const other = all[0];
  if (!other) return;
  if (step.unit !== other.unit)
    throw new StepsError(step.index, `${step.text} and ${other.text} count differently: one policy has one way`);
  if (step.side !== other.side)
    throw new StepsError(step.index, `${step.text} and ${other.text} go different ways on the same side`);
}

function checkNeighbours(step: Placed, next: Placed, outwards: number): void {
  if (step.from === next.from)
    throw new StepsError(next.index, `${step.text} and ${next.text} overlap: both begin at ${next.from}`);
  if (step.to === undefined) return;
  const gap = (next.from - step.to) * outwards;
  const range = [step.to, next.from].sort((a, b) => a - b).join(" to ");
  if (gap > 0) throw new StepsError(next.index, `there is a gap from ${range} between ${step.text} and ${next.text}`);
  if (gap < 0) throw new StepsError(next.index, `${step.text} and ${next.text} overlap from ${range}`);
}

/** `+2`, `-10%`, `=5`. */
export const adjustmentText = ({ adjustment, unit }: Pick<ParsedStep, "adjustment" | "unit">): string =>
  unit === "exact" ? `=${adjustment}` : `${adjustment > 0 ? "+" : ""}${adjustment}${unit === "percent" ? "%" : ""}`;
