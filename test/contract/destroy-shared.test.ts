import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Project } from "../../src/core/config/project.ts";
import { deploy } from "../../src/core/operations/deploy.ts";
import { destroy } from "../../src/core/operations/destroy.ts";
import { DeployWorld } from "../support/deployable.ts";

let world: DeployWorld;
let owner: Project;
let guest: Project;

before(async () => {
  world = await DeployWorld.open();
  owner = world.project("owner");
  // As two projects of one account do that both say ecsTaskExecutionRole and ecsInstanceRole.
  guest = world.project("guest", ({ cluster, task }) => {
    cluster.name = owner.config.cluster.name;
    if (cluster.capacity) cluster.capacity.instanceRole = "owner-instance";
    task.executionRole = "owner-execution";
    task.logs.group = "/ecs/owner";
  });
  for (const project of [owner, guest]) {
    await world.push(project.config.app);
    await deploy(world.context(), project, {});
  }
});
after(() => world.close());

const shared = [
  "ecs-cluster/owner-cluster",
  "iam-role/owner-execution",
  "iam-role/owner-instance",
  "instance-profile/owner-instance",
  "log-group//ecs/owner",
];

test("in another region nothing of the app is there, and its roles, which all regions have, stay", async () => {
  const elsewhere = world.sandbox.context({ region: "eu-west-1", stateDir: world.dir });
  const { deleted, kept, remaining } = await destroy(elsewhere, owner, {});
  assert.deepEqual([deleted, remaining], [[], []]);
  assert.deepEqual(kept.map(({ resource }) => resource).sort(), shared.filter((id) => /role|profile/.test(id)).sort());
  for (const { why } of kept) assert.match(why, /made with the app in us-east-1.*destroy --region us-east-1/);
});

test("what another app uses stays, and that app goes on", async () => {
  const { deleted, kept, remaining } = await destroy(world.context(), owner, {});
  assert.deepEqual(remaining, []);
  assert.deepEqual(kept.map(({ resource }) => resource).sort(), shared);
  for (const { why } of kept) assert.equal(why, "the app guest uses it, too");
  assert.ok(deleted.includes("ecs-service/owner-service") && deleted.includes("ecr-repository/owner-web"));
  const aws = world.sandbox.aws();
  await aws.call("iam", "GetRole", { RoleName: "owner-execution" });
  const asked = { cluster: "owner-cluster", services: ["guest-service"] };
  const { services = [] } = await aws.call("ecs", "DescribeServices", asked);
  assert.equal(services[0]?.runningCount, 1);
});

test("a cluster stays as long as somebody has a service in it that ecsctl did not make", async () => {
  await world.push("landlord");
  const landlord = world.project("landlord", (config) => {
    delete config.cluster.capacity;
    config.service.launchType = "FARGATE";
  });
  await deploy(world.context(), landlord, {});
  const aws = world.sandbox.aws();
  const { services = [] } = await aws.call("ecs", "DescribeServices", {
    cluster: "landlord-cluster",
    services: ["landlord-service"],
  });
  const { taskDefinition, networkConfiguration } = services[0] ?? {};
  const cluster = "landlord-cluster";
  const tenant = { cluster, serviceName: "tenant", taskDefinition, launchType: "FARGATE", desiredCount: 0 } as const;
  await aws.call("ecs", "CreateService", { ...tenant, networkConfiguration });
  const { kept, remaining } = await destroy(world.context(), landlord, {});
  assert.deepEqual(remaining, []);
  assert.deepEqual(kept, [{ resource: "ecs-cluster/landlord-cluster", why: "the service tenant uses it, too" }]);
  await aws.call("ecs", "DeleteService", { cluster, service: "tenant", force: true });
  assert.deepEqual((await destroy(world.context(), landlord, {})).deleted, ["ecs-cluster/landlord-cluster"]);
});

test("when that app has gone, the rest goes, too", async () => {
  const left = await destroy(world.context(), guest, {});
  assert.deepEqual(left.remaining, []);
  for (const { why } of left.kept) assert.match(why, /was not made by this app/);
  const { deleted, kept } = await destroy(world.context(), owner, {});
  assert.deepEqual(kept, []);
  assert.deepEqual([...deleted].sort(), shared);
});
