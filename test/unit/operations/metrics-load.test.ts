import assert from "node:assert/strict";
import { test } from "node:test";
import { readMetricsLoad } from "../../../src/core/operations/metrics-load.ts";
import { FakeAws, fakeContext } from "../../support/fake-aws.ts";
import { project } from "../../support/flash-sale.ts";

const now = Date.UTC(2026, 10, 22, 12);
interface Query {
  Id: string;
  MetricStat: { Period: number; Stat: string; Metric: { MetricName: string } };
}
interface Asked {
  StartTime: Date;
  MetricDataQueries: Query[];
}

/** A past of `minutes` periods, oldest first; each query's values by its id. */
function fake(values: Record<string, number[]>, options: { running: number; balanced?: boolean; pages?: boolean }) {
  const asked: Asked[] = [];
  const targetGroupArn = "arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/shop/1";
  const aws = new FakeAws(
    {
      DescribeServices: {
        services: [
          {
            status: "ACTIVE",
            runningCount: options.running,
            loadBalancers: options.balanced ? [{ targetGroupArn }] : [],
          },
        ],
      },
      GetMetricData: (input: Asked & { NextToken?: string }) => {
        asked.push(input);
        const [{ MetricStat }] = input.MetricDataQueries as [Query];
        const results = input.MetricDataQueries.map(({ Id }) => {
          const all = (values[Id] ?? []).map((value, index, { length }) => ({
            at: new Date(now - (length - index) * MetricStat.Period * 1000),
            value,
          }));
          const half = all.length >> 1;
          const shown = !options.pages ? all : input.NextToken ? all.slice(half) : all.slice(0, half);
          return { Id, Timestamps: shown.map(({ at }) => at), Values: shown.map(({ value }) => value) };
        });
        return { MetricDataResults: results, NextToken: options.pages && !input.NextToken ? "more" : undefined };
      },
    },
    now,
  );
  return { context: fakeContext(aws), asked };
}

test("a load balancer's requests are the load, and tell what a task does at 100 %", async () => {
  // Two tasks at 40 % take 80 requests/s: one does 100 at 100 %.
  const cpu = [40, 40, 40, 40];
  const { context, asked } = fake(
    { cpu, samples: cpu.map(() => 2), each: cpu.map(() => 40 * 60) },
    { running: 2, balanced: true, pages: true },
  );
  const { curve, capacity, tasks, notes } = await readMetricsLoad(context, project.config, 3600);
  assert.deepEqual([curve.unit, curve.rates.length, curve.rates[60]], ["rps", 180, 80]);
  assert.deepEqual([capacity?.value, tasks, notes], [100, 2, []]);
  assert.match(curve.description, /its load balancer's requests$/);
  assert.equal(asked.length, 2, "every page is read");
});

test("without one it is CPU times tasks, whether the agents report once a minute or thrice", async () => {
  for (const samplesAMinute of [1, 3]) {
    const { context } = fake(
      { cpu: [50, 60, 70, 70], samples: [1, 2, 4, 4].map((count) => count * samplesAMinute) },
      { running: 4 },
    );
    const { curve, capacity, tasks } = await readMetricsLoad(context, project.config, 3600);
    assert.deepEqual([curve.unit, capacity, tasks], ["%", undefined, 1]);
    assert.deepEqual([curve.rates[0], curve.rates[60], curve.rates[120]], [50, 120, 280]);
  }
});

test("says that a service at its limit may have been asked for more", async () => {
  const { context } = fake({ cpu: [99, 99, 50, 50], samples: [1, 1, 1, 1] }, { running: 1 });
  const { notes } = await readMetricsLoad(context, project.config, 3600);
  assert.deepEqual(notes, [
    "In 2 of 4 periods the CPU was over 95 %: more may have been asked of it than CloudWatch shows.",
  ]);
});

test("the longer ago, the longer CloudWatch's periods", async () => {
  for (const [days, period] of [
    [7, 60],
    [30, 300],
    [200, 3600],
  ] as const) {
    const { context, asked } = fake({ cpu: [50, 50, 50], samples: [1, 1, 1] }, { running: 1 });
    await readMetricsLoad(context, project.config, days * 86_400);
    assert.equal(asked[0]?.MetricDataQueries[0]?.MetricStat.Period, period);
    assert.equal(asked[0]?.StartTime.getTime(), now - days * 86_400_000);
  }
});

test("a service without any datapoint is an error that says where to look", async () => {
  const { context } = fake({}, { running: 0 });
  await assert.rejects(readMetricsLoad(context, project.config, 3600), { code: "NoMetrics", exitCode: 4 });
});
