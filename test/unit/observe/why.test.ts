import assert from "node:assert/strict";
import { test } from "node:test";
import type { AlarmView } from "../../../src/core/observe/snapshot.ts";
import { aboutTime, explainPolicy, type PolicyState } from "../../../src/core/observe/why.ts";

const now = Date.parse("2026-01-01T12:00:30Z");

const alarm = (kind: "High" | "Low", state: AlarmView["state"]): AlarmView => ({
  name: `TargetTracking-service/c/s-Alarm${kind}-1`,
  state,
  reason: "",
  since: null,
  policy: "cpu50",
  comparison: kind === "High" ? "GreaterThanThreshold" : "LessThanThreshold",
  threshold: kind === "High" ? 50 : 45,
  periodSeconds: 60,
  evaluationPeriods: kind === "High" ? 3 : 15,
  datapointsToAlarm: kind === "High" ? 3 : 15,
});

/** One datapoint a minute, the last one for the minute before `now`. */
const points = (...values: number[]) =>
  values.map((value, index) => ({ at: new Date(now - (values.length - index) * 60_000).toISOString(), value }));

const activity = (secondsAgo: number, kind: "High" | "Low") => ({
  at: new Date(now - secondsAgo * 1000).toISOString(),
  status: "Successful",
  description: "Setting desired count to 2.",
  cause: `monitor alarm TargetTracking-service/c/s-Alarm${kind}-1 in state ALARM triggered policy cpu50`,
});

interface Case {
  says: string;
  values?: number[];
  high?: AlarmView["state"];
  low?: AlarmView["state"];
  state?: Partial<PolicyState>;
  policy?: Partial<PolicyState["policy"]>;
}

const explain = ({ values = [], high = "OK", low = "OK", state, policy }: Case): string =>
  explainPolicy({
    policy: {
      name: "cpu50",
      metric: "cpu",
      target: 50,
      scaleOutCooldownSeconds: 30,
      scaleInCooldownSeconds: 60,
      disableScaleIn: false,
      ...policy,
    },
    alarms: [alarm("High", high), alarm("Low", low)],
    points: points(...values),
    desired: 2,
    min: 1,
    max: 3,
    suspended: [],
    activities: [],
    now,
    ...state,
  });

const cases: Case[] = [
  { values: [47], says: "CPU 47 % is below the target 50 %: nothing to do" },
  { values: [43.4, 47], says: "CPU 47 % is below the target 50 %: nothing to do" },
  { values: [50], says: "CPU 50 % is at the target 50 %: nothing to do" },
  {
    values: [40, 83, 82],
    says: "CPU 82 % is above the target 50 %: alarm has 2 of 3 datapoints above 50 %, scale-out in about 60 s",
  },
  {
    values: [83],
    says: "CPU 83 % is above the target 50 %: alarm has 1 of 3 datapoints above 50 %, scale-out in about 2 min",
  },
  { values: [83, 83, 83], high: "ALARM", says: "CPU 83 % is above the target 50 %: alarm is on, scaling out" },
  {
    values: [83, 83, 83],
    high: "ALARM",
    state: { activities: [activity(18, "High")] },
    says: "CPU 83 % is above the target 50 %: alarm is on, cooldown 12 s left",
  },
  {
    values: [83, 83, 83],
    high: "ALARM",
    state: { activities: [activity(18, "Low")] },
    says: "CPU 83 % is above the target 50 %: alarm is on, scaling out",
  },
  {
    values: [83, 83, 83],
    high: "ALARM",
    state: { desired: 3 },
    says: "CPU 83 % is above the target 50 %: at maximum 3, no more tasks are allowed",
  },
  {
    values: [83],
    state: { suspended: ["scale-out"] },
    says: "CPU 83 % is above the target 50 %: scale-out is suspended",
  },
  {
    values: [60, 8.44, 7, 6, 5],
    says: "CPU 5 % is below the target 50 %: scale-in in about 11 min, 4 of 15 datapoints below 45 %",
  },
  { values: [5], state: { desired: 1 }, says: "CPU 5 % is below the target 50 %: at minimum 1, nothing to do" },
  {
    values: [5],
    policy: { disableScaleIn: true },
    says: "CPU 5 % is below the target 50 %: scale-in is disabled for this policy",
  },
  {
    values: [83, 83, 5],
    high: "ALARM",
    state: { desired: 3 },
    says: "CPU 5 % is below the target 50 %: the alarm of 50 % is still on",
  },
  {
    values: [83, 83, 5],
    high: "ALARM",
    says: "CPU 5 % is below the target 50 %: the alarm of 50 % is still on and may add tasks",
  },
  { values: [5], low: "ALARM", says: "CPU 5 % is below the target 50 %: alarm is on, scaling in" },
  {
    values: [5],
    low: "ALARM",
    state: { activities: [activity(20, "Low")] },
    says: "CPU 5 % is below the target 50 %: alarm is on, cooldown 40 s left",
  },
  {
    values: [],
    says: "no CPU datapoint yet: the first comes about a minute after a task runs, and missing data never scales in",
  },
  { values: [83], state: { alarms: [] }, says: "its alarms do not exist (yet): nothing triggers it" },
];

for (const one of cases)
  test(one.says, () => {
    assert.equal(explain(one), one.says);
  });

test("a minute that is not over does not count as a datapoint", () => {
  const state = { points: [...points(83), { at: new Date(now - 20_000).toISOString(), value: 90 }] };
  assert.match(explain({ state, says: "" }), /CPU 90 % .* 1 of 3 datapoints/);
});

test("times are told in the unit that people would use", () => {
  assert.deepEqual([0, 12.4, 89, 90, 660, 5399, 7200].map(aboutTime), [
    "1 s",
    "12 s",
    "89 s",
    "2 min",
    "11 min",
    "90 min",
    "2 h",
  ]);
});
