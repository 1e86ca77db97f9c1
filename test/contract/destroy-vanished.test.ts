import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Project } from "../../src/core/config/project.ts";
import { deploy } from "../../src/core/operations/deploy.ts";
import { destroy } from "../../src/core/operations/destroy.ts";
import { changingCalls, DeployWorld } from "../support/deployable.ts";

let world: DeployWorld;
before(async () => {
  world = await DeployWorld.open();
});
after(() => world.close());

async function deployed(app: string, tasks = 1): Promise<Project> {
  await world.push(app);
  const project = world.project(app, (config) => (config.service.desiredCount = tasks));
  await deploy(world.context(), project, {});
  return project;
}

test("what somebody deleted before does not stop the rest from going", async () => {
  const project = await deployed("half");
  const aws = world.sandbox.aws();
  const at = { cluster: "half-cluster", service: "half-service" };
  await aws.call("ecs", "DeleteService", { ...at, force: true });
  await aws.call("logs", "DeleteLogGroup", { logGroupName: "/ecs/half" });
  await aws.call("ecr", "DeleteRepository", { repositoryName: "half-web", force: true });
  await aws.call("iam", "RemoveRoleFromInstanceProfile", {
    InstanceProfileName: "half-instance",
    RoleName: "half-instance",
  });
  await aws.call("iam", "DeleteInstanceProfile", { InstanceProfileName: "half-instance" });
  const { deleted, remaining } = await destroy(world.context(), project, {});
  assert.deepEqual(remaining, []);
  assert.ok(deleted.includes("ecs-cluster/half-cluster") && deleted.includes("iam-role/half-instance"));
});

test("instances that are protected from scale-in, with tasks on them, go all the same", async () => {
  const project = await deployed("held", 3);
  const aws = world.sandbox.aws();
  const { AutoScalingGroups = [] } = await aws.call("autoscaling", "DescribeAutoScalingGroups", {
    AutoScalingGroupNames: ["instances-held"],
  });
  const InstanceIds = (AutoScalingGroups[0]?.Instances ?? []).map(({ InstanceId = "" }) => InstanceId);
  assert.ok(InstanceIds.length > 0);
  await aws.call("autoscaling", "SetInstanceProtection", {
    AutoScalingGroupName: "instances-held",
    InstanceIds,
    ProtectedFromScaleIn: true,
  });
  assert.deepEqual((await destroy(world.context(), project, {})).remaining, []);
  const { Reservations = [] } = await aws.call("ec2", "DescribeInstances", { InstanceIds });
  assert.deepEqual(
    Reservations.flatMap(({ Instances = [] }) => Instances.map(({ State }) => State?.Name)),
    InstanceIds.map(() => "terminated"),
  );
});

test("a second destroy finds nothing and changes nothing", async () => {
  const project = world.project("held");
  const context = world.context();
  const { deleted, kept, remaining } = await destroy(context, project, {});
  assert.deepEqual({ deleted, kept, remaining }, { deleted: [], kept: [], remaining: [] });
  assert.deepEqual(changingCalls(context.aws), []);
});
