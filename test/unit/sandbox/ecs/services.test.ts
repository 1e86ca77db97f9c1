import assert from "node:assert/strict";
import { test } from "node:test";
import { cluster, EcsWorld, webTask } from "../../../support/ecs-world.ts";

test("a service starts its task, completes its deployment and becomes steady, step by step", async () => {
  const world = new EcsWorld();
  await world.start(1);
  await world.createService();
  await world.advance(1);
  assert.equal((await world.service()).pendingCount, 1);
  assert.equal((await world.tasks())[0]?.lastStatus, "PENDING");
  await world.until(() => world.isSteady(), 60);
  const service = await world.service();
  assert.deepEqual([service.runningCount, service.pendingCount, service.deployments?.length], [1, 0, 1]);
  const [deployment] = service.deployments ?? [];
  assert.match(deployment?.id ?? "", /^ecs-svc\/\d{19}$/);
  assert.equal(deployment?.rolloutStateReason, `ECS deployment ${deployment?.id} completed.`);
  assert.deepEqual(await world.events(), [
    "has started 1 tasks: (task …).",
    "(deployment ecs-svc/…) deployment completed.",
    "has reached a steady state.",
  ]);
  const [task] = await world.tasks();
  assert.equal(task?.startedBy, deployment?.id);
  assert.equal(task?.group, "service:web");
  const times = [task?.createdAt, task?.pullStartedAt, task?.pullStoppedAt, task?.startedAt].map(Number);
  assert.deepEqual(times, times.toSorted());
  const [binding] = task?.containers?.[0]?.networkBindings ?? [];
  assert.deepEqual(binding, { bindIP: "0.0.0.0", containerPort: 80, hostPort: 32768, protocol: "tcp" });
});

test("a steady service says so again after six hours, and only then", async () => {
  const world = new EcsWorld();
  await world.start(1);
  await world.createService();
  await world.until(() => world.isSteady());
  const told = async () => (await world.events()).filter((event) => event === "has reached a steady state.").length;
  await world.advance(3 * 3600);
  assert.equal(await told(), 1);
  await world.advance(3 * 3600 + 60);
  assert.equal(await told(), 2);
});

test("scaling out and in starts and stops tasks without a new deployment", async () => {
  const world = new EcsWorld();
  await world.start(1);
  await world.createService();
  await world.until(() => world.isSteady());
  const before = (await world.service()).deployments?.[0]?.id;
  await world.call("UpdateService", { cluster, service: "web", desiredCount: 3 });
  await world.until(async () => (await world.service()).runningCount === 3);
  await world.until(() => world.isSteady());
  await world.call("UpdateService", { cluster, service: "web", desiredCount: 1 });
  await world.advance(1);
  await world.until(() => world.isSteady());
  const service = await world.service();
  assert.equal(service.runningCount, 1);
  assert.equal(service.deployments?.[0]?.id, before);
  const events = await world.events();
  assert.ok(events.includes("has started 2 tasks: (task …) (task …)."), events.join("\n"));
  assert.ok(events.includes("has stopped 2 running tasks: (task …) (task …)."), events.join("\n"));
  const [stopped] = await world.tasks("STOPPED");
  assert.equal(stopped?.stopCode, "ServiceSchedulerInitiated");
  assert.equal(stopped?.stoppedReason, `Scaling activity initiated by (deployment ${before})`);
});

test("a service without instances says why it cannot place a task, once in six hours", async () => {
  const world = new EcsWorld();
  await world.start(0);
  await world.createService();
  await world.advance(1800);
  assert.deepEqual(await world.events(), [
    "was unable to place a task because no container instance met all of its requirements. Reason: No Container Instances were found in your cluster. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.",
  ]);
  await world.advance(5 * 3600 + 1860);
  assert.equal((await world.events()).length, 2);
  world.addMachine();
  await world.until(() => world.isSteady());
});

for (const { name, task, words } of [
  { name: "CPU", task: { cpu: "2048" }, words: "has insufficient CPU units available." },
  { name: "memory", task: { memory: "4096" }, words: "has insufficient memory available." },
  {
    name: "ports",
    task: {
      containerDefinitions: [
        { ...webTask.containerDefinitions?.[0], portMappings: [{ containerPort: 80, hostPort: 22 }] },
      ],
    },
    words: "is already using a port required by your task.",
  },
]) {
  test(`a task that finds no ${name} is not placed, and the closest instance is named`, async () => {
    const world = new EcsWorld();
    await world.start(1);
    await world.createService({ taskDefinition: await world.register(task) });
    await world.advance(5);
    assert.deepEqual(await world.events(), [
      `was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance …) ${words} For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.`,
    ]);
    assert.equal((await world.service()).pendingCount, 0);
  });
}

test("a deleted service drains and becomes INACTIVE; above zero it needs force", async () => {
  const world = new EcsWorld();
  await world.start(1);
  await world.createService();
  await world.until(() => world.isSteady());
  await assert.rejects(world.call("DeleteService", { cluster, service: "web" }), {
    name: "InvalidParameterException",
    message: "The service cannot be stopped while it is scaled above 0.",
  });
  const { service } = await world.call("DeleteService", { cluster, service: "web", force: true });
  assert.equal(service?.status, "DRAINING");
  await assert.rejects(world.createService(), { message: "Unable to Start a service that is still Draining." });
  await world.until(async () => (await world.service()).status === "INACTIVE", 60);
  assert.deepEqual((await world.call("ListServices", { cluster })).serviceArns, []);
  assert.equal(world.runtime.running.size, 0);
  await world.createService();
  await world.until(() => world.isSteady());
});

test("creating a service twice is refused, unless it is the same request again", async () => {
  const world = new EcsWorld();
  await world.start(0);
  await world.createService({ clientToken: "once" });
  await world.createService({ clientToken: "once" });
  await assert.rejects(world.createService({ clientToken: "twice" }), {
    name: "InvalidParameterException",
    message: "Creation of service was not idempotent.",
  });
});

test("a service asks for a launch type or a strategy, and only for providers of its cluster", async () => {
  const world = new EcsWorld();
  await world.start(0);
  const capacityProviderStrategy = [{ capacityProvider: "FARGATE", weight: 1 }];
  await assert.rejects(world.createService({ capacityProviderStrategy }), {
    message: "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
  });
  await assert.rejects(world.createService({ launchType: undefined, capacityProviderStrategy }), {
    message: /cannot contain a capacity provider that is not associated with the cluster/,
  });
  await assert.rejects(world.createService({ taskDefinition: "nothing:1" }), {
    name: "ClientException",
    message: "TaskDefinition not found.",
  });
  await assert.rejects(world.call("DescribeServices", { cluster: "other", services: ["web"] }), {
    name: "ClusterNotFoundException",
    message: "Cluster not found.",
  });
});

test("a service whose execution role nobody can assume starts nothing and says so", async () => {
  const world = new EcsWorld();
  await world.start(1);
  const executionRoleArn = "arn:aws:iam::123456789012:role/missing";
  await world.createService({ taskDefinition: await world.register({ executionRoleArn }) });
  await world.advance(10);
  const [event] = await world.events();
  assert.match(event ?? "", /^failed to launch a task with \(error ECS was unable to assume the role 'arn:.*missing'/);
  assert.equal((await world.tasks()).length, 0);
});

test("missing services are failures, not errors", async () => {
  const world = new EcsWorld();
  await world.start(0);
  const { services, failures } = await world.call("DescribeServices", { cluster, services: ["nothing"] });
  assert.deepEqual(services, []);
  assert.deepEqual(failures, [{ arn: "arn:aws:ecs:us-east-1:123456789012:service/shop/nothing", reason: "MISSING" }]);
});

test("what tasks would silently lack in the sandbox is refused by name", async () => {
  const world = new EcsWorld();
  await world.start(1);
  const mountPoints = [{ sourceVolume: "data", containerPath: "/data" }];
  const containerDefinitions = [{ ...webTask.containerDefinitions?.[0], mountPoints }];
  await world.register({ containerDefinitions });
  const message = "The sandbox does not have volumes: leave out mountPoints.";
  await assert.rejects(world.createService({ taskDefinition: "web" }), { message });
  await assert.rejects(world.call("RunTask", { cluster, taskDefinition: "web" }), { message });
});
