import assert from "node:assert/strict";
import { test } from "node:test";
import type { Task } from "@aws-sdk/client-ecs";
import { RuntimeError } from "../../../../src/sandbox/runtime/runtime.ts";
import { instances } from "../../../../src/sandbox/world/records/ec2.ts";
import { logGroups } from "../../../../src/sandbox/world/records/logs.ts";
import { cluster, EcsWorld, webTask } from "../../../support/ecs-world.ts";

async function steady(machines = 1): Promise<EcsWorld> {
  const world = new EcsWorld();
  await world.start(machines);
  await world.createService();
  await world.until(() => world.isSteady());
  return world;
}

const logging = {
  containerDefinitions: [
    {
      ...webTask.containerDefinitions?.[0],
      logConfiguration: {
        logDriver: "awslogs" as const,
        options: { "awslogs-group": "/ecs/web", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "ecs" },
      },
    },
  ],
};

async function firstStopped(world: EcsWorld): Promise<Task> {
  await world.until(async () => (await world.tasks("STOPPED")).some((task) => task.lastStatus === "STOPPED"), 120);
  const [task] = await world.tasks("STOPPED");
  assert.ok(task);
  return task;
}

test("a task stopped by hand goes through every state of its end and is replaced", async () => {
  const world = await steady();
  const [task] = await world.tasks();
  const seen: string[] = [];
  await world.call("StopTask", { cluster, task: task?.taskArn, reason: "trying" });
  await world.until(async () => {
    const [now] = (await world.call("DescribeTasks", { cluster, tasks: [task?.taskArn ?? ""] })).tasks ?? [];
    if (seen.at(-1) !== now?.lastStatus) seen.push(now?.lastStatus ?? "");
    return now?.lastStatus === "STOPPED";
  });
  assert.deepEqual(seen, ["RUNNING", "DEACTIVATING", "STOPPING", "DEPROVISIONING", "STOPPED"]);
  const stopped = await firstStopped(world);
  assert.deepEqual([stopped.stopCode, stopped.stoppedReason], ["UserInitiated", "trying"]);
  const times = [stopped.stoppingAt, stopped.executionStoppedAt, stopped.stoppedAt].map(Number);
  assert.deepEqual(times, times.toSorted());
  assert.equal(stopped.containers?.[0]?.exitCode, 0);
  await world.until(() => world.isSteady());
  assert.notEqual((await world.tasks())[0]?.taskArn, task?.taskArn);
});

test("a task whose essential container ends stops with AWS's reason and its exit code", async () => {
  const world = await steady();
  const [spec] = world.runtime.running.values();
  spec?.onExit({ exitCode: 3 });
  const task = await firstStopped(world);
  assert.deepEqual(
    [task.stopCode, task.stoppedReason, task.containers?.[0]?.exitCode],
    ["EssentialContainerExited", "Essential container in task exited", 3],
  );
  await world.until(() => world.isSteady());
});

test("an image that cannot be pulled stops the task with the container's reason", async () => {
  const world = new EcsWorld();
  await world.start(1);
  world.runtime.onStart = () => {
    throw new RuntimeError("CannotPullContainerError", "Error response from daemon: manifest unknown");
  };
  await world.createService();
  const task = await firstStopped(world);
  assert.deepEqual([task.stopCode, task.stoppedReason], ["TaskFailedToStart", "Task failed to start"]);
  assert.equal(task.containers?.[0]?.reason, "CannotPullContainerError: Error response from daemon: manifest unknown");
});

test("a missing log group stops the first task, as the awslogs driver does", async () => {
  const world = new EcsWorld();
  await world.start(1);
  await world.createService({ taskDefinition: await world.register(logging) });
  const task = await firstStopped(world);
  assert.deepEqual([task.stopCode, task.stoppedReason], ["TaskFailedToStart", "Task failed to start"]);
  assert.equal(
    task.containers?.[0]?.reason,
    "CannotStartContainerError: Error response from daemon: failed to initialize logging driver: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.",
  );
  assert.equal(world.runtime.running.size, 0);
});

test("what a container writes arrives in its log stream, in the world's time", async () => {
  const world = new EcsWorld();
  world.addLogGroup("/ecs/web");
  await world.start(1);
  await world.createService({ taskDefinition: await world.register(logging) });
  await world.until(() => world.isSteady());
  const [spec] = world.runtime.running.values();
  spec?.onLog("GET / 200", new Date(0));
  await world.advance(1);
  const group = logGroups(world.region).get("/ecs/web");
  const stream = `ecs/web-container/${spec?.taskId}`;
  assert.deepEqual(
    group?.events.map((event) => [event.stream, event.message]),
    [[stream, "GET / 200"]],
  );
  assert.ok((group?.events[0]?.at ?? 0) >= Date.parse("2026-11-22T07:00:00Z"));
});

test("a container gets its environment, command, limits and the instance's address", async () => {
  const world = new EcsWorld();
  await world.start(1);
  const container = { ...webTask.containerDefinitions?.[0], environment: [{ name: "GREETING", value: "hello" }] };
  await world.register({ containerDefinitions: [container] });
  await world.call("RunTask", {
    cluster,
    taskDefinition: "web",
    launchType: "EC2",
    overrides: { containerOverrides: [{ name: "web-container", command: ["serve"] }] },
  });
  await world.advance(3);
  const [spec] = world.runtime.running.values();
  assert.deepEqual([spec?.address, spec?.cpu, spec?.memoryMiB, spec?.command], ["127.0.1.1", 256, 512, ["serve"]]);
  assert.equal(spec?.environment["GREETING"], "hello");
  assert.equal(spec?.environment["AWS_REGION"], "us-east-1");
  assert.deepEqual(spec?.ports, [{ containerPort: 80, hostPort: 32768, protocol: "tcp" }]);
});

test("a dynamic port that is taken on this computer is replaced by another", async () => {
  const world = new EcsWorld();
  await world.start(1);
  world.runtime.onStart = (spec) => {
    if ((spec.ports[0]?.hostPort ?? 0) < 32770)
      throw new RuntimeError("CannotStartContainerError", "listen EADDRINUSE: address already in use");
  };
  await world.createService();
  await world.until(() => world.isSteady());
  const [task] = await world.tasks();
  assert.equal(task?.containers?.[0]?.networkBindings?.[0]?.hostPort, 32770);
});

test("the tasks of a lost instance stop, and their service starts others elsewhere", async () => {
  const world = await steady(2);
  const [task] = await world.tasks();
  const { containerInstances = [] } = await world.call("DescribeContainerInstances", {
    cluster,
    containerInstances: [task?.containerInstanceArn ?? ""],
  });
  const machine = instances(world.region).get(containerInstances[0]?.ec2InstanceId ?? "");
  assert.ok(machine);
  machine.state = "shutting-down";
  const stopped = await firstStopped(world);
  assert.equal(stopped.stoppedReason, `Host EC2 (instance ${machine.id}) terminated.`);
  await world.until(() => world.isSteady());
  assert.notEqual((await world.tasks())[0]?.containerInstanceArn, task?.containerInstanceArn);
  const left = (await world.call("ListContainerInstances", { cluster })).containerInstanceArns;
  assert.equal(left?.length, 1);
});

test("a draining instance is emptied without falling below the minimum", async () => {
  const world = await steady(2);
  const [task] = await world.tasks();
  const containerInstances = [task?.containerInstanceArn ?? ""];
  await world.call("UpdateContainerInstancesState", { cluster, containerInstances, status: "DRAINING" });
  let fewest = Infinity;
  await world.until(async () => {
    fewest = Math.min(fewest, (await world.service()).runningCount ?? 0);
    const [now] =
      (await world.call("DescribeContainerInstances", { cluster, containerInstances })).containerInstances ?? [];
    return now?.runningTasksCount === 0 && world.isSteady();
  });
  assert.equal(fewest, 1);
  assert.notEqual((await world.tasks())[0]?.containerInstanceArn, task?.containerInstanceArn);
});

test("after a restart of the sandbox the containers are started again on their ports", async () => {
  const world = await steady();
  const [before] = await world.tasks();
  const restored = new EcsWorld();
  restored.world.store.load(world.world.store.save());
  restored.world.clock.set(world.world.clock.now());
  await restored.advance(3);
  const [spec] = restored.runtime.running.values();
  const binding = before?.containers?.[0]?.networkBindings?.[0];
  assert.equal(spec?.ports[0]?.hostPort, binding?.hostPort);
  const [after] = await restored.tasks();
  assert.deepEqual([after?.taskArn, after?.lastStatus], [before?.taskArn, "RUNNING"]);
  assert.deepEqual(after?.startedAt, before?.startedAt);
});

test("stopped tasks are listed for an hour", async () => {
  const world = await steady();
  await world.call("StopTask", { cluster, task: (await world.tasks())[0]?.taskArn });
  await world.until(async () => (await world.tasks("STOPPED"))[0]?.lastStatus === "STOPPED");
  await world.advance(3500);
  assert.equal((await world.tasks("STOPPED")).length, 1);
  await world.advance(200);
  assert.equal((await world.tasks("STOPPED")).length, 0);
});

test("RunTask tells what is missing, and finishes tasks that end by themselves", async () => {
  const world = new EcsWorld();
  await world.start(0);
  await world.register();
  const run = (count?: number) => world.call("RunTask", { cluster, taskDefinition: "web", count, launchType: "EC2" });
  await assert.rejects(run(), { message: "No Container Instances were found in your cluster." });
  world.addMachine();
  await world.advance(21);
  const { tasks = [], failures = [] } = await run(5);
  assert.equal(tasks.length, 3);
  assert.deepEqual(
    failures.map((failure) => failure.reason),
    ["RESOURCE:MEMORY", "RESOURCE:MEMORY"],
  );
  assert.equal(tasks[0]?.group, "family:web");
});
