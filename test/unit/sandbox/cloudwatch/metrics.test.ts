import assert from "node:assert/strict";
import { test } from "node:test";
import { MathError } from "../../../../src/core/scaling/metric-math.ts";
import { runQueries } from "../../../../src/sandbox/world/metric-queries.ts";
import { recordMetric } from "../../../../src/sandbox/world/metrics.ts";
import { metrics } from "../../../../src/sandbox/world/records/cloudwatch.ts";
import { ScaledService, start } from "../application-autoscaling/scaled-service.ts";

const minute = 60_000;

/** `a` is 1, 2, 3 in the first three minutes, `b` is 10 in the first and 30 in the third. */
function makeMetrics() {
  const service = new ScaledService();
  const put = (name: string, at: number, value: number) =>
    recordMetric(service.region, { namespace: "app", name, dimensions: {}, at: new Date(start + at * minute), value });
  for (const [at, value] of [1, 2, 3].entries()) put("a", at, value);
  put("b", 0, 10);
  put("b", 2, 30);
  return service;
}

const stat = (Id: string, MetricName: string, Stat = "Average") => ({
  Id,
  MetricStat: { Metric: { Namespace: "app", MetricName, Dimensions: [] }, Period: 60, Stat },
});

function compute(expression: string): (number | undefined)[] {
  const { region } = makeMetrics();
  const queries = [stat("a", "a"), stat("b", "b"), { Id: "e", Expression: expression }];
  const series = runQueries(region, queries, { from: start, to: start + 3 * minute }).get("e");
  return [0, 1, 2].map((at) => series?.[0]?.get(start + at * minute));
}

test("metric math combines series where all have data", () => {
  const none = undefined;
  const table: [expression: string, expected: (number | undefined)[]][] = [
    ["a + 1", [2, 3, 4]],
    ["a + b * 2", [21, none, 63]],
    ["(a + b) / 11", [1, none, 3]],
    ["b - -a ^ 2", [9, none, 21]],
    ["SUM(a)", [6, 6, 6]],
    ["a - AVG(a)", [-1, 0, 1]],
    ["SUM([a, b])", [11, 2, 33]],
    ["MAX(METRICS())", [10, 2, 30]],
    ["MIN([a, 2])", [1, 2, 2]],
    ["FILL(b, 0)", [10, 0, 30]],
    ["FILL(b, REPEAT)", [10, 10, 30]],
    ["FILL(b, a)", [10, 2, 30]],
    ["IF(a >= 2, a, 0)", [0, 2, 3]],
    ["CEIL(a / 2)", [1, 1, 2]],
    ["a / 0", [none, none, none]],
    ["7", [7, 7, 7]],
    ["10 / 4", [2.5, 2.5, 2.5]],
    ["10 - a", [9, 8, 7]],
    // Where one side has no data there is none, whatever the operator would make of it.
    ["a < b", [1, none, 1]],
    ["b ^ 0", [1, none, 1]],
    ["a != b", [1, none, 1]],
    ["[a, b] * [2, 3]", [2, 4, 6]],
    ["FILL(b, LINEAR)", [10, 20, 30]],
    ["IF(a > 1, a)", [none, 2, 3]],
    ["IF(a > 1 AND a < 3, 1, 0)", [0, 1, 0]],
    ["IF(a == 1 || a == 3, 1, 0)", [1, 0, 1]],
    ["DIFF(a)", [none, 1, 1]],
    ["RATE(a) * 60", [none, 1, 1]],
    ["DIFF_TIME(b)", [none, none, 120]],
    ["RUNNING_SUM(a)", [1, 3, 6]],
    ["SUM(a) / PERIOD(a)", [0.1, 0.1, 0.1]],
    ["DATAPOINT_COUNT(b)", [2, 2, 2]],
    ["METRIC_COUNT(METRICS())", [2, 2, 2]],
    ["SUM(METRICS() * 2)", [22, 4, 66]],
    ['MAX(METRICS("b"))', [10, none, 30]],
    ["STDDEV([a, 3])", [1, 0.5, 0]],
    ["LAST([a, b])", [10, none, 30]],
    ["HOUR(a)", [7, 7, 7]],
    ["TIME_SERIES(4)", [4, 4, 4]],
    ["SUM(IF(b > 100, b))", [none, none, none]],
  ];
  for (const [expression, expected] of table) assert.deepEqual(compute(expression), expected, expression);
});

test("expressions that cannot be read or computed are refused", () => {
  for (const wrong of [
    "a +",
    "a b",
    "(a",
    "c + 1",
    "e + 1",
    "ANOMALY_DETECTION_BAND(a)",
    "PERIOD(a + 1)",
    "RATE(1)",
    "a $ b",
  ])
    assert.throws(() => compute(wrong), MathError, wrong);
  assert.throws(() => compute("a b"), { message: "Error in expression 'e': Invalid syntax" });
  assert.throws(() => compute("BAND(a)"), { message: "Error in expression 'e': Function 'BAND' not found" });
  assert.throws(() => compute("RATE(1)"), {
    message: "Error in expression 'e': Unsupported operand type(s) for RATE: '[Scalar]'",
  });
});

test("statistics are kept for each minute, whatever way the values came", async () => {
  const { cloudwatch, call } = new ScaledService();
  const Timestamp = new Date(start);
  const put = (datum: object) =>
    cloudwatch.PutMetricData?.({ Namespace: "app", MetricData: [{ MetricName: "m", Timestamp, ...datum }] }, call);
  await put({ Value: 4 });
  await put({ Values: [1, 7], Counts: [1, 2] });
  await put({ StatisticValues: { SampleCount: 2, Sum: 6, Minimum: 2, Maximum: 4 } });
  const Statistics = ["SampleCount", "Sum", "Average", "Minimum", "Maximum"] as const;
  const window = { StartTime: Timestamp, EndTime: new Date(start + minute), Period: 60 };
  const read = await cloudwatch.GetMetricStatistics?.(
    { Namespace: "app", MetricName: "m", Statistics: [...Statistics], ...window },
    call,
  );
  const expected = { Timestamp, Unit: "None", SampleCount: 6, Sum: 25, Average: 25 / 6, Minimum: 1, Maximum: 7 };
  assert.deepEqual(read?.Datapoints, [expected]);
});

test("GetMetricData reads metrics, percentiles and expressions, newest first unless told", async () => {
  const { cloudwatch, call } = makeMetrics();
  const window = { StartTime: new Date(start), EndTime: new Date(start + 3 * minute) };
  const MetricDataQueries = [
    stat("a", "a"),
    { ...stat("b", "b", "p50"), ReturnData: false },
    { Id: "e", Expression: "a * 2", Label: "double" },
  ];
  const read = await cloudwatch.GetMetricData?.({ MetricDataQueries, ...window }, call);
  assert.deepEqual(
    read?.MetricDataResults?.map(({ Id, Label, Values }) => [Id, Label, Values]),
    [
      ["a", "a", [3, 2, 1]],
      ["e", "double", [6, 4, 2]],
    ],
  );
  const ascending = await cloudwatch.GetMetricData?.(
    { MetricDataQueries, ...window, ScanBy: "TimestampAscending" },
    call,
  );
  assert.deepEqual(ascending?.MetricDataResults?.[0]?.Values, [1, 2, 3]);
  const bad = [{ Id: "e", Expression: "nothing + 1" }];
  await assert.rejects(async () => cloudwatch.GetMetricData?.({ MetricDataQueries: bad, ...window }, call), {
    code: "ValidationError",
  });
});

test("metrics are listed by namespace and dimension", async () => {
  const { cloudwatch, call, region } = makeMetrics();
  recordMetric(region, { namespace: "app", name: "c", dimensions: { Host: "x" }, at: new Date(start), value: 1 });
  const listed = await cloudwatch.ListMetrics?.({ Namespace: "app", Dimensions: [{ Name: "Host" }] }, call);
  assert.deepEqual(listed?.Metrics, [
    { Namespace: "app", MetricName: "c", Dimensions: [{ Name: "Host", Value: "x" }] },
  ]);
});

test("minutes are kept for a day, and a crowded minute gives up its single values", () => {
  const { region } = new ScaledService();
  for (let at = 0; at < 3 * 1440; at++)
    recordMetric(region, { namespace: "app", name: "m", dimensions: {}, at: new Date(start + at * minute), value: at });
  for (let value = 0; value < 1000; value++)
    recordMetric(region, {
      namespace: "app",
      name: "m",
      dimensions: {},
      at: new Date(start + 3 * 1440 * minute),
      value,
    });
  const [metric] = metrics(region).values();
  assert.ok((metric?.buckets.length ?? 0) <= 1501);
  assert.equal(metric?.buckets.at(-1)?.count, 1000);
  assert.equal(metric?.buckets.at(-1)?.values, undefined);
});

test("metrics of AWS's own namespaces cannot be put", async () => {
  const { cloudwatch, call } = new ScaledService();
  const MetricData = [{ MetricName: "m", Value: 1 }];
  await assert.rejects(async () => cloudwatch.PutMetricData?.({ Namespace: "AWS/ECS", MetricData }, call), {
    name: "InvalidParameterValueException",
  });
});
