import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { stepEcsEvents } from "../../../../src/sandbox/world/ecs-events.ts";
import { containerInstances, services, tasks } from "../../../../src/sandbox/world/records/ecs.ts";
import { eventRules } from "../../../../src/sandbox/world/records/events.ts";
import { queues } from "../../../../src/sandbox/world/records/sqs.ts";
import { cluster, EcsWorld } from "../../../support/ecs-world.ts";

interface Event {
  "detail-type": string;
  source: string;
  resources: string[];
  detail: Record<string, unknown>;
}

let world: EcsWorld;

/** A rule that catches every event of ECS, and the queue that it fills. */
function listen(): void {
  const { region } = world;
  const policy = { Statement: [{ Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sqs:*" }] };
  const attributes = { Policy: JSON.stringify(policy) };
  const queue = {
    name: "all",
    arn: region.arn("sqs", "all"),
    attributes,
    createdAt: 0,
    changedAt: 0,
    tags: {},
    messages: [],
  };
  queues(region).set("all", queue);
  const targets = [{ Id: "1", Arn: queue.arn }];
  const pattern = '{"source":["aws.ecs"]}';
  const rule = {
    name: "all",
    arn: region.arn("events", "rule/all"),
    state: "ENABLED" as const,
    pattern,
    targets,
    tags: {},
  };
  eventRules(region).set("all", rule);
}

/** Moves on second by second, telling events after each. */
async function advance(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    await world.advance(1);
    stepEcsEvents(world.region, world.world.clock.now());
  }
}

const events = (type: string): Event[] =>
  (queues(world.region).get("all")?.messages ?? [])
    .map(({ body }) => JSON.parse(body) as Event)
    .filter((event) => event["detail-type"] === type);

describe("what ECS tells EventBridge", () => {
  beforeEach(async () => {
    world = new EcsWorld();
    await world.start(1);
    listen();
    await advance(1);
  });

  it("a task's way, one event a change, with what DescribeTasks shows", async () => {
    await world.createService({ desiredCount: 1 });
    await advance(30);
    const told = events("ECS Task State Change");
    assert.deepEqual(
      [...new Set(told.map(({ detail }) => detail["lastStatus"]))],
      ["PENDING", "ACTIVATING", "RUNNING"],
    );
    assert.deepEqual(
      told.map(({ detail }) => detail["version"]),
      told.map((_one, index) => index + 1),
    );
    const last = told.at(-1);
    assert.ok(last);
    const { resources, detail } = last;
    const [task] = await world.tasks();
    assert.deepEqual(resources, [task?.taskArn]);
    for (const key of ["taskArn", "clusterArn", "group", "cpu", "memory", "desiredStatus", "launchType"] as const)
      assert.deepEqual(detail[key], task?.[key], key);
    assert.equal(detail["createdAt"], task?.createdAt?.toISOString());
    assert.equal("tags" in detail, false);
  });

  it("a change of health or of one container is an event, no change is none, and a task that is gone is forgotten", async () => {
    await world.createService({ desiredCount: 1 });
    await advance(30);
    const { region } = world;
    const [record] = tasks(region).values();
    const [container] = record?.task.containers ?? [];
    assert.ok(record && container);
    const before = events("ECS Task State Change").length;
    const tell = (): number => {
      stepEcsEvents(region, world.world.clock.now());
      return events("ECS Task State Change").length - before;
    };
    assert.equal(tell(), 0);
    record.task.healthStatus = "UNHEALTHY";
    assert.deepEqual([tell(), tell()], [1, 1]);
    container.lastStatus = "STOPPED";
    assert.deepEqual([tell(), tell()], [2, 2]);
    tasks(region).delete(record.id);
    tell();
    const told = [...region.table("events/ecs-told").keys()];
    assert.ok(told.length > 1 && !told.some((key) => key.startsWith("task/")), told.join());
  });

  it("deployments and steady services", async () => {
    await world.createService({ desiredCount: 1 });
    await advance(60);
    assert.deepEqual(
      events("ECS Deployment State Change").map(
        ({ detail }) => `${String(detail["eventType"])} ${String(detail["eventName"])}`,
      ),
      ["INFO SERVICE_DEPLOYMENT_IN_PROGRESS", "INFO SERVICE_DEPLOYMENT_COMPLETED"],
    );
    const [action] = events("ECS Service Action");
    assert.deepEqual(action?.resources, [world.region.arn("ecs", `service/${cluster}/web`)]);
    assert.deepEqual([action?.detail["eventName"], action?.detail["eventType"]], ["SERVICE_STEADY_STATE", "INFO"]);
  });

  it("a service that finds no place", async () => {
    await world.register({ memory: "99999" });
    await world.createService({ taskDefinition: "web" });
    await advance(20);
    const [action] = events("ECS Service Action");
    assert.deepEqual(
      [action?.detail["eventName"], action?.detail["eventType"], action?.detail["reason"]],
      ["SERVICE_TASK_PLACEMENT_FAILURE", "ERROR", "RESOURCE:MEMORY"],
    );
  });

  it("a service that cannot start its tasks, and its failed deployment", async () => {
    world.runtime.onStart = () => {
      throw new Error("CannotPullContainerError: nope");
    };
    const deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: false } };
    await world.createService({ deploymentConfiguration });
    await advance(240);
    const failed = events("ECS Deployment State Change").find(({ detail }) => detail["eventType"] === "ERROR");
    assert.equal(failed?.detail["eventName"], "SERVICE_DEPLOYMENT_FAILED");
    assert.match(String(failed?.detail["reason"]), /circuit breaker/);
    const stopped = events("ECS Task State Change").find(({ detail }) => detail["lastStatus"] === "STOPPED");
    assert.equal(stopped?.detail["stopCode"], "TaskFailedToStart");
  });

  it("a machine whose agent goes away", async () => {
    const [machine] = containerInstances(world.region).values();
    if (machine) machine.agentConnected = false;
    stepEcsEvents(world.region, world.world.clock.now());
    const [event] = events("ECS Container Instance State Change");
    assert.deepEqual(event?.resources, [machine?.arn]);
    assert.deepEqual([event?.detail["agentConnected"], event?.detail["status"]], [false, "ACTIVE"]);
  });

  it("nothing that was there before somebody listened, and nothing to nobody", async () => {
    assert.deepEqual(events("ECS Container Instance State Change"), []);
    eventRules(world.region).clear();
    await world.createService();
    await advance(60);
    assert.equal(queues(world.region).get("all")?.messages.length, 0);
    assert.equal(world.region.table("events/ecs-told").size, 0);
    assert.equal(services(world.region).size, 1);
  });
});
