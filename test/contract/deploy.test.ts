import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { deploy } from "../../src/core/operations/deploy.ts";
import { destroy } from "../../src/core/operations/destroy.ts";
import { plan } from "../../src/core/operations/plan-deploy.ts";
import { changingCalls, DeployWorld } from "../support/deployable.ts";

let world: DeployWorld;
before(async () => {
  world = await DeployWorld.open();
});
after(() => world.close());

const journals = (): string[] =>
  existsSync(join(world.dir, "journals")) ? readdirSync(join(world.dir, "journals")) : [];

describe("a deploy", () => {
  test("plans without changing anything, makes everything, and waits until a task runs", async () => {
    const project = world.project("first");
    await world.push("first");
    const planning = world.context();
    const planned = await plan(planning, project, {});
    assert.deepEqual(changingCalls(planning.aws), []);
    assert.equal(planned.changes, 12);
    assert.equal(planned.steps.find(({ resource }) => resource === "ecr-repository")?.action, "keep");

    const result = await deploy(world.context(), project, {});
    assert.equal(result.deployment.status, "completed");
    assert.match(result.deployment.taskDefinition, /task-definition\/first-task:1$/);
    const { services } = await world.sandbox.aws().call("ecs", "DescribeServices", {
      cluster: "first-cluster",
      services: ["first-service"],
    });
    assert.equal(services?.[0]?.runningCount, 1);
    assert.deepEqual(journals(), []);
  });

  test("then plan says nothing, and a second deploy makes no changing call", async () => {
    const project = world.project("first");
    const again = world.context();
    assert.deepEqual(
      (await plan(again, project, {})).steps.filter(({ action }) => action !== "keep"),
      [],
    );
    const result = await deploy(again, project, {});
    assert.deepEqual(changingCalls(again.aws), []);
    assert.equal(result.deployment.status, "completed");
    assert.ok(result.steps.every(({ action }) => action === "keep"));
  });

  test("every value of the guided project is what AWS has", async () => {
    const aws = world.sandbox.aws();
    const { taskDefinition } = await aws.call("ecs", "DescribeTaskDefinition", { taskDefinition: "first-task" });
    const [container] = taskDefinition?.containerDefinitions ?? [];
    assert.equal(taskDefinition?.networkMode, "bridge");
    assert.match(container?.image ?? "", /first-web@sha256:[0-9a-f]{64}$/);
    assert.deepEqual(
      container?.portMappings?.map(({ containerPort, hostPort, protocol }) => ({ containerPort, hostPort, protocol })),
      [{ containerPort: 80, hostPort: 0, protocol: "tcp" }],
    );
    const { LaunchTemplateVersions } = await aws.call("ec2", "DescribeLaunchTemplateVersions", {
      LaunchTemplateName: "instances-first",
      Versions: ["$Latest"],
    });
    const data = LaunchTemplateVersions?.[0]?.LaunchTemplateData;
    assert.equal(data?.MetadataOptions?.HttpTokens, "required");
    assert.equal(data?.BlockDeviceMappings?.[0]?.Ebs?.Encrypted, true);
    assert.equal(data?.KeyName, undefined);
    const { SecurityGroups } = await aws.call("ec2", "DescribeSecurityGroups", {
      Filters: [{ Name: "group-name", Values: ["instances-first"] }],
    });
    const ports = SecurityGroups?.[0]?.IpPermissions?.map(({ FromPort, ToPort }) => [FromPort, ToPort]);
    assert.deepEqual(ports?.toSorted(), [
      [32768, 60999],
      [80, 80],
    ]);
  });

  test("a new image is a new revision and a new deployment, and nothing else", async () => {
    const project = world.project("first");
    await world.push("first", "2");
    const context = world.context();
    const { deployment, steps } = await deploy(context, project, {});
    assert.match(deployment.taskDefinition, /first-task:2$/);
    assert.equal(deployment.status, "completed");
    assert.deepEqual(changingCalls(context.aws), ["RegisterTaskDefinition", "UpdateService"]);
    assert.deepEqual(
      steps.filter(({ action }) => action !== "keep").map(({ id, action }) => `${action} ${id}`),
      ["update task-definition/first-task", "update ecs-service/first-service"],
    );
  });

  test("destroy shows first, deletes all, keeps nothing, and a second one finds nothing", async () => {
    const project = world.project("first");
    const looking = world.context();
    const dry = await destroy(looking, project, { dryRun: true });
    assert.deepEqual(changingCalls(looking.aws), []);
    assert.ok(dry.wouldDelete?.includes("ecs-service/first-service"));
    const result = await destroy(world.context(), project, {});
    assert.deepEqual(result.remaining, []);
    assert.deepEqual(result.kept, []);
    assert.deepEqual(
      result.deleted.toSorted(),
      dry.wouldDelete?.filter((id) => !id.startsWith("instance/")).toSorted(),
    );
    const again = world.context();
    const { deleted, kept, remaining } = await destroy(again, project, {});
    assert.deepEqual({ deleted, kept, remaining }, { deleted: [], kept: [], remaining: [] });
    assert.deepEqual(changingCalls(again.aws), []);
    assert.deepEqual(journals(), []);
  });
});
