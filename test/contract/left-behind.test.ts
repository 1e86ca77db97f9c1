import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { alarmSchema, eventRuleSchema } from "../../src/core/config/alarm-schema.ts";
import type { Project } from "../../src/core/config/project.ts";
import { type Config, loadBalancerSchema } from "../../src/core/config/schema.ts";
import { deploy } from "../../src/core/operations/deploy.ts";
import { plan } from "../../src/core/operations/plan-deploy.ts";
import { waitForServiceGone } from "../../src/core/wait/capacity.ts";
import { controlInbox } from "../../src/sandbox/inbox.ts";
import { DeployWorld } from "../support/deployable.ts";

let world: DeployWorld;
before(async () => {
  world = await DeployWorld.open();
});
after(() => world.close());

const alarm = (name: string, more: object = { metric: "cpu", threshold: 80 }) => alarmSchema.parse({ name, ...more });
const rule = (name: string, to: string[]) => eventRuleSchema.parse({ name, on: "task-stopped", to });

/** A project on Fargate, with what `change` adds. */
const project = (app: string, change: (config: Config) => void = () => {}): Project =>
  world.project(app, (config) => {
    delete config.cluster.capacity;
    config.service.launchType = "FARGATE";
    change(config);
  });

/** All that can watch a service. */
const watched = (app: string) => (config: Config) => {
  config.alarms = [alarm(`${app}-busy`), alarm(`${app}-all`, { rule: `ALARM("${app}-busy")` })];
  config.notify = { topic: `${app}-alerts`, emails: ["me@example.com"] };
  config.dashboard = {};
  config.eventRules = [rule(`${app}-failed`, ["notify", `sqs:${app}-jobs`, `logs:/events/${app}`])];
};

async function pending(now: Project, only: string[] = []): Promise<string[]> {
  const { steps } = await plan(world.context(), now, { only });
  return steps.flatMap(({ id, action }) => (action === "keep" ? [] : [`${action} ${id}`])).toSorted();
}

/** Names of what watches services in AWS, whoever made it. */
async function there(app: string): Promise<string[]> {
  const { aws } = world.context();
  const [alarms, topics, rules, dashboards, queues, groups, policies] = await Promise.all([
    aws.call("cloudwatch", "DescribeAlarms", { AlarmTypes: ["MetricAlarm", "CompositeAlarm"] }),
    aws.call("sns", "ListTopics", {}),
    aws.call("events", "DescribeRule", { Name: `${app}-failed` }).catch(() => undefined),
    aws.call("cloudwatch", "GetDashboard", { DashboardName: app }).catch(() => undefined),
    aws.call("sqs", "GetQueueUrl", { QueueName: `${app}-jobs` }).catch(() => undefined),
    aws.call("logs", "DescribeLogGroups", {}),
    aws.call("logs", "DescribeResourcePolicies", {}),
  ]);
  const names = [
    ...[...(alarms.MetricAlarms ?? []), ...(alarms.CompositeAlarms ?? [])].map(({ AlarmName }) => AlarmName),
    ...(topics.Topics ?? []).map(({ TopicArn }) => TopicArn?.split(":").at(-1)),
    rules?.Name,
    dashboards && `dashboard ${app}`,
    queues?.QueueUrl?.split("/").at(-1),
    ...(groups.logGroups ?? []).map(({ logGroupName }) => logGroupName),
    ...(policies.resourcePolicies ?? []).map(({ policyName }) => policyName),
  ];
  return names.filter((name): name is string => name?.includes(app) ?? false).toSorted();
}

test("what left the file is planned and taken away, with what only it led to", async () => {
  await world.push("gone");
  await deploy(world.context(), project("gone", watched("gone")), {});
  assert.equal((await there("gone")).length, 9);
  const bare = project("gone");
  assert.deepEqual(await pending(bare), [
    "delete alarm/gone-busy",
    "delete composite-alarm/gone-all",
    "delete dashboard/gone",
    "delete event-rule/gone-failed",
    "delete log-access/ecsctl-events-gone",
    "delete log-group//events/gone",
    "delete sns-topic/gone-alerts",
    "delete sqs-queue/gone-jobs",
  ]);
  const { steps } = await plan(world.context(), bare, {});
  assert.equal(steps.find(({ id }) => id === "alarm/gone-busy")?.title, "alarm gone-busy (no longer in ecsctl.yaml)");
  assert.deepEqual(await pending(bare, ["dashboard"]), ["delete dashboard/gone"]);
  await deploy(world.context(), bare, {});
  assert.deepEqual(await there("gone"), ["/ecs/gone"]);
  const calm = world.context();
  assert.equal((await plan(calm, bare, {})).changes, 0);
  assert.ok(calm.aws.calls.length <= 20, String(calm.aws.calls.length));
});

test("what others still need is let go of first, and what they lead to stays", async () => {
  await world.push("part");
  const full = (config: Config) => {
    watched("part")(config);
    config.alarms.push(alarm("part-more"));
    config.alarms[1] = alarm("part-all", { rule: `ALARM("part-busy") OR ALARM("part-more")` });
    config.service.deployment = { failedTasks: 3, alarms: ["part-more"] };
  };
  await deploy(world.context(), project("part", full), {});
  const less = project("part", (config) => {
    full(config);
    config.alarms = [alarm("part-busy"), alarm("part-all", { rule: `ALARM("part-busy")` })];
    delete config.service.deployment;
    config.notify = { topic: "part-news", emails: [] };
    config.eventRules = [rule("part-failed", ["notify", "logs:/events/part"])];
  });
  const planned = await plan(world.context(), less, {});
  const needs = (id: string): string[] => planned.steps.find((step) => step.id === id)?.needs ?? [];
  assert.deepEqual(needs("alarm/part-more").toSorted(), ["composite-alarm/part-all", "ecs-service/part-service"]);
  assert.ok(needs("sns-topic/part-alerts").includes("event-rule/part-failed"));
  assert.ok(needs("sqs-queue/part-jobs").includes("event-rule/part-failed"));
  await deploy(world.context(), less, {});
  assert.deepEqual(await there("part"), [
    "/ecs/part",
    "/events/part",
    "dashboard part",
    "ecsctl-events-part",
    "part-all",
    "part-busy",
    "part-failed",
    "part-news",
  ]);
  assert.deepEqual(await pending(less), []);
});

test("the last permission of the task role goes from AWS too", async () => {
  await world.push("role");
  const allowed = (permissions: { actions: string[]; resources: string[] }[]) =>
    project("role", (config) => (config.task.role = { name: "role-task", policies: [], permissions }));
  await deploy(world.context(), allowed([{ actions: ["ecs:ListTasks"], resources: ["*"] }]), { wait: false });
  const { steps } = await plan(world.context(), allowed([]), {});
  const changes = steps.find(({ id }) => id === "iam-role/role-task")?.changes;
  assert.deepEqual(changes, [{ path: "permissions", from: ["ecs:ListTasks on *"] }]);
  await deploy(world.context(), allowed([]), { wait: false });
  const inline = await world.context().aws.call("iam", "ListRolePolicies", { RoleName: "role-task" });
  assert.deepEqual(inline.PolicyNames, []);
  assert.deepEqual(await pending(allowed([])), []);
});

test("where the app has several services, each takes away only what names itself", async () => {
  await world.push("both");
  const named = (name: string, alarms: string[]) =>
    project("both", (config) => {
      config.service.name = name;
      config.alarms = alarms.map((one) => alarm(one));
      config.notify = { topic: `both-${name}`, emails: [] };
    });
  await deploy(world.context(), named("web", ["both-web", "both-spare"]), {});
  const worker = await plan(world.context(), named("worker", ["both-worker"]), {});
  assert.ok(worker.warnings.some((warning) => warning.includes("both-cluster/web (cluster/service)")));
  await deploy(world.context(), named("worker", ["both-worker"]), { wait: false });
  assert.deepEqual(await pending(named("web", ["both-web"])), ["delete alarm/both-spare"]);
  await deploy(world.context(), named("web", ["both-web"]), {});
  assert.deepEqual(await there("both"), ["/ecs/both", "both-web", "both-web", "both-worker", "both-worker"]);
  const context = world.context();
  const gone = { cluster: "both-cluster", service: "worker" };
  await context.aws.call("ecs", "DeleteService", { ...gone, force: true });
  await waitForServiceGone(context, gone);
  assert.deepEqual(await pending(named("web", ["both-web"])), [
    "delete alarm/both-worker",
    "delete sns-topic/both-worker",
  ]);
});

test("what stays is told: a load balancer, a subscriber, and the permission for secrets", async () => {
  await world.push("stay");
  const secret = { TOKEN: "/stay/token" };
  const full = (config: Config) => {
    config.loadBalancer = loadBalancerSchema.parse({});
    config.notify = { topic: "stay-alerts", emails: ["me@example.com", "you@example.com"] };
    config.task.container.secrets = secret;
  };
  await deploy(world.context(), project("stay", full), { wait: false });
  controlInbox(world.sandbox.world, "POST", Buffer.from('{"confirm": "you@example.com"}'));
  const less = project("stay", (config) => (config.notify = { topic: "stay-alerts", emails: ["me@example.com"] }));
  const { warnings, steps } = await plan(world.context(), less, {});
  for (const wanted of [
    /^stay-alerts tells you@example\.com, .*`ecsctl notify remove you@example\.com` ends it/,
    /^role stay-execution may still read the secrets .*--policy-name ecsctl-stay-secrets$/,
    /^load balancer stay is no longer in ecsctl\.yaml, stays and goes on costing/,
  ])
    assert.ok(
      warnings.some((warning) => wanted.test(warning)),
      `${String(wanted)} in ${warnings.join("\n")}`,
    );
  assert.ok(!steps.some(({ action }) => action === "delete"));
});
