import assert from "node:assert/strict";
import { test } from "node:test";
import { readAlarm } from "../../../src/core/cli/alarm-flags.ts";

const flags = (threshold: string | undefined): Parameters<typeof readAlarm>[1] => ({
  json: undefined,
  metric: "cpu",
  dimension: undefined,
  statistic: undefined,
  comparison: undefined,
  threshold,
  period: undefined,
  periods: undefined,
  datapoints: undefined,
  missing: undefined,
  rule: undefined,
  notify: true,
  "notify-on": undefined,
  description: undefined,
});

test("a threshold is a number, and what is none is shown", () => {
  assert.equal(readAlarm("busy", flags("-1.5")).threshold, -1.5);
  assert.equal(readAlarm("busy", flags(undefined)).threshold, undefined);
  for (const text of ["abc", "", "80%", "Infinity"])
    assert.throws(() => readAlarm("busy", flags(text)), {
      code: "InvalidThreshold",
      exitCode: 2,
      message: `--threshold ${text}: expected a number.`,
    });
});
