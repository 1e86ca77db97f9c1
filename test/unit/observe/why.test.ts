import assert from "node:assert/strict";
import { test } from "node:test";
import type { AlarmFacts } from "../../../src/core/observe/datapoints.ts";
import type { PolicyFacts } from "../../../src/core/observe/policy-facts.ts";
import type { PolicyCause, PolicyState, ServiceState } from "../../../src/core/observe/why-state.ts";
import { aboutTime } from "../../../src/core/observe/why-words.ts";
import { explainPolicies } from "../../../src/core/observe/why.ts";

const now = Date.parse("2026-01-01T12:00:30Z");

/** One datapoint a minute, the last one for the minute before `now`. */
const points = (values: readonly number[]) =>
  values.map((value, index) => ({
    at: new Date(now - 30_000 - (values.length - index) * 60_000).toISOString(),
    value,
  }));

const alarm = (kind: "High" | "Low", change: Partial<AlarmFacts> = {}): AlarmFacts => ({
  name: `TargetTracking-service/c/s-Alarm${kind}-1`,
  state: "OK",
  reason: "",
  since: null,
  policy: "cpu50",
  metric: "cpu",
  actionsEnabled: true,
  comparison: kind === "High" ? "GreaterThanThreshold" : "LessThanThreshold",
  threshold: kind === "High" ? 50 : 45,
  periodSeconds: 60,
  evaluationPeriods: kind === "High" ? 3 : 15,
  datapointsToAlarm: kind === "High" ? 3 : 15,
  points: [],
  ...change,
});

const activity = (secondsAgo: number, kind: "High" | "Low", to = 2) => ({
  at: new Date(now - secondsAgo * 1000).toISOString(),
  status: "Successful",
  description: `Setting desired count to ${to}.`,
  cause: `monitor alarm TargetTracking-service/c/s-Alarm${kind}-1 in state ALARM triggered policy cpu50`,
});

interface Case {
  cause: PolicyCause;
  says: string;
  values?: number[];
  on?: "High" | "Low";
  service?: Partial<ServiceState>;
  policy?: Partial<PolicyFacts>;
  alarms?: AlarmFacts[];
  others?: PolicyState[];
}

const tracking: PolicyFacts = {
  name: "cpu50",
  type: "target-tracking",
  metric: "cpu",
  target: 50,
  scaleOutCooldownSeconds: 30,
  scaleInCooldownSeconds: 60,
  disableScaleIn: false,
};

function explain({ values = [], on, service, policy, alarms, others = [] }: Case) {
  const own = (["High", "Low"] as const).map((kind) =>
    alarm(kind, { state: on === kind ? "ALARM" : "OK", points: points(values) }),
  );
  const state: ServiceState = {
    desired: 2,
    running: 2,
    min: 1,
    max: 4,
    deploying: false,
    suspended: { out: false, in: false },
    activities: [],
    notScaled: [],
    now,
    ...service,
  };
  const [why] = explainPolicies(state, [{ facts: { ...tracking, ...policy }, alarms: alarms ?? own }, ...others]);
  return why;
}

const steps: Partial<PolicyFacts> = {
  type: "step",
  metric: "",
  target: null,
  steps: {
    adjustmentType: "ChangeInCapacity",
    steps: [
      { lower: 0, upper: 15, adjustment: 2 },
      { lower: 15, adjustment: 4 },
    ],
  },
};
const stepAlarm = (value: number, change: Partial<AlarmFacts> = {}) =>
  alarm("High", {
    name: "over-80",
    metric: "Shop/Backlog",
    threshold: 80,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    points: points([value]),
    ...change,
  });
const five = [5, 5, 5, 5, 5];

const cases: Case[] = [
  { cause: "steady", values: [47], says: "CPU 47 % is near enough to the target of 50 %: nothing to do" },
  {
    cause: "waiting-to-scale-out",
    values: [40, 83, 62],
    says: "CPU 62 % is over 50 % for 2 of the 3 datapoints needed; if the next one is too, desired goes from 2 to 3 in about 30 s",
  },
  {
    cause: "waiting-to-scale-out",
    values: [83],
    says: "CPU 83 % is over 50 % for 1 of the 3 datapoints needed; if the next 2 are too, desired goes from 2 to 4 in about 2 min",
  },
  {
    cause: "waiting-to-scale-out",
    values: [83, 83, 83],
    says: "CPU 83 % is over 50 % for 3 of the 3 datapoints needed: desired goes from 2 to 4 within a minute",
  },
  {
    // Those from before the load will have left the alarm's view by then.
    cause: "waiting-to-scale-in",
    values: [...five, ...five, 83, 83, 5],
    says: "CPU 5 % is under 45 % for 1 of the 15 datapoints needed; if the next 14 are too, desired goes from 2 to 1 in about 14 min",
  },
  {
    cause: "scaling-out",
    values: [83, 83, 83],
    on: "High",
    says: "CPU 83 % is over 50 % for long enough: desired goes from 2 to 4 within a minute",
  },
  {
    cause: "scale-out-cooldown",
    values: [70, 70, 70],
    on: "High",
    service: { activities: [activity(18, "High", 3), activity(900, "High", 2)], desired: 3, running: 3 },
    says: "CPU 70 % is over 50 %: held, scale-out cooldown for another 12 s",
  },
  {
    cause: "scaling-out",
    values: [83, 83, 83],
    on: "High",
    service: { activities: [activity(18, "Low")] },
    says: "CPU 83 % is over 50 % for long enough: desired goes from 2 to 4 within a minute",
  },
  {
    cause: "at-maximum",
    values: [83, 83, 83],
    on: "High",
    service: { desired: 3, running: 3, max: 3 },
    says: "CPU 83 % is over 50 %: at the maximum of 3: raise it, the policy asks for 5",
  },
  {
    cause: "enough",
    values: [83, 83, 83],
    on: "High",
    service: { desired: 4, running: 2, max: 6 },
    says: "CPU 83 % is over 50 %: the 4 tasks that are wanted already are what it asks for",
  },
  {
    cause: "scale-out-suspended",
    values: [83],
    service: { suspended: { out: true, in: false } },
    says: "CPU 83 % is over 50 % for 1 of the 3 datapoints needed: scale-out is suspended; resume it with: ecsctl scale resume out",
  },
  {
    cause: "waiting-to-scale-in",
    values: [60, 8.44, 7, 6, 5],
    says: "CPU 5 % is under 45 % for 4 of the 15 datapoints needed; if the next 11 are too, desired goes from 2 to 1 in about 11 min",
  },
  {
    cause: "scaling-in",
    values: five,
    on: "Low",
    says: "CPU 5 % is under 45 % for long enough: desired goes from 2 to 1 within a minute",
  },
  {
    cause: "at-minimum",
    values: [5],
    service: { desired: 1, running: 1 },
    says: "CPU 5 % is under 45 % for 1 of the 15 datapoints needed: at the minimum of 1, nothing to remove",
  },
  {
    cause: "at-minimum",
    values: [5],
    service: { desired: 1, running: 0 },
    says: "CPU 5 % is under 45 % for 1 of the 15 datapoints needed: at the minimum of 1, nothing to remove",
  },
  {
    cause: "no-task",
    values: five,
    on: "Low",
    service: { running: 0 },
    says: "CPU 5 % is under 45 %: held, nothing scales in while no task runs",
  },
  {
    cause: "scale-in-cooldown",
    values: five,
    on: "Low",
    service: { activities: [activity(20, "Low")] },
    says: "CPU 5 % is under 45 %: held, scale-in cooldown for another 40 s",
  },
  {
    cause: "scale-in-suspended",
    values: five,
    on: "Low",
    service: { suspended: { out: false, in: true } },
    says: "CPU 5 % is under 45 %: scale-in is suspended; resume it with: ecsctl scale resume in",
  },
  {
    cause: "scale-in-disabled",
    alarms: [alarm("High", { points: points([5]) })],
    policy: { disableScaleIn: true },
    says: "CPU 5 % is under the target of 50 %, but scale-in is disabled for this policy",
  },
  {
    cause: "at-minimum",
    alarms: [alarm("High", { points: points([5]) })],
    policy: { disableScaleIn: true },
    service: { desired: 1, running: 1 },
    says: "CPU 5 % is under the target of 50 %: at the minimum of 1, nothing to remove",
  },
  {
    cause: "other-policy",
    values: five,
    on: "Low",
    others: [
      {
        facts: { ...tracking, name: "memory70", metric: "memory", target: 70 },
        alarms: [alarm("Low", { threshold: 63, points: points([66]) })],
      },
    ],
    says: "CPU 5 % is under 45 %: another policy keeps it from scaling in: memory70 (memory 66 % is over 63 %)",
  },
  {
    cause: "rollout",
    values: five,
    on: "Low",
    service: { deploying: true },
    says: "CPU 5 % is under 45 %: held, nothing scales in while a rollout is under way",
  },
  {
    cause: "flapping",
    values: five,
    on: "Low",
    service: { notScaled: [{ ...activity(40, "Low"), code: "AutoScalingAnticipatedFlapping" }] },
    says: "CPU 5 % is under 45 %: held, removing a task would push it over the target again",
  },
  {
    cause: "falling",
    values: [83, 83, 5],
    on: "High",
    says: "CPU 5 % is under 50 %, but its alarm is still on; it ends with the next look",
  },
  {
    cause: "no-data-yet",
    values: [],
    says: "no CPU datapoint yet: the first comes about a minute after a task runs, and nothing scales without data",
  },
  {
    cause: "no-data-no-task",
    alarms: [alarm("High", { points: [{ at: "2026-01-01T11:40:00.000Z", value: 60 }] })],
    service: { running: 0, desired: 0 },
    says: "no CPU data since 11:40 UTC: the service has no running task, and nothing scales without data; start one with: ecsctl scale set 1",
  },
  {
    cause: "no-data-no-task",
    alarms: [alarm("High")],
    service: { running: 0 },
    says: "no CPU datapoint: the service has no running task, and nothing scales without data",
  },
  {
    cause: "no-data-yet",
    policy: { ...steps, metric: "Shop/Backlog" },
    says: "no Shop/Backlog datapoint yet: nothing has published it, and nothing scales without data",
  },
  {
    cause: "no-data-yet",
    policy: { metric: "metric math" },
    says: "no metric math datapoint yet: not all that it is made of has data, and nothing scales without data",
  },
  {
    cause: "at-minimum",
    values: five,
    on: "Low",
    service: { desired: 1, running: 1 },
    others: [{ facts: { ...tracking, name: "orders", metric: "Shop/Orders" }, alarms: [alarm("Low")] }],
    says: "CPU 5 % is under 45 %: at the minimum of 1, nothing to remove",
  },
  {
    cause: "no-data-yet",
    alarms: [alarm("High", { points: [{ at: new Date(now - 20_000).toISOString(), value: 0 }] })],
    says: "no whole CPU datapoint yet: the time of the first is not over, and nothing scales without data",
  },
  {
    cause: "no-data",
    alarms: [alarm("High", { points: [{ at: "2026-01-01T11:40:00.000Z", value: 60 }] })],
    says: "no CPU data since 11:40 UTC: nothing publishes the metric any more, and nothing scales without data",
  },
  {
    cause: "no-alarms",
    values: [83],
    alarms: [],
    says: "its alarms do not exist: nothing triggers it; make them again with: ecsctl deploy",
  },
  {
    cause: "alarms-disabled",
    alarms: [
      alarm("High", {
        name: "TargetTracking-service/c/s-AlarmHigh-01234567-89ab-cdef-0123-456789abcdef",
        actionsEnabled: false,
      }),
      alarm("Low", { name: "low", actionsEnabled: false }),
    ],
    says: "the actions of AlarmHigh and low are disabled: nothing triggers it",
  },
  {
    cause: "alarms-disabled",
    alarms: [
      alarm("High", { name: "high", actionsEnabled: false, state: "ALARM", points: points([83]) }),
      alarm("Low"),
    ],
    says: "the actions of high are disabled: nothing triggers it",
  },
  {
    cause: "scaling-out",
    policy: steps,
    alarms: [stepAlarm(97, { state: "ALARM" })],
    service: { max: 9 },
    says: "Shop/Backlog 97 is over 80 for long enough: desired goes from 2 to 6 within a minute",
  },
  {
    cause: "waiting-to-scale-out",
    policy: steps,
    alarms: [stepAlarm(97)],
    service: { max: 9 },
    says: "Shop/Backlog 97 is over 80 for the one datapoint needed: desired goes from 2 to 6 within a minute",
  },
  {
    cause: "no-step",
    policy: {
      ...steps,
      steps: { adjustmentType: "ChangeInCapacity", steps: [{ lower: 0, upper: 10, adjustment: 2 }] },
    },
    alarms: [stepAlarm(97, { state: "ALARM" })],
    says: "Shop/Backlog 97 is over 80: no step of the policy is meant for that figure",
  },
  {
    cause: "forecast-only",
    policy: { type: "predictive", forecastOnly: true },
    says: "it forecasts only: it never changes the number of tasks",
  },
];

for (const one of cases)
  test(`${one.cause}: ${one.says}`, () => {
    assert.deepEqual(explain(one), { cause: one.cause, text: one.says });
  });

test("a minute that is not over does not count as a datapoint", () => {
  const alarms = [
    alarm("High", { points: [...points([83]), { at: new Date(now - 20_000).toISOString(), value: 90 }] }),
  ];
  assert.match(explain({ alarms, says: "", cause: "steady" })?.text ?? "", /CPU 83 % .* 1 of the 3 datapoints/);
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
