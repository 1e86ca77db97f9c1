import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddedPolicy, formatPolicies } from "../../../src/core/output/policy-view.ts";
import { formatSetCount, formatSetRange, formatSuspended } from "../../../src/core/output/scale-view.ts";

const first = (text: string): string => text.split("\n")[0] ?? "";

test("scale set says who may change the number, and what is put back when", () => {
  const by = { until: null, putsBack: null, warnings: [] };
  const target = { min: 1, max: 3 };
  assert.equal(
    first(formatSetCount({ desired: { from: 1, to: 2 }, target, ...by })),
    "From 1 to 2 tasks; policies go on from there, between 1 and 3.",
  );
  assert.equal(
    first(formatSetCount({ desired: { from: 1, to: 1 }, target: null, ...by })),
    "Still 1 task; the next deploy sets it to service.desiredCount again.",
  );
  const held = {
    desired: { from: 2, to: 5 },
    target: { min: 5, max: 5 },
    until: "2030-01-01T12:00:00.000Z",
    putsBack: { min: 1, max: 3, desired: 2 },
    warnings: [],
  };
  assert.equal(
    first(formatSetCount(held)),
    "From 2 to 5 tasks; held until 2030-01-01T12:00:00.000Z; AWS then puts the limits back to 1 to 3 and the number to 2.",
  );
  assert.match(formatSetCount(held), /ecsctl scale range MIN MAX +end the hold/);
});

test("scale range says what was before", () => {
  const range = { target: { min: 1, max: 3 }, endedHold: false, warnings: [] };
  assert.match(
    formatSetRange({ ...range, was: null }),
    /^Between 1 and 3 tasks \(new\); it is in ecsctl\.yaml too\.\n/,
  );
  assert.match(formatSetRange({ ...range, was: { min: 2, max: 3 } }), /\(before: 2 to 3\)/);
  assert.match(
    formatSetRange({ ...range, was: { min: 1, max: 3 }, endedHold: true }),
    /\(as before\).* hold .* has ended/,
  );
});

test("scale suspend and resume say what is suspended now", () => {
  assert.equal(first(formatSuspended({ suspended: [], was: ["out"] })), "Nothing is suspended: the service scales.");
  assert.equal(
    first(formatSuspended({ suspended: ["out", "scheduled"], was: ["out", "scheduled"] })),
    "Suspended: scaling out, schedules. It was so before.",
  );
});

test("a policy that was added names its sides, its alarms and what comes next", () => {
  const added = formatAddedPolicy({
    policy: { name: "steps", type: "step", arn: "arn" },
    policies: [
      { name: "steps-out", arn: "arn" },
      { name: "steps-in", arn: "arn" },
    ],
    alarms: ["a", "b"],
    target: { min: 1, max: 3 },
    warnings: [],
  });
  assert.match(added, /^Policy steps \(steps-out and steps-in in AWS\) scales the service between 1 and 3 tasks/);
  assert.match(added, /\n {2}alarm a\n {2}alarm b\n/);
  const scheduled = formatAddedPolicy({
    policy: { name: "morning", type: "scheduled", arn: "arn" },
    policies: [{ name: "morning", arn: "arn" }],
    alarms: [],
    target: { min: 1, max: 3 },
    warnings: [],
  });
  assert.match(scheduled, /^Schedule morning sets the limits at its time; until then the service has 1 to 3 tasks/);
});

test("a list of policies says the limits, what is suspended and what the file does not know", () => {
  const one = {
    name: "cpu",
    type: "TargetTrackingScaling",
    metric: "ECSServiceAverageCPUUtilization",
    target: 50,
    scaleOutCooldown: 300,
    scaleInCooldown: 300,
    alarms: [],
    inFile: false,
    does: "ECSServiceAverageCPUUtilization at 50; out 300 s, in 300 s",
  };
  assert.equal(
    formatPolicies({ policies: [one], target: { min: 1, max: 3 }, suspended: ["scale-in"] }),
    "Between 1 and 3 tasks, suspended: scale-in:\n  cpu  ECSServiceAverageCPUUtilization at 50; out 300 s, in 300 s  not in ecsctl.yaml",
  );
  assert.match(formatPolicies({ policies: [], target: null, suspended: [] }), /^Nothing scales this service\./);
  assert.match(
    formatPolicies({ policies: [], target: { min: 1, max: 3 }, suspended: [] }),
    /^Between 1 and 3 tasks; no policy scales in between\.\n/,
  );
});
