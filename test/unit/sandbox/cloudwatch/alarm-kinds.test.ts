import assert from "node:assert/strict";
import { test } from "node:test";
import type { PutMetricAlarmCommandInput } from "@aws-sdk/client-cloudwatch";
import { recordMetric, recordStatistics } from "../../../../src/sandbox/world/metrics.ts";
import { ScaledService } from "../application-autoscaling/scaled-service.ts";

const base = {
  AlarmName: "a",
  Namespace: "app",
  MetricName: "m",
  Statistic: "Average",
  Period: 60,
  EvaluationPeriods: 3,
  Threshold: 10,
  ComparisonOperator: "GreaterThanThreshold",
} as const;

/** A world with one alarm, and what it is told each period: a value, or nothing. */
async function watch(change: Partial<PutMetricAlarmCommandInput>) {
  const service = new ScaledService();
  await service.cloudwatch.PutMetricAlarm?.({ ...base, ...change }, service.call);
  const { Period = 60 } = { ...base, ...change };
  const tell = (values: readonly (number | undefined)[]): void => {
    for (const value of values) {
      const at = service.world.clock.date();
      if (value !== undefined)
        recordMetric(service.region, {
          namespace: "app",
          name: "m",
          dimensions: {},
          at,
          value,
          resolution: Period < 60 ? 1 : 60,
        });
      service.world.step(Period);
    }
    service.world.step(Period < 60 ? 2 : 6);
  };
  const state = async () => (await service.alarms())[0]?.StateValue;
  return { service, tell, state };
}

test("M of N: two of the last three, wherever they are", async () => {
  const { tell, state } = await watch({ DatapointsToAlarm: 2 });
  tell([20, 1, 20]);
  assert.equal(await state(), "ALARM");
});

test("missing data: the four treatments of a series that ends", async () => {
  for (const [treatment, expected] of [
    ["breaching", "ALARM"],
    ["notBreaching", "OK"],
    ["ignore", "OK"],
    ["missing", "INSUFFICIENT_DATA"],
  ] as const) {
    const { tell, state } = await watch({ TreatMissingData: treatment });
    tell([1, 1, 1, 1]);
    assert.equal(await state(), "OK", treatment);
    tell(Array.from({ length: 8 }, () => undefined));
    assert.equal(await state(), expected, treatment);
  }
});

test("an alarm of ten seconds goes off within the half minute", async () => {
  const { service, tell, state } = await watch({ Period: 10 });
  tell([20, 20, 20]);
  assert.equal(await state(), "ALARM");
  assert.equal(service.seconds, 32);
});

test("a percentile of few samples is left alone where the alarm says so", async () => {
  for (const [EvaluateLowSampleCountPercentile, expected] of [
    ["ignore", "INSUFFICIENT_DATA"],
    ["evaluate", "ALARM"],
  ] as const) {
    const { tell, state } = await watch({
      Statistic: undefined,
      ExtendedStatistic: "p90",
      EvaluationPeriods: 1,
      EvaluateLowSampleCountPercentile,
    });
    tell([20, 20]);
    assert.equal(await state(), expected);
  }
  const { service, state } = await watch({
    Statistic: undefined,
    ExtendedStatistic: "p90",
    EvaluationPeriods: 1,
    EvaluateLowSampleCountPercentile: "ignore",
  });
  const values = Array.from({ length: 100 }, (_, index) => index);
  recordStatistics(service.region, {
    namespace: "app",
    name: "m",
    dimensions: {},
    at: service.world.clock.date(),
    count: 100,
    sum: 4950,
    min: 0,
    max: 99,
    distribution: { values },
  });
  service.world.step(66);
  assert.equal(await state(), "ALARM", "a hundred samples are enough for p90");
});

test("an alarm on metric math looks at the entry that returns data", async () => {
  const { service, tell, state } = await watch({
    Namespace: undefined,
    MetricName: undefined,
    Statistic: undefined,
    Period: undefined,
    Metrics: [
      {
        Id: "m1",
        MetricStat: { Metric: { Namespace: "app", MetricName: "m" }, Period: 60, Stat: "Sum" },
        ReturnData: false,
      },
      { Id: "e1", Expression: "IF(RATE(m1) > 0, 100, 0)", Label: "growing", ReturnData: true },
    ],
  });
  tell([1, 2, 3, 4, 5]);
  assert.equal(await state(), "ALARM");
  const reason = (await service.alarms())[0]?.StateReasonData;
  assert.equal((JSON.parse(reason ?? "{}") as { period: number }).period, 60);
});

test("alarms that cannot be are refused in CloudWatch's words", async () => {
  const service = new ScaledService();
  const metric = (Id: string) => ({
    Id,
    MetricStat: { Metric: { Namespace: "app", MetricName: "m" }, Period: 60, Stat: "Sum" },
    ReturnData: false,
  });
  const math = { Namespace: undefined, MetricName: undefined, Statistic: undefined, Period: undefined };
  const many = Array.from({ length: 11 }, (_, index) => metric(`m${index}`));
  const table: [change: Partial<PutMetricAlarmCommandInput>, message: string | RegExp][] = [
    [{ Period: 15 }, "Period must be 10, 20, 30 or a multiple of 60"],
    [{ Period: 1800, EvaluationPeriods: 49 }, /^Metrics cannot be checked across more than a day/],
    [{ Period: 3600, EvaluationPeriods: 169 }, /^Metrics cannot be checked across more than a week/],
    [{ DatapointsToAlarm: 4 }, "DatapointsToAlarm must be less than or equal to EvaluationPeriods."],
    [{ AlarmActions: ["arn:aws:sns:us-east-1:123456789012:t", "ops"] }, "Invalid arn syntax: ops"],
    [{ EvaluateLowSampleCountPercentile: "ignore" }, /can only be used with a percentile/],
    [{ ThresholdMetricId: "ad1" }, "The sandbox does not know the parameter ThresholdMetricId."],
    [
      { ...math, Metrics: [...many, { Id: "e1", Expression: "SUM(METRICS())" }] },
      "Alarms on math expressions cannot contain more than 10 individual metrics",
    ],
    [{ ...math, Metrics: [metric("m1")] }, "Exactly one element of the metrics list should return data."],
    [
      { ...math, Metrics: [metric("m1"), { Id: "e1", Expression: "ANOMALY_DETECTION_BAND(m1)" }] },
      "Error in expression 'e1': Function 'ANOMALY_DETECTION_BAND' not found",
    ],
  ];
  for (const [change, message] of table)
    await assert.rejects(
      async () => service.cloudwatch.PutMetricAlarm?.({ ...base, ...change }, service.call),
      { message },
      String(message),
    );
});
