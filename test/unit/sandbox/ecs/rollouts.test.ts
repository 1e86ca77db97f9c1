import assert from "node:assert/strict";
import { test } from "node:test";
import { RuntimeError } from "../../../../src/sandbox/runtime/runtime.ts";
import { breakerThreshold } from "../../../../src/sandbox/world/rollouts.ts";
import { cluster, EcsWorld } from "../../../support/ecs-world.ts";

const breaker = {
  enable: true,
  rollback: true,
  thresholdConfiguration: { type: "COUNT" as const, value: 3 },
};

/** A steady service, then an update to a second revision of its task definition. */
async function rollOut(desiredCount: number, percent: { minimumHealthyPercent: number; maximumPercent: number }) {
  const world = new EcsWorld();
  await world.start(2);
  await world.createService({ desiredCount, deploymentConfiguration: percent });
  await world.until(() => world.isSteady());
  const taskDefinition = await world.register();
  await world.call("UpdateService", { cluster, service: "web", taskDefinition });
  return { world, taskDefinition };
}

/** Fewest RUNNING and most wanted tasks while the rollout lasts. */
async function watch(world: EcsWorld) {
  let [fewest, most] = [Infinity, 0];
  await world.until(async () => {
    const wanted = await world.tasks();
    fewest = Math.min(fewest, wanted.filter((task) => task.lastStatus === "RUNNING").length);
    most = Math.max(most, wanted.length);
    return world.isSteady();
  });
  return { fewest, most };
}

for (const { min, max, fewest, most } of [
  { min: 100, max: 200, fewest: 2, most: 4 },
  { min: 50, max: 100, fewest: 1, most: 2 },
  { min: 100, max: 150, fewest: 2, most: 3 },
  { min: 0, max: 100, fewest: 0, most: 2 },
])
  test(`a rollout of 2 tasks with ${min} to ${max} percent keeps between ${fewest} and ${most} tasks`, async () => {
    const { world, taskDefinition } = await rollOut(2, { minimumHealthyPercent: min, maximumPercent: max });
    assert.deepEqual(await watch(world), { fewest, most });
    const running = await world.tasks();
    assert.deepEqual(
      running.map((task) => task.taskDefinitionArn),
      [taskDefinition, taskDefinition],
    );
  });

test("while rolling out, the new deployment is PRIMARY and the old one ACTIVE until it has no tasks", async () => {
  const { world, taskDefinition } = await rollOut(1, { minimumHealthyPercent: 100, maximumPercent: 200 });
  const { deployments = [] } = await world.service();
  assert.deepEqual(
    deployments.map((one) => [one.status, one.rolloutState]),
    [
      ["PRIMARY", "IN_PROGRESS"],
      ["ACTIVE", "COMPLETED"],
    ],
  );
  assert.equal(deployments[0]?.taskDefinition, taskDefinition);
  assert.equal(deployments[0]?.rolloutStateReason, `ECS deployment ${deployments[0]?.id} in progress.`);
  await world.until(() => world.isSteady());
  assert.equal((await world.service()).deployments?.length, 1);
});

test("an update of count or percentages starts no deployment, a forced one does", async () => {
  const { world } = await rollOut(1, { minimumHealthyPercent: 100, maximumPercent: 200 });
  await world.until(() => world.isSteady());
  const id = async () => (await world.service()).deployments?.[0]?.id;
  const before = await id();
  await world.call("UpdateService", { cluster, service: "web", desiredCount: 2 });
  await world.call("UpdateService", { cluster, service: "web", deploymentConfiguration: { maximumPercent: 150 } });
  const taskDefinition = (await world.service()).taskDefinition;
  await world.call("UpdateService", { cluster, service: "web", taskDefinition });
  assert.equal(await id(), before);
  await world.call("UpdateService", { cluster, service: "web", forceNewDeployment: true });
  assert.notEqual(await id(), before);
});

/** A steady service whose second revision cannot start. */
async function breakService(rollback: boolean) {
  const world = new EcsWorld();
  await world.start(1);
  await world.createService({ deploymentConfiguration: { deploymentCircuitBreaker: { ...breaker, rollback } } });
  await world.until(() => world.isSteady());
  const first = await world.service();
  world.runtime.onStart = () => {
    throw new RuntimeError("CannotPullContainerError", "manifest unknown");
  };
  const taskDefinition = await world.register();
  await world.call("UpdateService", { cluster, service: "web", taskDefinition });
  const failed = (await world.service()).deployments?.[0]?.id ?? "";
  return { world, first, failed };
}

test("the circuit breaker fails a deployment whose tasks do not start, and rolls back", async () => {
  const { world, first, failed } = await breakService(true);
  await world.until(async () => (await world.service()).deployments?.[0]?.id !== failed, 300);
  const during = await world.service();
  const [primary, other] = during.deployments ?? [];
  assert.equal(primary?.id, first.deployments?.[0]?.id);
  assert.equal(
    primary?.rolloutStateReason,
    `ECS deployment circuit breaker: rolling back to deploymentId ${primary?.id}.`,
  );
  assert.deepEqual([other?.id, other?.rolloutState, other?.failedTasks], [failed, "FAILED", 3]);
  assert.equal(other?.rolloutStateReason, "ECS deployment circuit breaker: tasks failed to start.");
  assert.equal(during.taskDefinition, first.taskDefinition);
  await world.until(() => world.isSteady());
  const events = await world.events();
  const from = events.indexOf("(deployment ecs-svc/…) deployment failed: tasks failed to start.");
  assert.deepEqual(events.slice(from), [
    "(deployment ecs-svc/…) deployment failed: tasks failed to start.",
    "rolling back to (deployment ecs-svc/…).",
    "(deployment ecs-svc/…) deployment completed.",
    "has reached a steady state.",
  ]);
  const { serviceDeployments = [] } = await world.call("ListServiceDeployments", { cluster, service: "web" });
  assert.deepEqual(
    serviceDeployments.map((one) => one.status),
    ["ROLLBACK_SUCCESSFUL", "SUCCESSFUL"],
  );
});

test("a revision that runs for seconds only is a failure too, and never costs the old task its place", async () => {
  const world = new EcsWorld();
  await world.start(1);
  await world.createService({ deploymentConfiguration: { deploymentCircuitBreaker: breaker } });
  await world.until(() => world.isSteady());
  const [old] = await world.tasks();
  await world.call("UpdateService", { cluster, service: "web", taskDefinition: await world.register() });
  await world.until(async () => {
    const fresh = (await world.tasks()).find((task) => task.taskArn !== old?.taskArn);
    const age = world.world.clock.now() - Number(fresh?.startedAt ?? world.world.clock.now());
    const spec = [...world.runtime.running.values()].find((one) => fresh?.taskArn?.endsWith(one.taskId));
    if (age >= 5000 && spec) {
      world.runtime.running.delete(spec.taskId);
      spec.onExit({ exitCode: 1 });
    }
    return (await world.events()).includes("(deployment ecs-svc/…) deployment failed: tasks failed to start.");
  });
  await world.until(() => world.isSteady());
  assert.deepEqual(
    (await world.tasks()).map((task) => task.taskArn),
    [old?.taskArn],
  );
});

test("a deployment that interrupts a rollback can still go back to what ran well", async () => {
  const { world, first, failed } = await breakService(true);
  await world.until(async () => (await world.service()).deployments?.[0]?.id !== failed, 300);
  await world.call("UpdateService", { cluster, service: "web", taskDefinition: await world.register() });
  await world.until(() => world.isSteady(), 300);
  const service = await world.service();
  assert.equal(service.taskDefinition, first.taskDefinition);
  assert.deepEqual(
    service.deployments?.map((one) => one.id),
    [first.deployments?.[0]?.id],
  );
});

test("without rollback the failed deployment stays primary, the old tasks stay, and nothing more is started", async () => {
  const { world, failed } = await breakService(false);
  await world.until(async () => (await world.service()).deployments?.[0]?.rolloutState === "FAILED", 300);
  await world.advance(1200);
  const service = await world.service();
  const [primary, other] = service.deployments ?? [];
  assert.deepEqual([primary?.id, primary?.status, primary?.failedTasks], [failed, "PRIMARY", 3]);
  assert.deepEqual([other?.status, other?.runningCount], ["ACTIVE", 1]);
  assert.equal(service.runningCount, 1);
});

test("a failing service without a circuit breaker is told of, and throttled", async () => {
  const world = new EcsWorld();
  await world.start(1);
  world.runtime.onStart = () => {
    throw new RuntimeError("CannotStartContainerError", "exec format error");
  };
  await world.createService();
  await world.advance(3600);
  const events = await world.events();
  const starts = events.filter((event) => event.startsWith("has started")).length;
  assert.ok(starts >= 5 && starts <= 15, `${starts} starts in an hour`);
  const impaired = events.filter((event) => event.startsWith("is unable to consistently start tasks successfully."));
  assert.equal(impaired.length, 1);
  assert.equal((await world.service()).deployments?.[0]?.rolloutState, "IN_PROGRESS");
});

test("tasks that ran before they ended neither slow a service down nor are told of, however often", async () => {
  const world = new EcsWorld();
  await world.start(1);
  await world.createService();
  for (let second = 0; second < 600; second++) {
    await world.advance(1);
    for (const task of await world.tasks()) {
      const spec = [...world.runtime.running.values()].find((one) => task.taskArn?.endsWith(one.taskId));
      if (task.lastStatus !== "RUNNING" || !spec) continue;
      world.runtime.running.delete(spec.taskId);
      spec.onExit({ exitCode: 1 });
    }
  }
  const events = await world.events();
  assert.ok(events.filter((event) => event.startsWith("has started")).length > 15);
  assert.deepEqual(
    events.filter((event) => event.startsWith("is unable")),
    [],
  );
});

test("a first deployment that fails has nothing to roll back to", async () => {
  const world = new EcsWorld();
  await world.start(1);
  world.runtime.onStart = () => {
    throw new RuntimeError("CannotPullContainerError", "manifest unknown");
  };
  await world.createService({ deploymentConfiguration: { deploymentCircuitBreaker: breaker } });
  await world.until(async () => (await world.service()).deployments?.[0]?.rolloutState === "FAILED", 300);
  const { serviceDeployments = [] } = await world.call("ListServiceDeployments", { cluster, service: "web" });
  assert.equal(serviceDeployments[0]?.status, "STOPPED");
});

test("the threshold of the circuit breaker follows its configuration", () => {
  const by = (desired: number, thresholdConfiguration?: typeof breaker.thresholdConfiguration) =>
    breakerThreshold({ deploymentCircuitBreaker: { enable: true, rollback: true, thresholdConfiguration } }, desired);
  assert.deepEqual([by(1), by(10), by(1000)], [3, 5, 200]);
  assert.equal(by(1000, { type: "COUNT", value: 7 }), 7);
});

test("service deployments and revisions are described by their ARNs", async () => {
  const { world, taskDefinition } = await rollOut(1, { minimumHealthyPercent: 100, maximumPercent: 200 });
  const serviceDeploymentArns = [(await world.service()).currentServiceDeployment ?? ""];
  const { serviceDeployments = [] } = await world.call("DescribeServiceDeployments", { serviceDeploymentArns });
  assert.equal(serviceDeployments[0]?.status, "IN_PROGRESS");
  const revision = serviceDeployments[0]?.targetServiceRevision?.arn ?? "";
  const { serviceRevisions = [] } = await world.call("DescribeServiceRevisions", { serviceRevisionArns: [revision] });
  assert.equal(serviceRevisions[0]?.taskDefinition, taskDefinition);
  await world.until(() => world.isSteady());
  const later = await world.call("DescribeServiceDeployments", { serviceDeploymentArns });
  assert.equal(later.serviceDeployments?.[0]?.status, "SUCCESSFUL");
});
