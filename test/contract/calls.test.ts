import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { alarmSchema } from "../../src/core/config/alarm-schema.ts";
import type { Project } from "../../src/core/config/project.ts";
import { deploy } from "../../src/core/operations/deploy.ts";
import { plan } from "../../src/core/operations/plan-deploy.ts";
import { changingCalls, DeployWorld } from "../support/deployable.ts";
import { readTemplate } from "../support/exports.ts";

/** Reads that a plan or a deploy may take that finds nothing to do. */
const most = 20;

let world: DeployWorld;
before(async () => {
  world = await DeployWorld.open(100);
});
after(() => world.close());

test("a plan or a deploy without changes makes at most 20 calls, all of them reads", async () => {
  const project = world.project("calm");
  await world.push("calm");
  await deploy(world.context(), project, {});
  await expectFewCalls(project);
});

test("with a scaling policy it takes no more", async () => {
  const project = world.project("scaled", (config) => {
    const cpu = { name: "cpu", type: "target-tracking", metric: "cpu", target: 50 } as const;
    config.scaling = { min: 1, max: 3, policies: [cpu] };
  });
  await world.push("scaled");
  await deploy(world.context(), project, {});
  await expectFewCalls(project);
});

/** The API under its own names, and whom its alarms tell. */
function apiProject(emails: string[]): Project {
  const config = readTemplate("api");
  config.image.repository = `${config.app}-web`;
  if (config.notify) config.notify.emails = emails;
  return { ...world.project(config.app), config };
}

test("the API with its load balancer takes no more either, whether or not its alarms tell somebody", async () => {
  await world.push(apiProject([]).config.app);
  for (const emails of [[], ["me@example.com"]]) {
    await deploy(world.context(), apiProject(emails), {});
    await expectFewCalls(apiProject(emails));
  }
});

test("ten alarms more, or a hundred revisions, cost no call", async () => {
  const project = apiProject(["me@example.com"]);
  const { config } = project;
  const more = Array.from({ length: 10 }, (_, index) =>
    alarmSchema.parse({ name: `more-${index}`, metric: "cpu", threshold: index }),
  );
  const larger = { ...project, config: { ...config, alarms: [...config.alarms, ...more] } };
  await deploy(world.context(), larger, {});
  const { aws } = world.context();
  const { family } = config.task;
  const { taskDefinition } = await aws.call("ecs", "DescribeTaskDefinition", { taskDefinition: family });
  const tags = [{ key: "ecsctl:app", value: config.app }];
  const { containerDefinitions } = taskDefinition ?? {};
  await Promise.all(
    Array.from({ length: 110 }, () =>
      aws.call("ecs", "RegisterTaskDefinition", { family: "another", containerDefinitions, memory: "512", tags }),
    ),
  );
  await expectFewCalls(larger);
});

test("what is no longer asked for is still noticed: the network, the topic, the delay, the image", async () => {
  const project = apiProject(["me@example.com"]);
  await deploy(world.context(), project, {});
  const { aws } = world.context();
  const { LoadBalancers = [] } = await aws.call("elbv2", "DescribeLoadBalancers", {});
  const [balancer] = LoadBalancers;
  const Subnets = (balancer?.AvailabilityZones ?? []).map(({ SubnetId = "" }) => SubnetId).slice(1);
  await aws.call("elbv2", "SetSubnets", { LoadBalancerArn: balancer?.LoadBalancerArn, Subnets });
  assert.deepEqual(await pendingChanges(project), ["load-balancer subnets"]);
  await deploy(world.context(), project, {});

  const slower = structuredClone(project.config);
  if (slower.loadBalancer) slower.loadBalancer.deregistrationDelay = "60s";
  assert.deepEqual(await pendingChanges({ ...project, config: slower }), ["target-group deregistrationDelay"]);
  await deploy(world.context(), { ...project, config: slower }, {});
  await expectFewCalls({ ...project, config: slower });

  const { Topics = [] } = await aws.call("sns", "ListTopics", {});
  await aws.call("sns", "DeleteTopic", { TopicArn: Topics[0]?.TopicArn });
  assert.ok((await pendingChanges(project)).includes("sns-topic name"));
  await world.push(project.config.app, "another page");
  assert.ok((await pendingChanges(project)).includes("task-definition image"));
});

async function pendingChanges(project: Project): Promise<string[]> {
  const { steps } = await plan(world.context(), project, {});
  return steps.flatMap(({ resource, changes }) => changes.map(({ path }) => `${resource} ${path}`));
}

/** Plans and deploys, and expects both to find nothing to do in few calls. */
async function expectFewCalls(project: Project): Promise<void> {
  const looking = world.context();
  assert.equal((await plan(looking, project, {})).changes, 0);
  const again = world.context();
  await deploy(again, project, {});
  for (const { aws } of [looking, again]) {
    assert.deepEqual(changingCalls(aws), []);
    assert.ok(aws.calls.length <= most, `${aws.calls.length}: ${aws.calls.map((call) => call.operation).join(" ")}`);
  }
}
