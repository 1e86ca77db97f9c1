import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Project } from "../../src/core/config/project.ts";
import { ExitCode } from "../../src/core/errors.ts";
import { deploy } from "../../src/core/operations/deploy.ts";
import { destroy } from "../../src/core/operations/destroy.ts";
import { rollback } from "../../src/core/operations/rollback.ts";
import { RuntimeError } from "../../src/sandbox/runtime/runtime.ts";
import { changingCalls, DeployWorld } from "../support/deployable.ts";

let world: DeployWorld;
let project: Project;
before(async () => {
  world = await DeployWorld.open(100);
  project = world.project("back");
});
after(() => world.close());

async function deployed(text: string): Promise<string> {
  await world.push("back", text);
  const { deployment } = await deploy(world.context(), project, {});
  return deployment.status;
}
const revision = (arn: string | undefined): string => arn?.split(":").at(-1) ?? "";
async function running(): Promise<string> {
  const found = { cluster: "back-cluster", services: ["back-service"] };
  const { services } = await world.sandbox.aws().call("ecs", "DescribeServices", found);
  return revision(services?.[0]?.taskDefinition);
}

describe("a rollback", () => {
  test("needs a service, and a deployment that ended well before this one", async () => {
    await assert.rejects(rollback(world.context(), project, {}), { code: "ServiceMissing", exitCode: ExitCode.aws });
    assert.equal(await deployed("1"), "completed");
    await assert.rejects(rollback(world.context(), project, {}), {
      code: "NoGoodRevision",
      message: /back-service has no earlier deployment/,
      hint: /--to REVISION/,
    });
  });

  test("goes back to the last good revision with one changing call, and never sends a count", async () => {
    assert.equal(await deployed("2"), "completed");
    const context = world.context();
    const { deployment, steps, running: whole } = await rollback(context, project, {});
    assert.equal(deployment.status, "completed");
    assert.equal(whole, true);
    assert.match(deployment.taskDefinition, /back-task:1$/);
    assert.deepEqual(changingCalls(context.aws), ["UpdateService"]);
    assert.deepEqual(
      steps.map(({ id, action }) => `${action} ${id}`),
      ["update ecs-service/back-service"],
    );
  });

  test("after ECS went back by itself: the last good one is there again, and a further step back would lose it", async () => {
    world.runtime.onStart = () => {
      throw new RuntimeError("CannotPullContainerError", "CannotPullContainerError: manifest unknown");
    };
    assert.equal(await deployed("3"), "failed");
    world.runtime.onStart = () => {};
    assert.equal(await running(), "1", "ECS has gone back by itself");
    const context = world.context();
    const { deployment, running: whole } = await rollback(context, project, {});
    assert.equal(revision(deployment.taskDefinition), "1");
    assert.equal(whole, true);
    assert.deepEqual(changingCalls(context.aws), []);
    assert.match(
      JSON.stringify(context.events),
      /ECS went back to back-task:1 by itself .*tasks failed to start.*--to/,
    );
  });

  test("to a revision by number; to what runs already, it changes nothing", async () => {
    const { deployment } = await rollback(world.context(), project, { to: "1" });
    assert.equal(revision(deployment.taskDefinition), "1");
    const context = world.context();
    const again = await rollback(context, project, { to: "back-task:1" });
    assert.deepEqual(changingCalls(context.aws), []);
    assert.deepEqual(
      again.steps.map(({ action }) => action),
      ["keep"],
    );
    assert.equal(again.running, true);
  });

  test("a revision that is not there: those that are", async () => {
    await assert.rejects(rollback(world.context(), project, { to: "17" }), {
      code: "RevisionMissing",
      exitCode: ExitCode.usage,
      message: /back-task:17/,
      hint: /has the revisions 3, 2, 1/,
    });
  });

  test("that fails is told as failed, though the service is steady again", async () => {
    world.runtime.onStart = () => {
      throw new RuntimeError("CannotPullContainerError", "CannotPullContainerError: manifest unknown");
    };
    const { deployment, running: whole } = await rollback(world.context(), project, { to: "2" });
    world.runtime.onStart = () => {};
    assert.equal(whole, false);
    assert.equal(deployment.status, "failed");
    assert.match(deployment.reason ?? "", /^back-task:2 is not what runs now\.\n[^]*manifest unknown/);
    assert.equal(await running(), "1");
  });

  test("refused, it says so, and the next one is free to go elsewhere", async () => {
    const context = world.context();
    const send = context.aws.call.bind(context.aws) as (...args: unknown[]) => Promise<unknown>;
    const parts = { name: "ClientException", $metadata: { httpStatusCode: 400 } };
    const refused = Object.assign(new Error("TaskDefinition is inactive"), parts);
    Object.defineProperty(context.aws, "call", {
      value: (...args: unknown[]) => (args[1] === "UpdateService" ? Promise.reject(refused) : send(...args)),
    });
    await assert.rejects(rollback(context, project, { to: "3" }), refused);
    assert.match(JSON.stringify(context.events), /"action":"update","status":"failed"/);
    const { deployment } = await rollback(world.context(), project, { to: undefined });
    assert.equal(revision(deployment.taskDefinition), "1", "where ECS went back to, not 3");
  });

  test("interrupted, it leaves the rollout running, says how to look at it, and goes on when it is run again", async () => {
    const controller = new AbortController();
    const context = world.context(controller.signal);
    const emit: typeof context.emit = (event) => {
      context.emit(event);
      if (event.type === "waiting" && event.id.startsWith("rollout/")) controller.abort();
    };
    await assert.rejects(rollback({ ...context, emit }, project, { to: "2" }), {
      message: /^Deployment ecs-svc\/\d+ .* goes on by itself; look at it with: ecsctl watch/,
    });
    const again = world.context();
    const { deployment } = await rollback(again, project, {});
    assert.equal(revision(deployment.taskDefinition), "2", "not back to where it came from");
    assert.deepEqual(changingCalls(again.aws), []);
    assert.match(JSON.stringify(again.events), /Resuming after the rollback of/);
  });

  test("passes over a revision that was deregistered: no service can be given it", async () => {
    assert.equal(await deployed("4"), "completed");
    await world.sandbox.aws().call("ecs", "DeregisterTaskDefinition", { taskDefinition: "back-task:2" });
    const { deployment } = await rollback(world.context(), project, {});
    assert.equal(revision(deployment.taskDefinition), "1");
    assert.deepEqual((await destroy(world.context(), project, {})).remaining, []);
  });

  test("not confirmed: nothing was touched", async () => {
    const other = world.project("asked");
    await world.push("asked");
    await deploy(world.context(), other, {});
    const context = world.context();
    const { deployment } = await rollback(context, other, { to: "1", confirm: async () => false });
    assert.equal(deployment.status, "not started");
    assert.deepEqual(changingCalls(context.aws), []);
  });
});
