import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { HealthCheck } from "@aws-sdk/client-ecs";
import { cluster, EcsWorld, webTask } from "../../../support/ecs-world.ts";

/** A service of one task whose container says of itself whether it works: with which code its check ends. */
async function serve(healthCheck: Partial<HealthCheck>, code: () => number): Promise<EcsWorld> {
  const world = new EcsWorld();
  await world.start(1);
  world.runtime.onRun = code;
  const check = { command: ["CMD-SHELL", "curl -f http://localhost/"], interval: 10, retries: 2, ...healthCheck };
  await world.register({ containerDefinitions: [{ ...webTask.containerDefinitions?.[0], healthCheck: check }] });
  const deploymentCircuitBreaker = {
    enable: true,
    rollback: true,
    thresholdConfiguration: { type: "COUNT" as const, value: 3 },
  };
  await world.createService({ taskDefinition: "web", deploymentConfiguration: { deploymentCircuitBreaker } });
  return world;
}

const healthOf = async (world: EcsWorld) => {
  const [task] = await world.tasks();
  return [task?.healthStatus, task?.containers?.[0]?.healthStatus];
};
const isRunning = (world: EcsWorld) => async () => (await world.tasks())[0]?.lastStatus === "RUNNING";

describe("a container's health check", () => {
  test("one passed makes the task healthy, and only then does the rollout count it", async () => {
    const world = await serve({}, () => 0);
    await world.until(isRunning(world));
    await world.advance(9);
    assert.deepEqual(await healthOf(world), ["UNKNOWN", "UNKNOWN"]);
    assert.equal((await world.service()).deployments?.[0]?.rolloutState, "IN_PROGRESS");
    await world.advance(3);
    assert.deepEqual(await healthOf(world), ["HEALTHY", "HEALTHY"]);
    await world.until(() => world.isSteady());
  });

  test("as many failed in a row as it says make it unhealthy, and the service replaces it", async () => {
    let code = 0;
    const world = await serve({}, () => code);
    await world.until(() => world.isSteady());
    const [first] = await world.tasks();
    code = 1;
    await world.advance(11);
    assert.deepEqual(await healthOf(world), ["HEALTHY", "HEALTHY"], "one is not enough");
    await world.until(async () => (await world.tasks("STOPPED")).length > 0);
    const [stopped] = await world.tasks("STOPPED");
    assert.equal(stopped?.taskArn, first?.taskArn);
    assert.deepEqual(
      [stopped?.stoppedReason, stopped?.stopCode, stopped?.healthStatus],
      ["Task failed container health checks", "ServiceSchedulerInitiated", "UNHEALTHY"],
    );
    assert.ok((await world.events()).includes("(task …) failed container health checks."));
    code = 0;
    await world.until(() => world.isSteady());
  });

  test("in the start period failures do not count", async () => {
    const world = await serve({ startPeriod: 60 }, () => 1);
    await world.until(isRunning(world));
    await world.advance(55);
    assert.deepEqual(await healthOf(world), ["UNKNOWN", "UNKNOWN"]);
    await world.until(async () => (await healthOf(world))[0] === "UNHEALTHY");
  });

  test("never passed, it fails the rollout", async () => {
    const world = await serve({}, () => 1);
    await world.until(async () => (await world.service()).deployments?.[0]?.rolloutState === "FAILED");
    assert.equal((await world.service()).deployments?.[0]?.failedTasks, 3);
  });

  test("of a task without a service, it only shows", async () => {
    const world = await serve({}, () => 1);
    await world.call("UpdateService", { cluster, service: "web", desiredCount: 0 });
    await world.call("RunTask", { cluster, taskDefinition: "web" });
    await world.until(async () => (await world.tasks()).some((task) => task.healthStatus === "UNHEALTHY"));
    await world.advance(30);
    assert.equal((await world.tasks()).length, 1);
  });

  test("out of AWS's ranges, it is refused", async () => {
    const world = new EcsWorld();
    const healthCheck = { command: ["CMD-SHELL", "true"], interval: 1 };
    const containerDefinitions = [{ ...webTask.containerDefinitions?.[0], healthCheck }];
    await assert.rejects(world.register({ containerDefinitions }), { name: "ClientException", message: /interval/ });
  });
});
