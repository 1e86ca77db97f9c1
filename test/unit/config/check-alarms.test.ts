import assert from "node:assert/strict";
import { test } from "node:test";
import { alarmSchema } from "../../../src/core/config/alarm-schema.ts";
import { checkAlarms } from "../../../src/core/config/check-alarms.ts";
import { project } from "../../support/flash-sale.ts";

const faultsOf = (alarms: readonly object[], containerInsights?: boolean) => {
  const { config } = project;
  const cluster = { ...config.cluster, containerInsights };
  return checkAlarms({ ...config, cluster, alarms: alarms.map((alarm) => alarmSchema.parse(alarm)) }).map(
    ({ message }) => message,
  );
};

const busy = { name: "busy", metric: "cpu", threshold: 80 };

test("an alarm that can be is no fault", () => {
  assert.deepEqual(faultsOf([busy, { name: "both", rule: "ALARM(busy) AND OK(elsewhere)" }]), []);
  assert.deepEqual(faultsOf([{ name: "full", metric: "running-tasks", threshold: 5 }], true), []);
  assert.deepEqual(faultsOf([{ ...busy, period: "1h", periods: 168 }]), []);
});

test("each contradiction is told once, with what was found", () => {
  const table: [readonly object[], RegExp][] = [
    [[busy, busy], /^alarms\[1\]\.name: found "busy" again/],
    [[{ name: "full", metric: "running-tasks", threshold: 5 }], /^alarms\[0\]: found metric running-tasks/],
    [[{ name: "none" }], /neither metric nor rule/],
    [[{ name: "half", metric: "cpu" }], /threshold is missing/],
    [[{ ...busy, rule: "ALARM(x)" }], /found rule and metric/],
    [[{ ...busy, dimensions: { X: "y" } }], /found dimensions, but cpu has its own/],
    [[{ ...busy, datapoints: 2 }], /datapoints 2 above periods 1/],
    [[{ ...busy, period: "45s" }], /found period 45s, expected 10s, 20s, 30s or whole minutes/],
    [[{ ...busy, period: "30m", periods: 49 }], /at most a day/],
    [[{ ...busy, period: "1h", periods: 169 }], /at most a week/],
    [[{ name: "a", rule: "ALARM(a)" }], /a watches itself/],
    [[{ name: "a", rule: "busy" }], /expected states of alarms/],
  ];
  for (const [alarms, expected] of table) {
    const faults = faultsOf(alarms);
    assert.equal(faults.length, 1, `${String(expected)}: ${faults.join("; ")}`);
    assert.match(faults[0] ?? "", expected);
  }
});
