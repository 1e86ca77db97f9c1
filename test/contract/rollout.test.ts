import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { deploy } from "../../src/core/operations/deploy.ts";
import { plan } from "../../src/core/operations/plan-deploy.ts";
import { RuntimeError } from "../../src/sandbox/runtime/runtime.ts";
import { DeployWorld } from "../support/deployable.ts";

let world: DeployWorld;
before(async () => {
  world = await DeployWorld.open(120);
});
after(() => world.close());

const failing = (): never => {
  throw new RuntimeError("CannotPullContainerError", "CannotPullContainerError: manifest unknown");
};

describe("a rollout", () => {
  test("the first one that fails: the status, and AWS's reason", async () => {
    world.runtime.onStart = failing;
    await world.push("broken");
    const { deployment } = await deploy(world.context(), world.project("broken"), {});
    assert.equal(deployment.status, "failed");
    assert.match(deployment.reason ?? "", /tasks? failed to start/i);
    assert.match(deployment.reason ?? "", /CannotPullContainerError/);
    assert.doesNotMatch(deployment.reason ?? "", /ecsctl rollback/, "there is nothing to go back to");
  });

  test("a deployment that failed with nothing to go back to is started anew by the same command", async () => {
    const project = world.project("broken");
    const planned = await plan(world.context(), project, {});
    const steps = planned.steps.filter(({ action }) => action !== "keep");
    assert.deepEqual(
      steps.map(({ id, action, changes }) => [id, action, changes.map(({ path }) => path)]),
      [["ecs-service/broken-service", "update", ["deployment"]]],
    );
    world.runtime.onStart = () => {};
    const { deployment } = await deploy(world.context(), project, {});
    assert.equal(deployment.status, "completed");
    assert.equal((await plan(world.context(), project, {})).changes, 0);
  });

  test("another number of tasks starts no deployment, and is waited for all the same", async () => {
    const more = world.project("broken", (config) => (config.service.desiredCount = 3));
    const { deployment } = await deploy(world.context(), more, {});
    assert.equal(deployment.status, "completed");
    const found = { cluster: "broken-cluster", services: ["broken-service"] };
    const { services } = await world.sandbox.aws().call("ecs", "DescribeServices", found);
    assert.equal(services?.[0]?.runningCount, 3);
  });

  test("a rollback is a failure of this deployment, even though the service is steady again", async () => {
    world.runtime.onStart = () => {};
    const project = world.project("back");
    await world.push("back", "good");
    const good = await deploy(world.context(), project, {});
    assert.equal(good.deployment.status, "completed");
    world.runtime.onStart = failing;
    await world.push("back", "bad");
    const context = world.context();
    const { deployment } = await deploy(context, project, {});
    assert.equal(deployment.status, "failed");
    assert.match(deployment.taskDefinition, /back-task:2$/);
    assert.match(deployment.reason ?? "", /CannotPullContainerError/);
    assert.notEqual(deployment.id, good.deployment.id);
    assert.doesNotMatch(deployment.reason ?? "", /ECS goes on/, "the circuit breaker goes back by itself");
    const { steps } = await plan(world.context(), project, {});
    const service = steps.find(({ resource }) => resource === "ecs-service");
    assert.match(service?.notes.join() ?? "", /another revision .* circuit breaker/, "nobody changed it by hand");
  });

  test("a newer deployment supersedes it", async () => {
    // Slow enough that the newer one is there long before the older one could be complete.
    await using slow = await DeployWorld.open(30);
    const project = slow.project("late");
    await slow.push("late", "1");
    await deploy(slow.context(), project, {});
    await slow.push("late", "2");
    const context = slow.context();
    const emit = context.emit;
    let started = false;
    const impatient = {
      ...context,
      emit: (event: Parameters<typeof emit>[0]) => {
        emit(event);
        if (event.type !== "waiting" || !event.id.startsWith("rollout/") || started) return;
        started = true;
        const update = { cluster: "late-cluster", service: "late-service", forceNewDeployment: true };
        void slow.sandbox.aws().call("ecs", "UpdateService", update);
      },
    };
    const { deployment } = await deploy(impatient, project, {});
    assert.equal(deployment.status, "superseded");
  });

  test("more tasks than the instances hold: timed out, with where it stood", async () => {
    world.runtime.onStart = () => {};
    await world.push("slow");
    const project = world.project("slow", (config) => (config.service.desiredCount = 50));
    const { deployment, warnings } = await deploy(world.context(), project, { timeoutSeconds: 60 });
    assert.equal(deployment.status, "timed out");
    assert.match(deployment.reason ?? "", /Gave up waiting for deployment .*\d+ of 50 tasks running/);
    assert.match(warnings.join(), /desiredCount 50 can never be reached/);
  });
});
