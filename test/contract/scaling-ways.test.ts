import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { stringify } from "yaml";
import { loadConfig } from "../../src/core/config/load.ts";
import { policySchema, scalingSchema } from "../../src/core/config/scaling-schema.ts";
import { loadBalancerSchema, type Config } from "../../src/core/config/schema.ts";
import { addScalingPolicy } from "../../src/core/operations/add-scaling-policy.ts";
import { deploy } from "../../src/core/operations/deploy.ts";
import { removeScalingPolicy } from "../../src/core/operations/remove-scaling-policy.ts";
import { plan } from "../../src/core/operations/plan-deploy.ts";
import { changingCalls, DeployWorld } from "../support/deployable.ts";

const requests = policySchema.parse({ name: "requests", type: "target-tracking", metric: "requests", target: 600 });
const peaks = policySchema.parse({ name: "peaks", type: "step", metric: "requests", steps: ["1000:+2"] });
const fast = policySchema.parse({ name: "fast", type: "target-tracking", metric: "memory", target: 70, fast: true });
const past = policySchema.parse({ name: "past", type: "scheduled", schedule: "at(2020-01-01T00:00:00)", min: 2 });

let world: DeployWorld;
before(async () => {
  world = await DeployWorld.open();
  await world.push("shop");
});
after(() => world.close());

test("killed after any call, an addition and a removal that are run again come to the same end", async () => {
  await world.push("killed");
  const { config, file } = world.project("killed");
  writeFileSync(file, stringify(config));
  const load = () => loadConfig({ cwd: world.dir, file, env: {} });
  await deploy(world.context(), load(), {});
  const aws = world.sandbox.aws();
  const resource = { ServiceNamespace: "ecs", ResourceId: "service/killed-cluster/killed-service" } as const;
  const read = async () => {
    const policies = await aws.call("application-autoscaling", "DescribeScalingPolicies", resource);
    const alarms = await aws.call("cloudwatch", "DescribeAlarms", {
      AlarmNamePrefix: `StepScaling-${resource.ResourceId}/`,
    });
    return [policies.ScalingPolicies?.length, alarms.MetricAlarms?.length, load().config.scaling?.policies.length];
  };
  const policy = policySchema.parse({ name: "both", type: "step", metric: "cpu", steps: ["80:+1", "20:-1"] });
  const range = { min: 1, max: 3 };
  for (let calls = 0; calls <= 6; calls++) {
    await addScalingPolicy(world.killedAfter(calls), load(), { policy, range }).catch(() => {});
    await addScalingPolicy(world.context(), load(), { policy, range });
    assert.deepEqual(await read(), [2, 2, 1], `added, killed after ${calls} calls`);
    await removeScalingPolicy(world.killedAfter(calls), load(), "both").catch(() => {});
    if (load().config.scaling?.policies.length) await removeScalingPolicy(world.context(), load(), "both");
    assert.deepEqual(await read(), [0, 0, 0], `removed, killed after ${calls} calls`);
  }
});

test("a policy that becomes another kind under its name is made anew, and its alarms with it", async () => {
  await world.push("kind");
  const of = (policy: object) =>
    world.project("kind", (config) => {
      config.scaling = scalingSchema.parse({ min: 1, max: 3, policies: [{ name: "p", metric: "cpu", ...policy }] });
    });
  const kinds = [
    { type: "target-tracking", target: 50 },
    { type: "step", steps: ["80:+1", "20:-1"] },
    { type: "step", steps: ["80:+1"] },
    { type: "predictive", target: 60 },
  ];
  const seen = [];
  for (const kind of kinds) {
    await deploy(world.context(), of(kind), {});
    const looking = world.context();
    const { changes } = await plan(looking, of(kind), {});
    assert.equal(changes, 0, JSON.stringify(kind));
    const aws = world.sandbox.aws();
    const resource = { ServiceNamespace: "ecs", ResourceId: "service/kind-cluster/kind-service" } as const;
    const { ScalingPolicies = [] } = await aws.call("application-autoscaling", "DescribeScalingPolicies", resource);
    const { MetricAlarms = [] } = await aws.call("cloudwatch", "DescribeAlarms", {});
    const own = MetricAlarms.filter(({ AlarmName }) => /service\/kind-cluster\/kind-service/.test(AlarmName ?? ""));
    seen.push([ScalingPolicies.map(({ PolicyName, PolicyType }) => `${PolicyName} ${PolicyType}`).sort(), own.length]);
  }
  assert.deepEqual(seen, [
    [["p TargetTrackingScaling"], 2],
    [["p-in StepScaling", "p-out StepScaling"], 2],
    [["p StepScaling"], 1],
    [["p PredictiveScaling"], 0],
  ]);
});

test("requests are counted by the service's own load balancer, in a first deploy and in an addition", async () => {
  const project = world.project("shop", (config: Config): void => {
    delete config.cluster.capacity;
    config.service.launchType = "FARGATE";
    config.loadBalancer = loadBalancerSchema.parse({});
    config.scaling = scalingSchema.parse({ min: 1, max: 3, policies: [requests, peaks, past, fast] });
  });
  const { deployment } = await deploy(world.context(), project, {});
  assert.equal(deployment.status, "completed");
  const aws = world.sandbox.aws();
  const resource = { ServiceNamespace: "ecs", ResourceId: "service/shop-cluster/shop-service" } as const;
  const { ScalingPolicies = [] } = await aws.call("application-autoscaling", "DescribeScalingPolicies", resource);
  const tracking = ScalingPolicies.find(({ PolicyName }) => PolicyName === "requests");
  const predefined = tracking?.TargetTrackingScalingPolicyConfiguration?.PredefinedMetricSpecification;
  assert.equal(predefined?.PredefinedMetricType, "ALBRequestCountPerTarget");
  assert.match(predefined?.ResourceLabel ?? "", /^app\/shop\/[0-9a-f]{16}\/targetgroup\/shop\/[0-9a-f]{16}$/);
  const { MetricAlarms = [] } = await aws.call("cloudwatch", "DescribeAlarms", { AlarmNamePrefix: "StepScaling-" });
  const [balancer, group] = (predefined?.ResourceLabel ?? "").split("/targetgroup/");
  assert.deepEqual(MetricAlarms[0]?.Dimensions, [
    { Name: "LoadBalancer", Value: balancer },
    { Name: "TargetGroup", Value: `targetgroup/${group}` },
  ]);

  const looking = world.context();
  const { steps, warnings } = await plan(looking, project, {});
  assert.deepEqual(
    steps.filter(({ action }) => action !== "keep").map(({ id }) => id),
    [],
    "what was wanted is there, and a moment that has passed is nothing to make",
  );
  assert.ok(
    warnings.some((warning) => /the schedule of past has passed: ecsctl scale policy remove past/.test(warning)),
  );
  assert.deepEqual(changingCalls(looking.aws), []);

  const { services = [] } = await aws.call("ecs", "DescribeServices", {
    cluster: "shop-cluster",
    services: ["shop-service"],
  });
  assert.equal(services[0]?.deployments?.length, 1, "what is published fast is said when the service is made");

  const adding = world.context();
  await addScalingPolicy(adding, project, { policy: requests });
  assert.deepEqual(changingCalls(adding.aws), [], "the same policy from the command line is the same policy");
});
