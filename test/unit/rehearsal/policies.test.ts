import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EcsctlError } from "../../../src/core/errors.ts";
import { parseTuneObjective } from "../../../src/core/rehearsal/objective.ts";
import { rehearsePolicy } from "../../../src/core/rehearsal/rehearse-policy.ts";
import { parsePolicies } from "../../../src/core/rehearsal/short-policy.ts";

const faultOf = (read: () => unknown): EcsctlError => {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof EcsctlError, String(error));
    return error;
  }
  throw new Error("nothing was wrong");
};

const rehearsed = (text: string) => parsePolicies(text).policies.flatMap((policy) => rehearsePolicy(policy).policies);

describe("policies on the command line", () => {
  test("target tracking with and without its options", () => {
    assert.deepEqual(rehearsed("cpu 50"), [
      {
        kind: "target-tracking",
        name: "cpu",
        metric: "cpu",
        target: 50,
        scaleOutCooldown: 300,
        scaleInCooldown: 300,
        disableScaleIn: false,
        period: 60,
      },
    ]);
    const [policy] = rehearsed("memory 70% out 30s in 2m no-scale-in fast");
    assert.ok(policy?.kind === "target-tracking");
    assert.deepEqual(
      [policy.target, policy.scaleOutCooldown, policy.scaleInCooldown, policy.disableScaleIn, policy.period],
      [70, 30, 120, true, 20],
    );
  });

  test("steps become one policy and alarm a side, with bounds counted from the threshold", () => {
    const [out, back] = rehearsed("step cpu 80:+2 95:+4 20:-1 cooldown 60s periods 2");
    assert.ok(out?.kind === "step" && back?.kind === "step");
    assert.deepEqual(out.steps.steps, [
      { lower: 0, upper: 15, adjustment: 2 },
      { lower: 15, upper: undefined, adjustment: 4 },
    ]);
    assert.deepEqual(
      [out.alarm.comparison, out.alarm.threshold, out.alarm.evaluationPeriods, out.cooldown],
      ["GreaterThanOrEqualToThreshold", 80, 2, 60],
    );
    assert.deepEqual(back.steps.steps, [{ lower: undefined, upper: 0, adjustment: -1 }]);
    assert.deepEqual([back.alarm.comparison, back.alarm.threshold], ["LessThanOrEqualToThreshold", 20]);
    const [percent] = rehearsed("step cpu 75:+50%");
    assert.ok(percent?.kind === "step");
    assert.equal(percent.steps.adjustmentType, "PercentChangeInCapacity");
  });

  test("several with bounds and a schedule that has blanks in it", () => {
    const { policies, bounds } = parsePolicies(
      "cpu 50; schedule cron(0 8 ? * MON-FRI *) zone Europe/Berlin min 4 max 20; 2..12",
    );
    assert.deepEqual(bounds, { min: 2, max: 12 });
    assert.deepEqual(
      policies.map(({ type }) => type),
      ["target-tracking", "scheduled"],
    );
    assert.deepEqual(policies[1], {
      name: "schedule-2",
      type: "scheduled",
      schedule: "cron(0 8 ? * MON-FRI *)",
      timezone: "Europe/Berlin",
      min: 4,
      max: 20,
    });
  });

  test("forecasts act, five minutes before the hour unless told", () => {
    const policies = rehearsed("predict cpu 50; predict requests 600 buffer 10m");
    assert.deepEqual(
      policies.map((policy) => policy.kind === "predictive" && [policy.metric, policy.target, policy.buffer]),
      [
        ["cpu", 50, 300],
        ["requests", 600, 600],
      ],
    );
  });

  test("what the load says nothing about is left out with the reason", () => {
    const queue = rehearsePolicy({ name: "backlog", type: "target-tracking", metric: "AWS/SQS/Depth", target: 5 });
    assert.deepEqual(queue, { policies: [], leftOut: "backlog: the load says nothing about AWS/SQS/Depth" });
    const forecast = { name: "p", type: "predictive", metric: "cpu", target: 5 } as const;
    assert.equal(rehearsePolicy(forecast).leftOut, "p: it only forecasts");
  });

  const faults: [text: string, says: RegExp][] = [
    ["", /there is no policy in it/],
    ["disk 50", /`disk` is no kind of policy/],
    ["cpu", /expected a target, found the end/],
    ["cpu many", /expected a target, found `many`/],
    ["cpu 0", /a target is above 0/],
    ["cpu 50 fats", /`fats` is none of out, in, cooldown, no-scale-in, fast/],
    ["cpu 50 out soon", /expected a time \(30s, 5m\), found `soon`/],
    ["step disk 80:+1", /expected cpu, memory or requests/],
    ["step cpu", /a step policy needs steps/],
    ["step cpu 80:+1 periods 1.5", /expected how many periods, found 1.5/],
    ["step cpu 80+1", /a step policy needs steps/],
    ["step cpu 80:+1 90..95:+2", /policy step: nothing says what happens above 95/],
    ["schedule daily min 1", /expected at\(…\), rate\(…\) or cron\(…\)/],
    ["schedule rate(1 hour)", /a schedule sets min, max or both/],
    ["schedule cron(1 2 3) min 1", /Invalid cron expression/],
    ["schedule at(2026-01-01T00:00:00) zone Mars/Base min 1", /Invalid time zone/],
    ["cpu 50; 5..2", /the minimum is above the maximum/],
    ["cpu 50; 0..0", /the maximum is 0/],
  ];
  for (const [text, says] of faults)
    test(`are refused with what is wrong: '${text}'`, () => {
      const fault = faultOf(() => rehearsed(text));
      assert.match(fault.message, says);
      assert.equal(fault.exitCode, 2);
      assert.ok(fault.hint || fault.message.includes("happens above"));
    });
});

describe("objectives", () => {
  const known: [text: string, figure: string, limit: number][] = [
    ["p(util>90%)<1%", "risk", 1],
    ["p(util > 75) <= 0.5%", "risk", 0.5],
    ["worst<120%", "worst", 120],
    ["lost<0.1%", "lost", 0.1],
    ["under<5m", "under", 300],
    ["cost<$20", "cost", 20],
  ];
  for (const [text, figure, limit] of known)
    test(text, () => {
      const objective = parseTuneObjective(text);
      assert.deepEqual([objective.figure, objective.limit], [figure, limit]);
    });
  for (const text of ["", "p(util>90%)", "p(load>90%)<1%", "worst<fast", "under<5", "lost<5m", "cost<5%", "p99<250ms"])
    test(`is refused with the grammar: '${text}'`, () => {
      const fault = faultOf(() => parseTuneObjective(text));
      assert.equal(fault.code, "InvalidObjective");
      assert.match(fault.hint ?? "", /p\(util>PERCENT%\)/);
    });
  test("what nothing can be below is refused with what was meant", () => {
    const fault = faultOf(() => parseTuneObjective("p(util>90%)<0%"));
    assert.match(fault.message, /nothing is below 0/);
    assert.match(fault.hint ?? "", /'p\(util>90%\)<=0%'/);
  });
});
