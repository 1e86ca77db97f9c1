import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PolicyFlags } from "../../../src/core/cli/policy-flags.ts";
import { readPolicy } from "../../../src/core/cli/read-policy.ts";
import type { Project } from "../../../src/core/config/project.ts";
import { EcsctlError } from "../../../src/core/errors.ts";
import type { Screen } from "../../../src/core/output/screen.ts";

const none: PolicyFlags = {
  type: undefined,
  metric: undefined,
  dimension: undefined,
  statistic: undefined,
  target: undefined,
  min: undefined,
  max: undefined,
  fast: false,
  query: undefined,
  math: undefined,
  "scale-out-cooldown": undefined,
  "scale-in-cooldown": undefined,
  "disable-scale-in": false,
  step: undefined,
  "min-adjustment-magnitude": undefined,
  cooldown: undefined,
  aggregation: undefined,
  period: undefined,
  periods: undefined,
  schedule: undefined,
  timezone: undefined,
  start: undefined,
  end: undefined,
  mode: undefined,
  buffer: undefined,
  "over-maximum": undefined,
};

/** With `--json` nobody is asked. */
const screen = { json: true } as Screen;
const read = (flags: Partial<PolicyFlags>, scaling?: { min: number; max: number }) => {
  const project = { config: { scaling: scaling && { ...scaling, policies: [] } } } as unknown as Project;
  return readPolicy({ screen, signal: new AbortController().signal, project }, "p", { ...none, ...flags });
};

describe("the flags of scale policy add", () => {
  it("say a target tracking policy, with the cooldowns written out", async () => {
    assert.deepEqual(await read({ metric: "cpu", target: "50", min: 1, max: 3, "scale-out-cooldown": 30 }), {
      policy: {
        name: "p",
        type: "target-tracking",
        metric: "cpu",
        target: 50,
        scaleOutCooldown: "30s",
        scaleInCooldown: "300s",
      },
      range: { min: 1, max: 3 },
    });
  });

  it("take the limits from ecsctl.yaml where they say none", async () => {
    const { range } = await read({ metric: "requests", target: "600" }, { min: 2, max: 9 });
    assert.deepEqual(range, {});
  });

  it("tell the kind by what they speak of", async () => {
    const limits = { min: 1, max: 3 };
    const steps = await read({ metric: "cpu", step: ["80:+2", "20:-1"], cooldown: 60, period: 20, ...limits });
    assert.deepEqual(steps.policy, {
      name: "p",
      type: "step",
      metric: "cpu",
      steps: ["80:+2", "20:-1"],
      cooldown: "60s",
      period: "20s",
    });
    const fast = await read({ metric: "cpu", step: ["80:+2"], fast: true, ...limits });
    assert.deepEqual([fast.policy.fast, fast.policy.period], [true, "20s"]);
    const schedule = await read({ schedule: "rate(1 hour)", ...limits });
    assert.deepEqual(schedule, {
      policy: { name: "p", type: "scheduled", schedule: "rate(1 hour)", ...limits },
      range: {},
    });
    const forecast = await read({ mode: "forecast-only", metric: "cpu", target: "60", "over-maximum": 10, ...limits });
    assert.deepEqual(forecast.policy, {
      name: "p",
      type: "predictive",
      metric: "cpu",
      target: 60,
      mode: "forecast-only",
      overMaximum: 10,
    });
  });

  it("read dimensions and metric math", async () => {
    const custom = await read(
      { metric: "Shop/Orders/Backlog", dimension: ["Queue=a=b"], target: "1" },
      { min: 1, max: 2 },
    );
    assert.deepEqual(custom.policy.dimensions, { Queue: "a=b" });
    const math = await read(
      {
        query: ["queue=AWS/SQS/Visible{QueueName=jobs, Stage=prod}:Sum", "tasks=running-tasks"],
        math: "queue / tasks",
        target: "10",
      },
      { min: 1, max: 2 },
    );
    assert.deepEqual(math.policy.metrics, [
      { id: "queue", metric: "AWS/SQS/Visible", dimensions: { QueueName: "jobs", Stage: "prod" }, statistic: "Sum" },
      { id: "tasks", metric: "running-tasks" },
      { id: "tracked", expression: "queue / tasks" },
    ]);
  });

  const refused: [Partial<PolicyFlags>, RegExp][] = [
    [{}, /--metric .*--target .*--min N, --max N/],
    [{ type: "step" }, /--metric .*--step .*--min N, --max N/],
    [{ type: "scheduled" }, /--schedule/],
    [{ metric: "cpu", target: "-1", min: 1, max: 2 }, /--target -1: expected a number above 0/],
    [{ metric: "cpu", target: "fifty", min: 1, max: 2 }, /--target fifty: expected a number/],
    [{ metric: "cpus", target: "5", min: 1, max: 2 }, /--metric cpus: expected cpu, memory, requests/],
    [{ metric: "A/B", dimension: ["Queue"], target: "5", min: 1, max: 2 }, /--dimension Queue: expected NAME=VALUE/],
    [{ query: ["nothing"], target: "5", min: 1, max: 2 }, /--query nothing: expected ID=METRIC/],
    [{ query: ["a=b"], target: "5", min: 1, max: 2 }, /--query .*expected cpu, memory/],
    [{ schedule: "rate(1 hour)", min: 1, start: "soon" }, /--start soon: expected a moment/],
  ];
  for (const [flags, message] of refused)
    it(`refuse ${JSON.stringify(flags)}`, async () => {
      await assert.rejects(
        read(flags),
        (error) => error instanceof EcsctlError && error.exitCode === 2 && message.test(error.message),
        message.source,
      );
    });
});
