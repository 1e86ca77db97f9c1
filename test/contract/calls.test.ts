import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { alarmSchema } from "../../src/core/config/alarm-schema.ts";
import type { Project } from "../../src/core/config/project.ts";
import type { Context } from "../../src/core/context.ts";
import { deploy } from "../../src/core/operations/deploy.ts";
import { plan } from "../../src/core/operations/plan-deploy.ts";
import { changingCalls, DeployWorld } from "../support/deployable.ts";
import { readTemplate } from "../support/exports.ts";

/** Reads that a plan of the guided project may take. */
const most = 20;
/** A load balancer, a task role, alarms and a topic have to be asked for too, and IAM and ELB answer for one thing each. */
const mostOfApi = 26;

let world: DeployWorld;
before(async () => {
  world = await DeployWorld.open(100);
});
after(() => world.close());

test("a plan or a deploy without changes makes at most 20 calls, all of them reads", async () => {
  const project = world.project("calm");
  await world.push("calm");
  await deploy(world.context(), project, {});
  const looking = world.context();
  await plan(looking, project, {});
  const again = world.context();
  await deploy(again, project, {});
  for (const { aws } of [looking, again]) {
    assert.deepEqual(changingCalls(aws), []);
    assert.ok(aws.calls.length <= most, `${aws.calls.length}: ${aws.calls.map((call) => call.operation).join(" ")}`);
  }
});

test("with a scaling policy it takes no more", async () => {
  const project = world.project("scaled", (config) => {
    const cpu = { name: "cpu", type: "target-tracking", metric: "cpu", target: 50 } as const;
    config.scaling = { min: 1, max: 3, policies: [cpu] };
  });
  await world.push("scaled");
  await deploy(world.context(), project, {});
  const { aws } = await planned(project);
  assert.ok(aws.calls.length <= most, `${aws.calls.length}: ${aws.calls.map((call) => call.operation).join(" ")}`);
});

test("the API with its load balancer, and ten alarms more, is asked for in a call for each kind of thing", async () => {
  const config = readTemplate("api");
  config.image.repository = "api-web";
  if (config.notify) config.notify.emails = ["me@example.com"];
  const project = { ...world.project("api"), config };
  await world.push("api");
  await deploy(world.context(), project, {});
  const { aws } = await planned(project);
  assert.ok(aws.calls.length <= mostOfApi, `${aws.calls.length}: ${aws.calls.map((call) => call.operation).join(" ")}`);
  const more = Array.from({ length: 10 }, (_, index) =>
    alarmSchema.parse({ name: `more-${index}`, metric: "cpu", threshold: index }),
  );
  const larger = { ...project, config: { ...config, alarms: [...config.alarms, ...more] } };
  await deploy(world.context(), larger, {});
  assert.equal((await planned(larger)).aws.calls.length, aws.calls.length);
});

/** The context of a plan that finds nothing to do. */
async function planned(project: Project): Promise<Context> {
  const context = world.context();
  assert.equal((await plan(context, project, {})).changes, 0);
  assert.deepEqual(changingCalls(context.aws), []);
  return context;
}
