export type AdjustmentType = "ChangeInCapacity" | "PercentChangeInCapacity" | "ExactCapacity";

/** Bounds are distances from the alarm's threshold; the lower one is included, the upper one is not (for breaches above). */
export interface StepAdjustment {
  lower?: number | undefined;
  upper?: number | undefined;
  adjustment: number;
}

export interface StepPolicy {
  adjustmentType: AdjustmentType;
  steps: readonly StepAdjustment[];
  /** Least change in tasks, for percentages only. */
  minAdjustmentMagnitude?: number | undefined;
}

/**
 * The step that a metric falls into. With a positive difference from the threshold the lower bound is inclusive and the
 * upper exclusive; with a negative one it is the other way round ("Step adjustments", step-scaling-policy-overview).
 */
export function findStep(
  steps: readonly StepAdjustment[],
  metric: number,
  threshold: number,
): StepAdjustment | undefined {
  const difference = metric - threshold;
  return steps.find(({ lower = -Infinity, upper = Infinity }) =>
    difference >= 0 && upper > 0
      ? difference >= lower && difference < upper
      : difference > lower && difference <= upper,
  );
}

/** The capacity that a step asks for, not yet limited to the minimum and maximum. */
export function applyStep(policy: StepPolicy, step: StepAdjustment, capacity: number): number {
  switch (policy.adjustmentType) {
    case "ExactCapacity":
      return step.adjustment;
    case "ChangeInCapacity":
      return capacity + step.adjustment;
    case "PercentChangeInCapacity":
      return capacity + percentChange((capacity * step.adjustment) / 100, policy.minAdjustmentMagnitude ?? 0);
  }
}

/**
 * Rounding as AWS documents it: over 1 down, 0..1 up to 1, -1..0 to -1, under -1 towards zero; then at least the
 * minimum magnitude.
 */
function percentChange(change: number, minimum: number): number {
  if (change === 0) return 0;
  const whole = Math.abs(change) < 1 ? Math.sign(change) : Math.trunc(change);
  return Math.abs(whole) < minimum ? Math.sign(whole) * minimum : whole;
}

/** What is wrong with a policy's steps; undefined when they can be used. The rules are those of "Step adjustments". */
export function validateSteps(steps: readonly StepAdjustment[]): string | undefined {
  if (steps.length === 0) return "At least one step adjustment must be specified.";
  const sorted = steps
    .map(({ lower = -Infinity, upper = Infinity }) => ({ lower, upper }))
    .sort((a, b) => a.lower - b.lower);
  for (const [index, { lower, upper }] of sorted.entries()) {
    if (lower === -Infinity && upper === Infinity)
      return "The lower and the upper bound of a step adjustment can't both be unspecified.";
    if (lower >= upper) return "The lower bound of a step adjustment must be less than its upper bound.";
    const next = sorted[index + 1];
    if (next && next.lower < upper) return "StepAdjustment intervals can't overlap.";
    if (next && next.lower > upper) return "There can't be a gap between StepAdjustment intervals.";
  }
  return validateEnds(sorted);
}

function validateEnds(sorted: readonly { lower: number; upper: number }[]): string | undefined {
  const lowest = sorted[0]?.lower ?? 0;
  const highest = sorted.at(-1)?.upper ?? 0;
  if (Number.isFinite(lowest) && lowest < 0)
    return "There must be a step adjustment without a lower bound when one has a negative lower bound.";
  if (Number.isFinite(highest) && highest > 0)
    return "There must be a step adjustment without an upper bound when one has a positive upper bound.";
  return undefined;
}
