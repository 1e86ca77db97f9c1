import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { alarms } from "../../../../src/sandbox/world/records/cloudwatch.ts";
import { cluster, EcsWorld } from "../../../support/ecs-world.ts";

const alarmName = "too-many-errors";

/** An alarm that is what the test says it is: nothing evaluates it here. */
function setAlarm(world: EcsWorld, StateValue: "OK" | "ALARM"): void {
  const alarm = { AlarmName: alarmName, AlarmArn: "arn:alarm", StateValue, Period: 60, EvaluationPeriods: 2 };
  alarms(world.region).set(alarmName, { alarm, evaluatedTo: 0 });
}

async function serve(world: EcsWorld): Promise<void> {
  await world.start(2);
  await world.createService({
    desiredCount: 2,
    deploymentConfiguration: { alarms: { alarmNames: [alarmName], enable: true, rollback: true } },
  });
  await world.until(() => world.isSteady());
}

const update = async (world: EcsWorld) => {
  const taskDefinition = await world.register();
  await world.call("UpdateService", { cluster, service: "web", taskDefinition });
  return (await world.service()).deployments?.find(({ status }) => status === "PRIMARY")?.id;
};
const deployment = async (world: EcsWorld, id: string | undefined) =>
  (await world.service()).deployments?.find((one) => one.id === id);

describe("alarms of a deployment", () => {
  test("one that goes on ends it, and it is rolled back", async () => {
    const world = new EcsWorld();
    setAlarm(world, "OK");
    await serve(world);
    const id = await update(world);
    await world.advance(5);
    setAlarm(world, "ALARM");
    await world.advance(1);
    const failed = await deployment(world, id);
    assert.deepEqual(
      [failed?.rolloutState, failed?.rolloutStateReason],
      ["FAILED", "ECS deployment alarms: alarm detected."],
    );
    const events = await world.events();
    assert.ok(events.includes("(deployment ecs-svc/…) deployment failed: alarm detected."));
    assert.ok(events.includes("rolling back to (deployment ecs-svc/…)."));
    await world.until(() => world.isSteady());
    assert.match((await world.service()).taskDefinition ?? "", /web:1$/);
    const { serviceDeployments = [] } = await world.call("ListServiceDeployments", { cluster, service: "web" });
    const serviceDeploymentArns = serviceDeployments.map(({ serviceDeploymentArn = "" }) => serviceDeploymentArn);
    const described = await world.call("DescribeServiceDeployments", { serviceDeploymentArns });
    assert.deepEqual(described.serviceDeployments?.find(({ status }) => status === "ROLLBACK_SUCCESSFUL")?.alarms, {
      status: "TRIGGERED",
      alarmNames: [alarmName],
      triggeredAlarmNames: [alarmName],
    });
  });

  test("they are watched for a while after everything runs", async () => {
    const world = new EcsWorld();
    setAlarm(world, "OK");
    await serve(world);
    const id = await update(world);
    await world.until(async () => {
      const now = await deployment(world, id);
      const { deployments = [] } = await world.service();
      return now?.runningCount === 2 && deployments.length === 1;
    });
    await world.advance(20);
    assert.equal((await deployment(world, id))?.rolloutState, "IN_PROGRESS");
    await world.advance(125);
    assert.equal((await deployment(world, id))?.rolloutState, "COMPLETED");
  });

  test("one that was on before says nothing about it", async () => {
    const world = new EcsWorld();
    setAlarm(world, "OK");
    await serve(world);
    setAlarm(world, "ALARM");
    await update(world);
    await world.until(() => world.isSteady());
    assert.match((await world.service()).taskDefinition ?? "", /web:2$/);
  });
});

describe("early success", () => {
  const earlySuccessCriteria = { enable: true, healthyPercent: 100, sourceServiceRevisionCleanup: "DEFERRED" as const };

  test("the deployment is done when its tasks are healthy, whatever of the old ones still runs", async () => {
    const world = new EcsWorld();
    await world.start(2);
    await world.createService({ desiredCount: 2, deploymentConfiguration: { earlySuccessCriteria } });
    await world.until(() => world.isSteady());
    const id = await update(world);
    await world.until(async () => (await deployment(world, id))?.rolloutState === "COMPLETED");
    assert.equal((await world.service()).deployments?.length, 2, "the old tasks are still leaving");
    await world.until(() => world.isSteady());
  });

  test("it needs to know how many and what of the old ones", async () => {
    const world = new EcsWorld();
    await world.start(1);
    const deploymentConfiguration = { earlySuccessCriteria: { enable: true } };
    await assert.rejects(world.createService({ deploymentConfiguration }), { name: "InvalidParameterException" });
  });
});
