import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EcsctlError } from "../../../src/core/errors.ts";
import { checkConfig } from "../../../src/core/config/load.ts";

const base = `app: shop
image: { repository: shop }
cluster: { name: c, capacity: { instanceType: t2.small, min: 1, max: 3 } }
service: { name: s }
task:
  family: t
  cpu: 256
  memory: 512
  container: { name: web, port: 80 }
  logs: { group: /ecs/shop }
scaling:
  min: 1
  max: 3
  policies:
`;

const check = (policies: string[], change: (text: string) => string = (text) => text) =>
  checkConfig(change(base + policies.map((policy) => `    - { ${policy} }\n`).join("")), "/x/ecsctl.yaml", {
    cwd: "/x",
    env: {},
  }).config;

const tracking = "name: p, type: target-tracking, metric: cpu, target: 50";

describe("policies that can be", () => {
  const good = [
    tracking,
    "name: p, type: target-tracking, metric: cpu, target: 120",
    "name: p, type: target-tracking, metric: memory, target: 70, fast: true",
    "name: p, type: target-tracking, metric: Shop/Orders/Backlog, dimensions: { Queue: q }, statistic: Maximum, target: 10",
    "name: p, type: target-tracking, target: 5, metrics: [{ id: q, metric: AWS/SQS/X, dimensions: { QueueName: j }, statistic: p90 }, { id: t, metric: running-tasks }, { id: b, expression: q / t }]",
    'name: p, type: step, metric: cpu, steps: ["80:+2", "95:+4", "20:-1"], cooldown: 60s, aggregation: Maximum, period: 2m, periods: 3',
    'name: p, type: step, metric: Shop/Backlog, steps: ["80:+10%"], minAdjustmentMagnitude: 2, statistic: p99',
    "name: p, type: scheduled, schedule: cron(0 8 ? * MON-FRI *), timezone: Europe/Berlin, min: 2, max: 10",
    "name: p, type: scheduled, schedule: rate(1 hour), start: 2030-01-01T00:00:00Z, end: 2031-01-01T00:00:00+01:00, max: 5",
    'name: p, type: step, metric: cpu, steps: ["80:+2"], fast: true, period: 20s',
    "name: p, type: predictive, metric: memory, target: 60, mode: forecast-and-scale, buffer: 10m, overMaximum: 10",
  ];
  for (const policy of good) it(policy, () => assert.equal(check([policy]).scaling?.policies.length, 1));

  it("several on one service", () => {
    const many = [tracking, ...good.slice(2, 6).map((policy, index) => policy.replace("name: p", `name: p${index}`))];
    assert.equal(check(many).scaling?.policies.length, 5);
  });
});

describe("policies that cannot be", () => {
  const bad: [policies: string[], message: RegExp, change?: (text: string) => string][] = [
    [
      ["name: p, type: step, metric: cpu, target: 50, steps: ['80:+2']"],
      /\[0\]\.target: found, but a step policy does not take it/,
    ],
    [["name: p, type: target-tracking, metric: cpu"], /\[0\]: target is missing: a target-tracking policy needs it/],
    [["name: p, type: target-tracking, target: 5"], /metric \(or metrics\) is missing/],
    [["name: p, type: step, metric: cpu"], /steps is missing/],
    [["name: p, type: scheduled, min: 1"], /schedule is missing/],
    [["name: p, type: scheduled, schedule: rate(1 hour)"], /min or max is missing/],
    [["name: p, type: scheduled, schedule: every day, min: 1"], /\.schedule: Invalid schedule expression/],
    [["name: p, type: scheduled, schedule: cron(0 8 * * *), min: 1"], /\.schedule: Invalid cron expression/],
    [["name: p, type: scheduled, schedule: cron(0 25 ? * 2 *), min: 1"], /: the hour is 25, expected 0 to 23/],
    [["name: p, type: scheduled, schedule: at(2030-02-30T08:00:00), min: 1"], /: there is no such moment/],
    [
      ["name: a/b, type: scheduled, schedule: rate(1 hour), min: 1"],
      /\.name: found "a\/b", expected a schedule's name/,
    ],
    [
      ["name: p, type: scheduled, schedule: at(2030-01-01T00:00:00), timezone: Mars/Base, min: 1"],
      /\.timezone: Invalid time zone/,
    ],
    [
      ["name: p, type: scheduled, schedule: rate(1 hour), timezone: Europe/Berlin, min: 1"],
      /rate, which has no time of day/,
    ],
    [["name: p, type: scheduled, schedule: rate(1 hour), min: 5, max: 2"], /min 5 above max 2/],
    [
      [
        "name: p, type: scheduled, schedule: rate(1 hour), min: 1, start: 2031-01-01T00:00:00Z, end: 2030-01-01T00:00:00Z",
      ],
      /not after the start/,
    ],
    [
      ["name: p, type: scheduled, schedule: rate(1 hour), min: 1, start: tomorrow"],
      /found "tomorrow", expected a moment/,
    ],
    [["name: p, type: predictive, metric: A/B, target: 5"], /expected cpu, memory or requests for a predictive/],
    [["name: p, type: predictive, metric: cpu, target: 5, buffer: 1h"], /found 1h, expected less than an hour/],
    [["name: p, type: target-tracking, metric: memory, target: 100"], /found 100 %.*never gets above 100 %/],
    [[`${tracking.replace("50", "100")}`], /Fargate gets no more than it reserves/, toFargate],
    [["name: p, type: target-tracking, metric: requests, target: 100"], /no load balancer that counts them/],
    [["name: p, type: target-tracking, metric: running-tasks, target: 3"], /does not fall when tasks are added/],
    [
      ["name: p, type: target-tracking, metric: A/B, target: 3, fast: true"],
      /only cpu and memory have metrics every 20/,
    ],
    [["name: p, type: target-tracking, metric: A/B, target: 3, statistic: p90"], /\.statistic: found p90/],
    [[`${tracking}, dimensions: { A: b }`], /\.dimensions: found, but cpu has its own/],
    [[`${tracking}, metrics: [{ id: a, metric: cpu }]`], /found together with metric/],
    [
      ["name: p, type: target-tracking, target: 1, metrics: [{ id: a, metric: cpu, expression: b }]"],
      /a: expected either expression or metric/,
    ],
    [
      [
        "name: p, type: target-tracking, target: 1, metrics: [{ id: a, metric: cpu }, { id: t, expression: a / MAX(b) }]",
      ],
      /metrics: t: found b in a \/ MAX\(b\), expected a$/,
    ],
    [
      ["name: p, type: target-tracking, target: 1, metrics: [{ id: t, expression: a }]"],
      /t: found a in a, expected names of metrics beside it/,
    ],
    [["name: p, type: step, metric: memory, steps: ['80:+2', '120:+4']"], /found 120:\+4, but a task that uses all/],
    [
      ["name: p, type: target-tracking, target: 1, metrics: [{ id: a, metric: cpu }, { id: a, expression: a }]"],
      /the name a twice/,
    ],
    [
      ["name: p, type: target-tracking, target: 1, metrics: [{ id: A, metric: cpu }]"],
      /begins with a lower-case letter/,
    ],
    [["name: p, type: step, metric: cpu, steps: ['80:+2', '80:+4']"], /\.steps: 80:\+2 and 80:\+4 overlap/],
    [["name: p, type: step, metric: cpu, steps: ['80:+2'], minAdjustmentMagnitude: 2"], /without a step in percent/],
    [["name: p, type: step, metric: cpu, steps: ['80:+2'], period: 20s"], /found 20s, but cpu comes every minute/],
    [
      [`name: p, type: step, metric: cpu, steps: [${Array.from({ length: 21 }, (_, at) => `"${at}:+1"`).join(", ")}]`],
      /more than 20 steps on one side/,
    ],
    [["name: p, type: step, metric: cpu, steps: ['80:+2'], period: 45s"], /found 45s, expected 10s, 20s, 30s/],
    [[tracking, tracking.replace("cpu", "memory")], /found "p" again/],
    [[tracking, tracking.replace("name: p", "name: q")], /second target tracking policy for cpu/],
    [
      ["name: a, type: step, metric: cpu, steps: ['80:+2']", "name: a-out, type: step, metric: cpu, steps: ['80:+2']"],
      /"a-out" beside "a"/,
    ],
    [["name: p, type: target-tracking, metric: cpus, target: 5"], /found "cpus", expected cpu, memory, requests/],
    [
      ["name: p, type: steps, metric: cpu"],
      /found "steps", expected target-tracking or step or scheduled or predictive/,
    ],
  ];
  for (const [policies, message, change] of bad)
    it(policies.join(" + "), () => {
      assert.throws(
        () => check(policies, change),
        (error) => error instanceof EcsctlError && error.exitCode === 3 && message.test(error.message),
        message.source,
      );
    });

  it("names the line, and the key that was meant", () => {
    assert.throws(
      () => check(["name: p, type: step, metric: cpu, steps: ['80:+2'], coolDowns: 3s"]),
      (error) =>
        error instanceof EcsctlError && /ecsctl\.yaml:15:\d+/.test(error.message) && /cooldown/.test(error.hint ?? ""),
    );
  });
});

function toFargate(text: string): string {
  return text
    .replace(", capacity: { instanceType: t2.small, min: 1, max: 3 }", "")
    .replace("service: { name: s }", "service: { name: s, launchType: FARGATE }");
}
