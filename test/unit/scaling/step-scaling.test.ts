import assert from "node:assert/strict";
import { test } from "node:test";
import { applyStep, findStep, validateSteps, type StepAdjustment } from "../../../src/core/scaling/step-scaling.ts";

/** The example of "Step adjustments" in the user guide: threshold 60 % for out, 40 % for in. */
const out: StepAdjustment[] = [
  { lower: 0, upper: 10, adjustment: 0 },
  { lower: 10, upper: 20, adjustment: 10 },
  { lower: 20, adjustment: 30 },
];
const inwards: StepAdjustment[] = [
  { lower: -10, upper: 0, adjustment: 0 },
  { lower: -20, upper: -10, adjustment: -10 },
  { upper: -20, adjustment: -30 },
];

test("a metric above the threshold finds the step whose lower bound it reaches", () => {
  const table: [metric: number, adjustment: number | undefined][] = [
    [60, 0],
    [69.9, 0],
    [70, 10],
    [79.9, 10],
    [80, 30],
    [200, 30],
    [59, undefined],
  ];
  for (const [metric, adjustment] of table)
    assert.equal(findStep(out, metric, 60)?.adjustment, adjustment, `${metric}`);
});

test("a metric below the threshold finds the step whose upper bound it reaches", () => {
  const table: [metric: number, adjustment: number | undefined][] = [
    [40, 0],
    [30.1, 0],
    [30, -10],
    [20.1, -10],
    [20, -30],
    [0, -30],
    [41, undefined],
  ];
  for (const [metric, adjustment] of table)
    assert.equal(findStep(inwards, metric, 40)?.adjustment, adjustment, `${metric}`);
});

test("adjustments change, set, or change by percent with AWS's rounding", () => {
  const step = (adjustment: number): StepAdjustment => ({ lower: 0, adjustment });
  const percent = { adjustmentType: "PercentChangeInCapacity", steps: [] } as const;
  assert.equal(applyStep({ adjustmentType: "ChangeInCapacity", steps: [] }, step(2), 3), 5);
  assert.equal(applyStep({ adjustmentType: "ExactCapacity", steps: [] }, step(4), 9), 4);
  assert.equal(applyStep(percent, step(30), 10), 13);
  assert.equal(applyStep(percent, step(27), 10), 12, "12.7 is rounded down to 12");
  assert.equal(applyStep(percent, step(6.7), 10), 11, ".67 is rounded up to 1");
  assert.equal(applyStep(percent, step(-5.8), 10), 9, "-.58 becomes -1");
  assert.equal(applyStep(percent, step(-66.7), 10), 4, "-6.67 becomes -6");
  assert.equal(applyStep({ ...percent, minAdjustmentMagnitude: 2 }, step(25), 4), 6);
  assert.equal(applyStep({ ...percent, minAdjustmentMagnitude: 2 }, step(-10), 4), 2);
  assert.equal(applyStep({ ...percent, minAdjustmentMagnitude: 2 }, step(0), 4), 4);
});

test("steps that overlap, leave gaps, end too early or are empty are refused", () => {
  assert.equal(validateSteps(out), undefined);
  assert.equal(validateSteps(inwards), undefined);
  assert.equal(validateSteps([{ lower: 0, adjustment: 1 }]), undefined);
  const end: StepAdjustment = { lower: 20, adjustment: 3 };
  const table: [steps: StepAdjustment[], expected: RegExp][] = [
    [[], /At least one/],
    [[{ lower: 0, upper: 25, adjustment: 1 }, end], /overlap/],
    [[{ lower: 0, upper: 10, adjustment: 1 }, end], /gap/],
    [[{ lower: 10, upper: 10, adjustment: 1 }], /less than/],
    [[{ adjustment: 1 }], /both/],
    [[{ lower: 0, upper: 10, adjustment: 1 }], /without an upper bound/],
    [[{ lower: -10, upper: 0, adjustment: -1 }], /without a lower bound/],
  ];
  for (const [steps, expected] of table) assert.match(validateSteps(steps) ?? "", expected);
});
