import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { stringify } from "yaml";
import { loadConfig } from "../../src/core/config/load.ts";
import type { Project } from "../../src/core/config/project.ts";
import { policySchema, scalingSchema, type PolicyConfig } from "../../src/core/config/scaling-schema.ts";
import { addScalingPolicy } from "../../src/core/operations/add-scaling-policy.ts";
import { deploy } from "../../src/core/operations/deploy.ts";
import { destroy } from "../../src/core/operations/destroy.ts";
import { listScalingPolicies } from "../../src/core/operations/list-scaling-policies.ts";
import { plan } from "../../src/core/operations/plan-deploy.ts";
import { removeScalingPolicy } from "../../src/core/operations/remove-scaling-policy.ts";
import { changingCalls, DeployWorld } from "../support/deployable.ts";

const app = "kinds";
const resource = { ServiceNamespace: "ecs", ResourceId: `service/${app}-cluster/${app}-service` } as const;

const policies: PolicyConfig[] = [
  { name: "cpu", type: "target-tracking", metric: "cpu", target: 50, fast: true, scaleInCooldown: "60s" },
  {
    name: "queue",
    type: "target-tracking",
    metric: "Shop/Backlog",
    dimensions: { Queue: "orders", Stage: "prod" },
    statistic: "Maximum",
    target: 10,
  },
  {
    name: "per-task",
    type: "target-tracking",
    target: 5,
    metrics: [
      {
        id: "queue",
        metric: "AWS/SQS/ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: "jobs" },
        statistic: "Sum",
      },
      { id: "tasks", metric: "running-tasks" },
      { id: "backlog", expression: "queue / tasks", label: "Backlog a task" },
    ],
  },
  { name: "steps", type: "step", metric: "memory", steps: ["80:+2", "95:+4", "20:-1"], cooldown: "60s", periods: 2 },
  { name: "morning", type: "scheduled", schedule: "cron(0 8 ? * MON-FRI *)", timezone: "Europe/Berlin", min: 2 },
].map((policy) => policySchema.parse(policy));

let world: DeployWorld;
before(async () => {
  world = await DeployWorld.open(200);
});
after(() => world.close());

const readAll = async () => {
  const aws = world.sandbox.aws();
  const [found, actions, alarms] = await Promise.all([
    aws.call("application-autoscaling", "DescribeScalingPolicies", resource),
    aws.call("application-autoscaling", "DescribeScheduledActions", resource),
    aws.call("cloudwatch", "DescribeAlarms", { AlarmNamePrefix: "StepScaling-" }),
  ]);
  return {
    policies: found.ScalingPolicies ?? [],
    actions: actions.ScheduledActions ?? [],
    alarms: alarms.MetricAlarms ?? [],
  };
};

test("every kind of policy is added, listed, planned without a change, and destroyed", async () => {
  const file = writeProject();
  const load = (): Project => loadConfig({ cwd: world.dir, file, env: {} });
  await world.push(app);
  await deploy(world.context(), load(), {});
  for (const policy of policies) await addScalingPolicy(world.context(), load(), { policy, range: { min: 1, max: 3 } });
  await checkInAws();

  assert.deepEqual(load().config.scaling?.policies, policies, "the file says what was asked");
  assert.match(readFileSync(file, "utf8"), /^# kept$/m);
  const settled = world.context();
  const again = await plan(settled, load(), {});
  assert.deepEqual(
    again.steps
      .filter(({ action }) => action !== "keep" && action !== "adopt")
      .map(({ id, changes }) => ({ id, changes })),
    [],
  );
  assert.deepEqual(changingCalls(settled.aws), []);

  const listed = await listScalingPolicies(world.context(), load());
  assert.deepEqual(listed.policies.map(({ name, type, inFile }) => [name, type, inFile]).sort(), [
    ["cpu", "TargetTrackingScaling", true],
    ["morning", "Scheduled", true],
    ["per-task", "TargetTrackingScaling", true],
    ["queue", "TargetTrackingScaling", true],
    ["steps-in", "StepScaling", true],
    ["steps-out", "StepScaling", true],
  ]);
  await removeScalingPolicy(world.context(), load(), "steps");
  const left = await readAll();
  assert.deepEqual(left.alarms, []);
  assert.ok(left.policies.every(({ PolicyType }) => PolicyType !== "StepScaling"));

  const fewer = load();
  fewer.config.scaling = scalingSchema.parse({ min: 1, max: 3, policies: policies.slice(3, 4) });
  await deploy(world.context(), fewer, {});
  const only = await readAll();
  assert.deepEqual(only.policies.map(({ PolicyName }) => PolicyName).sort(), ["steps-in", "steps-out"]);
  assert.deepEqual([only.actions.length, only.alarms.length], [0, 2]);

  const gone = await destroy(world.context(), fewer, {});
  assert.deepEqual(gone.remaining, []);
  const after = await readAll();
  assert.deepEqual([after.policies, after.actions, after.alarms], [[], [], []]);
});

/** The guided project as a user's file, with a comment of theirs. */
function writeProject(): string {
  const { config, file } = world.project(app);
  writeFileSync(file, `# kept\n${stringify(config)}`);
  return file;
}

async function checkInAws(): Promise<void> {
  const { policies: found, actions, alarms } = await readAll();
  const policy = (name: string) => found.find(({ PolicyName }) => PolicyName === name);
  assert.equal(
    policy("cpu")?.TargetTrackingScalingPolicyConfiguration?.PredefinedMetricSpecification?.PredefinedMetricType,
    "ECSServiceAverageCPUUtilizationHighResolution",
  );
  assert.deepEqual(actions.length, 1);
  assert.equal(alarms.length, 2);
}
