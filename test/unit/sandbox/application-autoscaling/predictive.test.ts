import assert from "node:assert/strict";
import { test } from "node:test";
import type * as aas from "@aws-sdk/client-application-auto-scaling";
import { recordStatistics } from "../../../../src/sandbox/world/metrics.ts";
import { ecsTarget, ScaledService, start } from "./scaled-service.ts";

const hour = 3_600_000;

/** A service with eight days behind it: 400 % of a task's CPU at nine and ten o'clock, 40 % otherwise. */
function withHistory(): ScaledService {
  const service = new ScaledService();
  service.load = undefined;
  for (let ago = 8 * 24; ago > 0; ago--) {
    const at = new Date(start - ago * hour);
    const level = at.getUTCHours() === 9 || at.getUTCHours() === 10 ? 400 : 40;
    const dimensions = { ClusterName: "c", ServiceName: "s" };
    recordStatistics(service.region, {
      namespace: "AWS/ECS",
      name: "CPUUtilization",
      dimensions,
      at,
      unit: "Percent",
      // One sample a minute of a task, for an hour.
      count: 60,
      sum: level * 60,
      min: level,
      max: level,
    });
  }
  return service;
}

async function predict(service: ScaledService, config: Partial<aas.PredictiveScalingPolicyConfiguration> = {}) {
  return service.aas.PutScalingPolicy?.(
    {
      ...ecsTarget,
      PolicyName: "ahead",
      PolicyType: "PredictiveScaling",
      PredictiveScalingPolicyConfiguration: {
        MetricSpecifications: [
          { TargetValue: 50, PredefinedMetricPairSpecification: { PredefinedMetricType: "ECSServiceCPUUtilization" } },
        ],
        ...config,
      },
    },
    service.call,
  );
}

const forecastOf = async (service: ScaledService) =>
  service.aas.GetPredictiveScalingForecast?.(
    { ...ecsTarget, PolicyName: "ahead", StartTime: new Date(start), EndTime: new Date(start + 48 * hour) },
    service.call,
  );

test("a forecast looks 48 hours ahead, hour by hour, and does nothing unless told", async () => {
  const service = withHistory();
  service.register(1, 20);
  await predict(service);
  service.world.step(4 * 3600);
  assert.deepEqual(service.changes, []);
  const forecast = await forecastOf(service);
  assert.equal(forecast?.CapacityForecast?.Values?.length, 48);
  // The world begins at seven o'clock.
  assert.deepEqual(forecast?.CapacityForecast?.Values?.slice(0, 6), [1, 1, 8, 8, 1, 1]);
  assert.deepEqual(forecast?.LoadForecast?.[0]?.Values?.slice(0, 4), [40, 40, 400, 400]);
  assert.equal(forecast?.CapacityForecast?.Timestamps?.[2]?.toISOString(), "2026-11-22T09:00:00.000Z");
});

test("told to scale, it is there five minutes before the hour, and never scales in by itself", async () => {
  const service = withHistory();
  service.register(1, 20);
  await predict(service, { Mode: "ForecastAndScale" });
  service.world.step(6 * 3600);
  assert.deepEqual(service.changes, [[2 * 3600 - 300, 8]]);
  const [activity] = await service.activities();
  assert.equal(activity?.Cause, "predictive scaling policy ahead forecast a capacity of 8");
});

test("target tracking scales in after the busy hours, not during them", async () => {
  const service = withHistory();
  service.register(1, 20);
  await predict(service, { Mode: "ForecastAndScale" });
  await service.track({ ScaleInCooldown: 60 });
  service.load = 40;
  service.world.step(3.9 * 3600);
  assert.deepEqual(service.changes, [[2 * 3600 - 300, 8]], "idle, but foreseen");
  service.world.step(3600);
  assert.equal(service.desired, 1);
});

test("a forecast above the maximum is cut, or lifts it with its buffer", async () => {
  for (const [change, expected] of [
    [{}, 5],
    [{ MaxCapacityBreachBehavior: "IncreaseMaxCapacity", MaxCapacityBuffer: 10 }, 8],
  ] as const) {
    const service = withHistory();
    service.register(1, 5);
    await predict(service, { Mode: "ForecastAndScale", ...change });
    service.world.step(2 * 3600);
    assert.equal(service.desired, expected);
  }
});

test("without a day of history there is no forecast", async () => {
  const service = new ScaledService();
  service.register(1, 5);
  await predict(service, { Mode: "ForecastAndScale" });
  service.world.step(7200);
  assert.deepEqual((await forecastOf(service))?.CapacityForecast?.Values, []);
});

test("what cannot be a predictive policy is refused", async () => {
  const service = withHistory();
  service.register(1, 5);
  const table: [change: object, message: RegExp][] = [
    [{ MetricSpecifications: [] }, /^Exactly one metric specification/],
    [{ SchedulingBufferTime: 3600 }, /^SchedulingBufferTime must be/],
    [{ MaxCapacityBuffer: 10 }, /^MaxCapacityBuffer can only be/],
    [{ MaxCapacityBreachBehavior: "IncreaseMaxCapacity" }, /^MaxCapacityBuffer must be/],
    [
      {
        MetricSpecifications: [
          { TargetValue: 50, PredefinedMetricPairSpecification: { PredefinedMetricType: "ASGCPUUtilization" } },
        ],
      },
      /^The sandbox publishes no metric for/,
    ],
  ];
  for (const [change, message] of table)
    await assert.rejects(predict(service, change), { name: "ValidationException", message });
});
