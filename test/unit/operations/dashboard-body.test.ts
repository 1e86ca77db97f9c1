import assert from "node:assert/strict";
import { test } from "node:test";
import { policySchema } from "../../../src/core/config/scaling-schema.ts";
import { buildDashboardBody } from "../../../src/core/operations/dashboard-body.ts";
import { project } from "../../support/flash-sale.ts";

interface Widget {
  properties: { title?: string; metrics?: [string, string, ...unknown[]][] };
}

function runningOf(fast: readonly string[], containerInsights?: boolean) {
  const policies = fast.map((metric) =>
    policySchema.parse({ name: metric, type: "target-tracking", metric, target: 50, fast: true }),
  );
  const { config } = project;
  const cluster = { ...config.cluster, containerInsights };
  const body = buildDashboardBody({ ...config, cluster, scaling: { min: 1, max: 3, policies } }, facts);
  const { widgets } = JSON.parse(body) as { widgets: Widget[] };
  return widgets
    .find(({ properties }) => properties.title === "Tasks")
    ?.properties.metrics?.map(([namespace, name, ...rest]) => [namespace, name, rest.at(-1)]);
}

const facts = { region: "us-east-1", balancer: undefined, group: undefined, alarms: [] };

test("running tasks are counted by the samples of a metric that comes once a minute", () => {
  const samples = { label: "running", stat: "SampleCount" };
  assert.deepEqual(runningOf([]), [["AWS/ECS", "CPUUtilization", samples]]);
  assert.deepEqual(runningOf(["memory"]), [["AWS/ECS", "CPUUtilization", samples]]);
  assert.deepEqual(runningOf(["cpu"]), [["AWS/ECS", "MemoryUtilization", samples]]);
  assert.deepEqual(runningOf(["cpu", "memory"]), [["AWS/ECS", "MemoryUtilization", { ...samples, period: 20 }]]);
});

test("Container Insights counts them where it is on", () => {
  assert.deepEqual(
    runningOf(["cpu"], true)?.map(([, name]) => name),
    ["DesiredTaskCount", "RunningTaskCount", "PendingTaskCount"],
  );
});
