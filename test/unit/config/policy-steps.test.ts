import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { parseSteps, StepsError } from "../../../src/core/config/policy-steps.ts";
import { stepInput } from "../../../src/core/resources/policy-input.ts";
import { findStep, validateSteps } from "../../../src/core/scaling/step-scaling.ts";

const brief = (texts: string[]) =>
  parseSteps(texts).map(({ side, threshold, above, unit, steps }) => ({
    side,
    threshold,
    above,
    unit,
    steps: steps.map(({ from, to, adjustment }) => [from, to, adjustment]),
  }));

describe("the grammar of steps", () => {
  it("orders the steps of each side outwards from its threshold", () => {
    assert.deepEqual(brief(["95:+4", "80:+2", "20:-1", "10:-2"]), [
      {
        side: "out",
        threshold: 80,
        above: true,
        unit: "tasks",
        steps: [
          [80, 95, 2],
          [95, undefined, 4],
        ],
      },
      {
        side: "in",
        threshold: 20,
        above: false,
        unit: "tasks",
        steps: [
          [20, 10, -1],
          [10, undefined, -2],
        ],
      },
    ]);
  });

  it("knows percent, exact numbers, ranges, decimals, negative values and a low metric that needs more tasks", () => {
    assert.equal(brief(["80:+10%"])[0]?.unit, "percent");
    assert.deepEqual(brief(["95:=5"])[0]?.steps, [[95, undefined, 5]]);
    assert.deepEqual(brief(["<=20:=1"])[0], {
      side: "in",
      threshold: 20,
      above: false,
      unit: "exact",
      steps: [[20, undefined, 1]],
    });
    assert.deepEqual(brief(["80..95:+2", "95..:+4"])[0]?.steps, [
      [80, 95, 2],
      [95, undefined, 4],
    ]);
    assert.deepEqual(brief(["..20:-1"])[0]?.steps, [[20, undefined, -1]]);
    assert.deepEqual(
      brief([" 0.5 : +1 ", "-3:-1"]).map(({ threshold }) => threshold),
      [0.5, -3],
    );
    const [low] = brief(["<=100:+2"]);
    assert.deepEqual([low?.side, low?.above], ["out", false]);
  });

  const refused: [string[], number, RegExp][] = [
    [["80"], 0, /"80" is no step/],
    [["80:2"], 0, /no step/],
    [["eighty:+2"], 0, /no step/],
    [["80:+0"], 0, /changes nothing/],
    [["80:=5%"], 0, /not a percentage/],
    [["95..80:+2"], 0, /goes from 95 to 80/],
    [["..95:+2"], 0, /no lower bound/],
    [["20..:-1"], 0, /no upper bound/],
    [["80:+2", "80:+4"], 1, /overlap: both begin at 80/],
    [["80..95:+2", "90..:+4"], 1, /overlap from 90 to 95/],
    [["80..90:+2", "95..:+4"], 1, /gap from 90 to 95/],
    [["..20:-1", "5..10:-2"], 1, /what happens below 5/],
    [["80..95:+2"], 0, /what happens above 95/],
    [["80:+2", "95:+10%"], 1, /count differently/],
    [["80:+2", ">=95:-1"], 1, /different ways on the same side/],
    [["50:+2", "60:-1"], 1, /sides overlap: one acts from 50 up, the other from 60 down/],
    [[">=80:+2", "<=20:+2"], 1, /both sides go the same way/],
  ];
  for (const [texts, index, message] of refused)
    it(`refuses ${texts.join(", ")}`, () => {
      assert.throws(
        () => parseSteps(texts),
        (error) => error instanceof StepsError && error.index === index && message.test(error.message),
        message.source,
      );
    });
});

describe("steps as AWS takes them", () => {
  const inputOf = (texts: string[]) =>
    parseSteps(texts).map((side) => {
      const input = stepInput(
        { name: "s", type: "step", metric: "cpu", steps: texts, minAdjustmentMagnitude: 2 },
        side,
      );
      assert.ok(input.PolicyType === "StepScaling");
      return input.StepScalingPolicyConfiguration;
    });

  it("counts bounds from the threshold", () => {
    const [out, inwards] = inputOf(["80:+2", "95:+4", "20:-1"]);
    assert.deepEqual(out, {
      AdjustmentType: "ChangeInCapacity",
      StepAdjustments: [
        { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 15, ScalingAdjustment: 2 },
        { MetricIntervalLowerBound: 15, ScalingAdjustment: 4 },
      ],
      Cooldown: 300,
      MetricAggregationType: "Average",
    });
    assert.deepEqual(inwards?.StepAdjustments, [{ MetricIntervalUpperBound: 0, ScalingAdjustment: -1 }]);
  });

  it("gives the least magnitude to percentages only", () => {
    assert.equal(inputOf(["80:+10%"])[0]?.MinAdjustmentMagnitude, 2);
    assert.equal(inputOf(["80:+2"])[0]?.MinAdjustmentMagnitude, undefined);
  });

  it("is valid, and finds the step that the values name, whatever the values", () => {
    const values = fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 2000 }), (thresholds, metric) => {
        const texts = thresholds.map((value, index) => `${value}:+${index + 1}`);
        const [out] = inputOf(texts);
        const steps = (out?.StepAdjustments ?? []).map((one) => ({
          lower: one.MetricIntervalLowerBound,
          upper: one.MetricIntervalUpperBound,
          adjustment: one.ScalingAdjustment ?? 0,
        }));
        assert.equal(validateSteps(steps), undefined);
        const reached = thresholds.filter((value) => value <= metric);
        const wanted = reached.length === 0 ? undefined : thresholds.indexOf(Math.max(...reached)) + 1;
        assert.equal(findStep(steps, metric, Math.min(...thresholds))?.adjustment, wanted);
      }),
    );
  });
});
