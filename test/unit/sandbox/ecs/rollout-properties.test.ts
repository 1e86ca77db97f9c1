import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { cluster, EcsWorld } from "../../../support/ecs-world.ts";

const percents = fc
  .record({
    minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
    maximumPercent: fc.integer({ min: 100, max: 200 }),
  })
  .filter(({ minimumHealthyPercent, maximumPercent }) => minimumHealthyPercent < 100 || maximumPercent > 100);

/** A rollout can move only if at least one task may be missing or one more may be there. */
function canMove(desired: number, { minimumHealthyPercent: min, maximumPercent: max }: Percents): boolean {
  return Math.ceil((desired * min) / 100) < desired || Math.floor((desired * max) / 100) > desired;
}
type Percents = { minimumHealthyPercent: number; maximumPercent: number };

test("whatever the percentages, a rollout keeps within them and ends", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 6 }), percents, async (desiredCount, deploymentConfiguration) => {
      fc.pre(canMove(desiredCount, deploymentConfiguration));
      const world = new EcsWorld();
      await world.start(4);
      await world.createService({ desiredCount, deploymentConfiguration });
      await world.until(() => world.isSteady());
      await world.call("UpdateService", { cluster, service: "web", taskDefinition: await world.register() });
      const { minimumHealthyPercent: min, maximumPercent: max } = deploymentConfiguration;
      await world.until(async () => {
        const wanted = await world.tasks();
        const running = wanted.filter((task) => task.lastStatus === "RUNNING").length;
        assert.ok(running >= Math.ceil((desiredCount * min) / 100), `${running} of ${desiredCount} run at ${min} %`);
        assert.ok(wanted.length <= Math.floor((desiredCount * max) / 100), `${wanted.length} wanted at ${max} %`);
        return world.isSteady();
      }, 1200);
      assert.equal((await world.service()).runningCount, desiredCount);
    }),
    { numRuns: 25 },
  );
});

test("whatever happens to tasks and instances, the service comes back to its desired count", async () => {
  const mishap = fc.constantFrom("stop", "crash", "scale", "drain", "deploy", "wait");
  await fc.assert(
    fc.asyncProperty(fc.array(mishap, { minLength: 1, maxLength: 8 }), async (mishaps) => {
      const world = new EcsWorld();
      await world.start(3);
      await world.createService({ desiredCount: 2 });
      for (const what of mishaps) await suffer(world, what);
      await world.until(() => world.isSteady(), 3600);
      const { runningCount, desiredCount } = await world.service();
      assert.equal(runningCount, desiredCount);
      await world.advance(60);
      assert.equal(world.runtime.running.size, desiredCount, "containers without a task");
    }),
    { numRuns: 40 },
  );
});

async function suffer(world: EcsWorld, what: string): Promise<void> {
  const [task] = await world.tasks();
  const [spec] = world.runtime.running.values();
  if (what === "stop" && task) await world.call("StopTask", { cluster, task: task.taskArn });
  if (what === "crash" && spec) {
    world.runtime.running.delete(spec.taskId);
    spec.onExit({ exitCode: 1 });
  }
  if (what === "scale") await world.call("UpdateService", { cluster, service: "web", desiredCount: 3 });
  if (what === "deploy") await world.call("UpdateService", { cluster, service: "web", forceNewDeployment: true });
  if (what === "drain" && task?.containerInstanceArn) {
    const change = { cluster, containerInstances: [task.containerInstanceArn] };
    await world.call("UpdateContainerInstancesState", { ...change, status: "DRAINING" });
    await world.advance(20);
    await world.call("UpdateContainerInstancesState", { ...change, status: "ACTIVE" });
  }
  await world.advance(4);
}
