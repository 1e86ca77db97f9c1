import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Config } from "../../src/core/config/schema.ts";
import { deploy } from "../../src/core/operations/deploy.ts";
import { plan } from "../../src/core/operations/plan-deploy.ts";
import { DeployWorld } from "../support/deployable.ts";

let world: DeployWorld;
before(async () => {
  world = await DeployWorld.open();
  await world.push("roomy");
});
after(() => world.close());

const read = async () => {
  const aws = world.sandbox.aws();
  const [providers, groups] = await Promise.all([
    aws.call("ecs", "DescribeCapacityProviders", { capacityProviders: ["capacity-roomy"] }),
    aws.call("autoscaling", "DescribeAutoScalingGroups", { AutoScalingGroupNames: ["instances-roomy"] }),
  ]);
  const group = providers.capacityProviders?.[0]?.autoScalingGroupProvider;
  return {
    warmup: group?.managedScaling?.instanceWarmupPeriod,
    target: group?.managedScaling?.targetCapacity,
    maxStep: group?.managedScaling?.maximumScalingStepSize,
    draining: group?.managedDraining,
    protection: group?.managedTerminationProtection,
    instancesProtected: groups.AutoScalingGroups?.[0]?.NewInstancesProtectedFromScaleIn,
  };
};
const pending = async (change?: (config: Config) => void) => {
  const { steps } = await plan(world.context(), world.project("roomy", change), {});
  return steps.flatMap(({ resource, changes }) => changes.map(({ path }) => `${resource} ${path}`));
};

test("instances follow tasks after a short warm-up, protected and drained, unless ecsctl.yaml says otherwise", async () => {
  await deploy(world.context(), world.project("roomy"), {});
  assert.deepEqual(await read(), {
    warmup: 60,
    target: 100,
    maxStep: 10_000,
    draining: "ENABLED",
    protection: "ENABLED",
    instancesProtected: true,
  });
  const otherwise = ({ cluster: { capacity } }: Config): void => {
    assert.ok(capacity);
    capacity.targetCapacity = 90;
    capacity.instanceWarmup = "30s";
    capacity.maxStep = 2;
    capacity.managedDraining = false;
    capacity.terminationProtection = false;
  };
  assert.deepEqual(await pending(otherwise), [
    "auto-scaling-group protectInstances",
    "capacity-provider targetCapacity",
    "capacity-provider instanceWarmup",
    "capacity-provider maxStep",
    "capacity-provider managedTerminationProtection",
    "capacity-provider managedDraining",
  ]);
  await deploy(world.context(), world.project("roomy", otherwise), {});
  assert.deepEqual(await read(), {
    warmup: 30,
    target: 90,
    maxStep: 2,
    draining: "DISABLED",
    protection: "DISABLED",
    instancesProtected: false,
  });
  assert.deepEqual(await pending(otherwise), []);
});
