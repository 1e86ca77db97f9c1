import assert from "node:assert/strict";
import { test } from "node:test";
import { readSeries } from "../../../../src/sandbox/world/metrics.ts";
import { ecsServices } from "../../../../src/sandbox/world/scalable-ecs.ts";
import { sampleInterval } from "../../../../src/sandbox/world/service-metrics.ts";
import { cluster, EcsWorld } from "../../../support/ecs-world.ts";

function read(world: EcsWorld, name: string, dimensions: Record<string, string>, statistic: string): number[] {
  const now = world.world.clock.now();
  const to = Math.floor(now / 60_000) * 60_000;
  const series = readSeries(
    world.region,
    { namespace: "AWS/ECS", name, dimensions },
    { from: to - 180_000, to, period: 60 },
    statistic,
  );
  return [...series.values()].map((value) => Math.round(value));
}

test("utilization is what the tasks used of what they reserve, over 100 when they burst", async () => {
  const world = new EcsWorld();
  await world.start(1);
  const start = world.world.clock.now();
  world.runtime.load = () => ({
    cpuSeconds: ((world.world.clock.now() - start) / 1000) * 0.5,
    memoryBytes: 128 * 2 ** 20,
  });
  await world.createService({ desiredCount: 2 });
  await world.advance(360);
  const ofService = { ClusterName: cluster, ServiceName: "web" };
  // Half a core of a reserved quarter; 128 of 512 MiB.
  assert.deepEqual(read(world, "CPUUtilization", ofService, "Average"), [200, 200, 200]);
  assert.deepEqual(read(world, "MemoryUtilization", ofService, "Maximum"), [25, 25, 25]);
  assert.deepEqual(read(world, "CPUUtilization", ofService, "SampleCount"), [2, 2, 2]);
  assert.deepEqual(read(world, "CPUReservation", { ClusterName: cluster }, "Average"), [50, 50, 50]);
  assert.deepEqual(read(world, "CPUUtilization", { ClusterName: cluster }, "Average"), [100, 100, 100]);
});

test("without tasks a service has no data", async () => {
  const world = new EcsWorld();
  await world.start(1);
  await world.createService({ desiredCount: 0 });
  await world.advance(300);
  assert.deepEqual(read(world, "CPUUtilization", { ClusterName: cluster, ServiceName: "web" }, "Average"), []);
});

test("a service that asks for it publishes every 20 s, that metric and no other", async () => {
  const world = new EcsWorld();
  await world.start(1);
  world.runtime.load = () => ({ cpuSeconds: world.world.clock.now() / 4000, memoryBytes: 128 * 2 ** 20 });
  const monitoring = { metricConfigurations: [{ metricNames: ["CPUUtilization"], resolutionSeconds: 20 }] };
  await world.createService({ monitoring });
  await world.advance(360);
  const to = Math.floor(world.world.clock.now() / 60_000) * 60_000;
  const counts = ["CPUUtilization", "MemoryUtilization"].map((name) => {
    const id = { namespace: "AWS/ECS", name, dimensions: { ClusterName: cluster, ServiceName: "web" } };
    return readSeries(world.region, id, { from: to - 180_000, to, period: 20 }, "Average").size;
  });
  assert.deepEqual(counts, [9, 3]);
  const { currentServiceRevisions } = await world.service();
  const { serviceRevisions } = await world.call("DescribeServiceRevisions", {
    serviceRevisionArns: [currentServiceRevisions?.[0]?.arn ?? ""],
  });
  assert.deepEqual(serviceRevisions?.[0]?.monitoring, monitoring);
});

test("only the resolutions and metrics of AWS can be asked for, and a change is a new deployment", async () => {
  const world = new EcsWorld();
  await world.start(1);
  const ask = (metricNames: string[], resolutionSeconds: number) => ({
    metricConfigurations: [{ metricNames, resolutionSeconds }],
  });
  await assert.rejects(world.createService({ monitoring: ask(["CPUUtilization"], 10) }), /resolutionSeconds 10/);
  await assert.rejects(world.createService({ monitoring: ask(["Disk"], 20) }), /Invalid metric name Disk/);
  await world.createService();
  await world.until(() => world.isSteady());
  await world.call("UpdateService", { cluster, service: "web", monitoring: ask(["CPUUtilization"], 20) });
  assert.equal((await world.service()).deployments?.length, 2);
});

test("a very fast world is measured once a minute", () => {
  assert.deepEqual([1, 20, 60, 120, 600].map(sampleInterval), [20_000, 20_000, 20_000, 60_000, 60_000]);
});

test("Application Auto Scaling reads and writes a service's desired count", async () => {
  const world = new EcsWorld();
  await world.start(1);
  await world.createService();
  await world.until(() => world.isSteady());
  const id = `service/${cluster}/web`;
  assert.deepEqual(ecsServices.read(world.region, id), { desired: 1, running: 1, deploying: false });
  ecsServices.write(world.region, id, 3);
  assert.deepEqual(ecsServices.read(world.region, id), { desired: 3, running: 1, deploying: false });
  await world.until(() => ecsServices.read(world.region, id)?.running === 3);
  assert.equal(ecsServices.read(world.region, `service/${cluster}/other`), undefined);
});
