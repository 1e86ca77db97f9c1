import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Config } from "../../src/core/config/schema.ts";
import type { Project } from "../../src/core/config/project.ts";
import { deploy } from "../../src/core/operations/deploy.ts";
import { destroy } from "../../src/core/operations/destroy.ts";
import { plan } from "../../src/core/operations/plan-deploy.ts";
import { loadBalancerSchema } from "../../src/core/config/schema.ts";
import { DeployWorld } from "../support/deployable.ts";

let world: DeployWorld;
let project: Project;

const onFargate = (config: Config): void => {
  delete config.cluster.capacity;
  config.cluster.containerInsights = true;
  config.service.launchType = "FARGATE";
  config.task.role = {
    name: "api-role",
    policies: [],
    permissions: [{ actions: ["ecs:DescribeServices"], resources: ["*"] }],
  };
  config.loadBalancer = loadBalancerSchema.parse({ healthCheck: { path: "/health" }, deregistrationDelay: "5s" });
  const alarm = { metric: "running-tasks", comparison: ">=", threshold: 5, periods: 1 } as const;
  config.alarms = [{ name: "api-full", ...alarm, description: undefined }];
  config.notify = { topic: "api-alerts", emails: ["me@example.com"] };
};

before(async () => {
  world = await DeployWorld.open();
  await world.push("api");
  project = world.project("api", onFargate);
});
after(() => world.close());

/** What a plan would change: `id path`. */
async function pending(change: (config: Config) => void = () => {}): Promise<string[]> {
  const config = structuredClone(project.config);
  change(config);
  const { steps } = await plan(world.context(), { ...project, config }, {});
  return steps
    .filter(({ action }) => action !== "keep")
    .flatMap(({ resource, changes }) => changes.map(({ path }) => `${resource} ${path}`));
}

test("what was deployed is what was wanted", async () => {
  const { deployment } = await deploy(world.context(), project, {});
  assert.equal(deployment.status, "completed");
  assert.deepEqual(await pending(), []);
});

const differences: [name: string, change: (config: Config) => void, paths: string[]][] = [
  [
    "health path",
    ({ loadBalancer }) => void (loadBalancer && (loadBalancer.healthCheck.path = "/")),
    ["target-group healthCheck.path"],
  ],
  [
    "delay",
    ({ loadBalancer }) => void (loadBalancer && (loadBalancer.deregistrationDelay = "9s")),
    ["target-group deregistrationDelay"],
  ],
  [
    "grace period",
    ({ loadBalancer }) => void (loadBalancer && (loadBalancer.healthCheck.gracePeriod = "9s")),
    ["ecs-service healthCheckGracePeriod"],
  ],
  ["alarm", ({ alarms }) => void (alarms[0] && (alarms[0].threshold = 4)), ["alarm threshold"]],
  ["insights", ({ cluster }) => void (cluster.containerInsights = false), ["ecs-cluster containerInsights"]],
  [
    "permissions",
    ({ task }) => void (task.role && (task.role.permissions = [{ actions: ["ecs:ListTasks"], resources: ["*"] }])),
    ["iam-role permissions"],
  ],
  ["address", ({ notify }) => void notify?.emails.push("you@example.com"), ["sns-subscription endpoint"]],
];

for (const [name, change, paths] of differences)
  test(`another ${name} is the only change`, async () => assert.deepEqual(await pending(change), paths));

test("an update is made and then nothing is pending", async () => {
  for (const [, change] of differences) change(project.config);
  await deploy(world.context(), project, {});
  assert.deepEqual(await pending(), []);
});

test("destroy leaves nothing of it", async () => {
  const { aws } = world.context();
  // AWS makes it for Container Insights, and leaves it behind.
  const logGroupName = `/aws/ecs/containerinsights/${project.config.cluster.name}/performance`;
  await aws.call("logs", "CreateLogGroup", { logGroupName });
  const config = structuredClone(project.config);
  config.cluster.containerInsights = true;
  const { deleted, remaining } = await destroy(world.context(), { ...project, config }, {});
  assert.deepEqual(remaining, []);
  assert.ok(deleted.includes(`insights-logs/${project.config.cluster.name}`));
  assert.deepEqual((await aws.call("logs", "DescribeLogGroups", {})).logGroups, []);
  assert.deepEqual((await aws.call("elbv2", "DescribeLoadBalancers", {})).LoadBalancers, []);
  assert.deepEqual((await aws.call("elbv2", "DescribeTargetGroups", {})).TargetGroups, []);
  assert.deepEqual((await aws.call("sns", "ListTopics", {})).Topics, []);
  assert.deepEqual((await aws.call("cloudwatch", "DescribeAlarms", {})).MetricAlarms, []);
  const { NetworkInterfaces } = await aws.call("ec2", "DescribeNetworkInterfaces", {});
  assert.deepEqual(NetworkInterfaces, []);
});
