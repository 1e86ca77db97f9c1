import assert from "node:assert/strict";
import { test } from "node:test";
import { ScaledService, ecsTarget } from "./scaled-service.ts";

test("a day of target tracking: out after three minutes, in after fifteen and then step by step", async () => {
  const service = new ScaledService();
  service.register(1, 3);
  await service.track();
  service.load = 150;
  service.world.step(180);
  assert.deepEqual(service.changes, [], "two datapoints are not enough");
  service.world.step(30 * 60);
  assert.deepEqual(service.changes, [[185, 3]], "5 s after the third minute, to ceil(1 × 150 / 50)");
  service.load = 0;
  service.world.step(60 * 60);
  const [, first, second, ...rest] = service.changes;
  assert.deepEqual(rest, []);
  assert.deepEqual([first?.[1], second?.[1]], [2, 1]);
  // The load ended at 33:00; the minute from 33:00 is the first low one, the fifteenth ends at 48:00.
  assert.equal(first?.[0], 48 * 60 + 5);
  assert.equal(second?.[0], 49 * 60 + 5);
});

test("activities tell what was done, why, and what became of it", async () => {
  const service = new ScaledService();
  service.register(1, 3);
  await service.track();
  service.load = 150;
  service.world.step(186);
  const high = (await service.alarms()).find(({ AlarmName }) => AlarmName?.includes("AlarmHigh"))?.AlarmName;
  assert.match(high ?? "", /^TargetTracking-service\/c\/s-AlarmHigh-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const [started] = await service.activities();
  assert.equal(started?.Description, "Setting desired count to 3.");
  assert.equal(started?.Cause, `monitor alarm ${high} in state ALARM triggered policy cpu-target-tracking`);
  assert.equal(started?.StatusCode, "InProgress");
  assert.equal(
    started?.StatusMessage,
    "Successfully set desired count to 3. Waiting for change to be fulfilled by ecs.",
  );
  assert.equal(started?.EndTime, undefined);
  service.world.step(12);
  const [done, ...others] = await service.activities();
  assert.deepEqual(others, []);
  assert.equal(done?.StatusCode, "Successful");
  assert.equal(done?.StatusMessage, "Successfully set desired count to 3. Change successfully fulfilled by ecs.");
  assert.ok((done?.EndTime?.getTime() ?? 0) > (done?.StartTime?.getTime() ?? Infinity));
});

test("activities that did not scale are told once, and only to who asks", async () => {
  const service = new ScaledService();
  service.register(1, 2);
  await service.track();
  service.load = 400;
  service.world.step(15 * 60);
  assert.deepEqual(service.changes, [[185, 2]]);
  assert.equal((await service.activities()).length, 1);
  const [notScaled, scaled, ...others] = await service.activities(true);
  assert.deepEqual(others, []);
  assert.equal(scaled?.Description, "Setting desired count to 2.");
  assert.equal(notScaled?.Description, "Attempting to scale due to alarm triggered");
  assert.equal(notScaled?.StatusCode, "Failed");
  assert.deepEqual(notScaled?.NotScaledReasons, [{ Code: "AlreadyAtMaxCapacity", MaxCapacity: 2 }]);
});

test("a second time over the target at the maximum is told again", async () => {
  const service = new ScaledService();
  service.register(1, 1);
  await service.track();
  for (const load of [100, 10, 100]) {
    service.load = load;
    service.world.step(6 * 60);
  }
  const activities = await service.activities(true);
  assert.deepEqual(
    activities.map(({ NotScaledReasons }) => NotScaledReasons?.[0]?.Code),
    ["AlreadyAtMaxCapacity", "AlreadyAtMaxCapacity"],
  );
});

test("an idle service at its minimum says so", async () => {
  const service = new ScaledService();
  service.register(1, 3);
  await service.track();
  service.world.step(20 * 60);
  const [activity] = await service.activities(true);
  assert.deepEqual(activity?.NotScaledReasons, [{ Code: "AlreadyAtMinCapacity", MinCapacity: 1 }]);
  assert.match(activity?.Cause ?? "", /AlarmLow/);
});

test("a scale-in that would bring the load over the target again is left", async () => {
  const service = new ScaledService();
  service.register(1, 3);
  service.setDesired(2);
  await service.track();
  service.load = 80;
  service.world.step(20 * 60);
  assert.deepEqual(service.changes, [[0, 2]]);
  const [activity] = await service.activities(true);
  assert.deepEqual(activity?.NotScaledReasons, [{ Code: "AutoScalingAnticipatedFlapping", CurrentCapacity: 2 }]);
});

test("missing data never scales in", async () => {
  const service = new ScaledService();
  service.register(1, 3);
  service.setDesired(3);
  await service.track();
  service.load = 100;
  service.world.step(10 * 60);
  service.load = undefined;
  service.world.step(60 * 60);
  assert.deepEqual(service.changes, [[0, 3]]);
  const states = new Set((await service.alarms()).map(({ StateValue }) => StateValue));
  assert.deepEqual(states, new Set(["INSUFFICIENT_DATA"]));
});

test("data that ends while the service is quiet does not take the rest of the tasks away", async () => {
  const service = new ScaledService();
  service.register(1, 10);
  service.setDesired(9);
  await service.track();
  service.load = 9;
  service.world.step(16 * 60 + 10);
  assert.ok(service.desired < 9);
  service.load = undefined;
  service.world.step(5 * 60);
  const after = service.desired;
  service.world.step(60 * 60);
  assert.equal(service.desired, after);
});

test("without scale-in there is no lower alarm and no scale-in", async () => {
  const service = new ScaledService();
  service.register(1, 3);
  service.setDesired(3);
  await service.track({ DisableScaleIn: true });
  assert.deepEqual(
    (await service.alarms()).map(({ AlarmName }) => /Alarm(High|Low)/.exec(AlarmName ?? "")?.[1]),
    ["High"],
  );
  service.world.step(60 * 60);
  assert.equal(service.desired, 3);
});

test("a scale-in cooldown spaces the steps", async () => {
  const service = new ScaledService();
  service.register(1, 3);
  service.setDesired(3);
  await service.track({ ScaleInCooldown: 300 });
  service.world.step(30 * 60);
  const [, first, second] = service.changes;
  assert.deepEqual([first?.[1], second?.[1]], [2, 1]);
  assert.equal((second?.[0] ?? 0) - (first?.[0] ?? 0), 300);
});

test("a scale-out cooldown counts what was added; a larger need still adds", async () => {
  const service = new ScaledService();
  service.register(1, 10);
  await service.track({ ScaleOutCooldown: 600 });
  service.load = 150;
  service.world.step(4 * 60);
  assert.deepEqual(service.changes, [[185, 3]]);
  service.load = 400;
  service.world.step(3 * 60);
  // Three tasks at 133 %: with the first scale-out counted, ceil(1 × 133.3 / 50) is no more than the three there are.
  assert.equal(service.desired, 3);
  service.world.step(10 * 60);
  assert.equal(service.desired, 8, "after the cooldown, ceil(3 × 133.3 / 50)");
});

test("nothing scales in during a deployment, and why is told", async () => {
  const service = new ScaledService();
  service.register(1, 3);
  service.setDesired(2);
  await service.track();
  service.deploying = true;
  service.world.step(20 * 60);
  assert.equal(service.desired, 2);
  const [activity] = await service.activities(true);
  assert.deepEqual(activity?.NotScaledReasons, [{ Code: "TargetServicePutResourceAsUnscalable", CurrentCapacity: 2 }]);
  service.deploying = false;
  service.world.step(60);
  assert.equal(service.desired, 1);
});

test("suspended scaling does nothing until it is resumed", async () => {
  const service = new ScaledService();
  service.register(1, 3);
  await service.track();
  const suspend = (DynamicScalingOutSuspended: boolean) =>
    service.aas.RegisterScalableTarget?.(
      { ...ecsTarget, SuspendedState: { DynamicScalingOutSuspended } },
      service.call,
    );
  await suspend(true);
  service.load = 150;
  service.world.step(10 * 60);
  assert.equal(service.desired, 1);
  await suspend(false);
  service.world.step(60);
  assert.equal(service.desired, 3);
});

test("two policies: the larger need wins, and both must be quiet to scale in", async () => {
  const service = new ScaledService();
  service.register(1, 10);
  await service.track();
  const memory = {
    PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageMemoryUtilization" },
  } as const;
  await service.track(memory, "memory");
  service.load = 150;
  service.world.step(5 * 60);
  assert.equal(service.desired, 3);
  service.load = 0;
  service.world.step(60 * 60);
  assert.equal(service.desired, 3, "no memory data: it keeps the other from scaling in");
  await service.aas.DeleteScalingPolicy?.({ ...ecsTarget, PolicyName: "memory" }, service.call);
  service.world.step(5 * 60);
  assert.equal(service.desired, 1);
});
