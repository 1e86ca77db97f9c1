import assert from "node:assert/strict";
import { test } from "node:test";
import { ScaledService } from "./scaled-service.ts";

const fast = {
  PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilizationHighResolution" },
} as const;

test("a policy on 20 s metrics scales out within seventy seconds, and in after fifteen minutes", async () => {
  const service = new ScaledService();
  service.fine = true;
  service.register(1, 3);
  await service.track(fast);
  const alarms = (await service.alarms()).map(({ Period, EvaluationPeriods }) => [Period, EvaluationPeriods]);
  assert.deepEqual(alarms, [
    [20, 3],
    [20, 45],
  ]);
  service.load = 150;
  service.world.step(180);
  assert.deepEqual(service.changes, [[61, 3]], "1 s after the third 20 s");
  service.load = 0;
  service.world.step(20 * 60);
  const [, first] = service.changes;
  assert.equal(first?.[1], 2);
  assert.ok((first?.[0] ?? 0) >= 180 + 15 * 60 && (first?.[0] ?? 0) <= 180 + 16 * 60, String(first?.[0]));
});

test("while the alarm lasts, its policy is invoked once a minute and not at each look", async () => {
  const service = new ScaledService();
  service.fine = true;
  service.register(1, 20);
  await service.track({ ...fast, ScaleOutCooldown: 0 });
  service.load = 100;
  service.world.step(70);
  assert.deepEqual(service.changes, [[61, 2]]);
  service.load = 400;
  service.world.step(100);
  assert.deepEqual(service.changes.slice(1), [[121, 8]], "a minute after the first");
});

test("a service that publishes once a minute leaves it without the three datapoints in a row", async () => {
  const service = new ScaledService();
  service.register(1, 3);
  await service.track(fast);
  service.load = 20;
  service.world.step(20 * 60);
  assert.deepEqual(service.changes, []);
});
