import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { ExitCode } from "../../src/core/errors.ts";
import { addScalingPolicy } from "../../src/core/operations/add-scaling-policy.ts";
import { deploy } from "../../src/core/operations/deploy.ts";
import { destroy } from "../../src/core/operations/destroy.ts";
import { listScalingPolicies } from "../../src/core/operations/list-scaling-policies.ts";
import { plan } from "../../src/core/operations/plan-deploy.ts";
import { removeScalingPolicy } from "../../src/core/operations/remove-scaling-policy.ts";
import { changingCalls, DeployWorld } from "../support/deployable.ts";

let world: DeployWorld;
before(async () => {
  world = await DeployWorld.open();
});
after(() => world.close());

const cpu = {
  name: "cpu-target-tracking",
  type: "target-tracking",
  metric: "cpu",
  target: 50,
  scaleOutCooldown: "30s",
  scaleInCooldown: "30s",
  disableScaleIn: false,
} as const;
const range = { min: 1, max: 3 };

describe("what cannot work is refused before anything is made", () => {
  test("an image that was never pushed: deploy names push, plan shows everything and warns", async () => {
    const project = world.project("unpushed");
    const context = world.context();
    await assert.rejects(deploy(context, project, {}), {
      code: "ImageNotFound",
      exitCode: ExitCode.config,
      hint: "ecsctl push",
      message: /unpushed-web:latest/,
    });
    assert.deepEqual(changingCalls(context.aws), []);
    const planned = await plan(context, project, {});
    assert.equal(planned.changes, 13);
    assert.match(planned.warnings.join(), /never pushed/);
  });

  test("a task that fits no instance: the figures", async () => {
    await world.push("large");
    const large = world.project("large", (config) => (config.task.cpu = 2048));
    await assert.rejects(deploy(world.context(), large, {}), {
      exitCode: ExitCode.config,
      message: /2048.*t2\.small.*1024/,
    });
    const heavy = world.project("large", (config) => (config.task.memory = 4096));
    await assert.rejects(plan(world.context(), heavy, {}), { exitCode: ExitCode.config, message: /4096.*2048/ });
  });

  test("a maximum that the instances cannot hold: the maximum that fits", async () => {
    await world.push("tight");
    const tight = world.project("tight", (config) => (config.scaling = { min: 1, max: 10, policies: [] }));
    assert.match(
      (await plan(world.context(), tight, {})).warnings.join(),
      /scaling\.max 10 .*at most 9 tasks, 3 on each/,
    );
    const fixed = world.project("tight", (config) => {
      config.scaling = { min: 1, max: 4, policies: [] };
      config.task.container.hostPort = 80;
    });
    assert.match((await plan(world.context(), fixed, {})).warnings.join(), /at most 3 tasks/);
  });

  test("an instance type that the zones do not offer: which one to choose", async () => {
    const project = world.project("exotic", (config) => {
      if (config.cluster.capacity) config.cluster.capacity.instanceType = "x9.small";
    });
    await assert.rejects(plan(world.context(), project, {}), {
      code: "InstanceTypeNotOffered",
      exitCode: ExitCode.config,
      message: /x9\.small .*us-east-1/,
      hint: /t3\.small/,
    });
  });

  test("a disk smaller than the AMI's", async () => {
    const project = world.project("small-disk", (config) => {
      if (config.cluster.capacity) config.cluster.capacity.rootVolumeGiB = 8;
    });
    await assert.rejects(plan(world.context(), project, {}), { code: "RootVolumeTooSmall", message: /8.*30 GiB/ });
  });
});

describe("what others made", () => {
  test("is used, told about, completed only with consent, and survives destroy", async () => {
    const aws = world.sandbox.aws();
    await aws.call("iam", "CreateRole", {
      RoleName: "shared-instance",
      AssumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
      }),
    });
    const project = world.project("guest", (config) => {
      if (config.cluster.capacity) config.cluster.capacity.instanceRole = "shared-instance";
    });
    await world.push("guest");
    const step = (await plan(world.context(), project, {})).steps.find(({ id }) => id === "iam-role/shared-instance");
    assert.equal(step?.action, "adopt");
    assert.deepEqual(step?.changes, [{ path: "policies[AmazonEC2ContainerServiceforEC2Role]", to: "attached" }]);

    const attached = async () =>
      (await aws.call("iam", "ListAttachedRolePolicies", { RoleName: "shared-instance" })).AttachedPolicies?.length;
    await deploy(world.context(), project, { wait: false });
    assert.equal(await attached(), 0);
    await deploy(world.context(), project, { wait: false, adopt: true });
    assert.equal(await attached(), 1);

    const { kept, remaining } = await destroy(world.context(), project, {});
    assert.deepEqual(remaining, []);
    assert.ok(kept.some(({ resource }) => resource === "iam-role/shared-instance"));
    assert.equal(await attached(), 1, "what was completed stays: nobody else can say whether it is needed now");
  });

  test("a service that is not ours is not deployed to without consent", async () => {
    const project = world.project("theirs");
    await world.push("theirs");
    await deploy(world.context(), project, {});
    const aws = world.sandbox.aws();
    const found = await aws.call("ecs", "DescribeServices", {
      cluster: "theirs-cluster",
      services: ["theirs-service"],
    });
    const resourceArn = found.services?.[0]?.serviceArn ?? "";
    await aws.call("ecs", "TagResource", { resourceArn, tags: [{ key: "ecsctl:app", value: "somebody" }] });
    await world.push("theirs", "2");
    await assert.rejects(deploy(world.context(), project, {}), { code: "NotOurs", hint: /--adopt/ });
  });

  test("images are kept when asked", async () => {
    const project = world.project("keep");
    await world.push("keep");
    await deploy(world.context(), project, { wait: false });
    const { kept, remaining } = await destroy(world.context(), project, { keepImages: true });
    assert.deepEqual(kept, [{ resource: "ecr-repository/keep-web", why: "--keep-images" }]);
    assert.deepEqual(remaining, []);
    const { repositories } = await world.sandbox
      .aws()
      .call("ecr", "DescribeRepositories", { repositoryNames: ["keep-web"] });
    assert.equal(repositories?.length, 1);
  });
});

describe("scaling policies", () => {
  test("added in AWS and in the file, listed, kept by deploy with the count that scaling chose, removed", async () => {
    const project = world.project("scaled");
    await world.push("scaled");
    await deploy(world.context(), project, {});
    const added = await addScalingPolicy(world.context(), project, { policy: cpu, range });
    assert.equal(added.alarms.length, 2);
    assert.match(added.policy.arn, /policyName\/cpu-target-tracking/);
    assert.deepEqual(added.target, range);
    assert.match(readFileSync(project.file, "utf8"), /^# scaled\n[\s\S]*cpu-target-tracking/);

    const scaled = world.project("scaled", (config) => (config.scaling = { ...range, policies: [cpu] }));
    const aws = world.sandbox.aws();
    await aws.call("ecs", "UpdateService", { cluster: "scaled-cluster", service: "scaled-service", desiredCount: 3 });
    assert.equal((await plan(world.context(), scaled, {})).changes, 0, "the count belongs to the scaling");
    assert.equal((await plan(world.context(), project, {})).changes, 0, "also where the file says nothing of scaling");

    const listed = await listScalingPolicies(world.context(), scaled);
    assert.deepEqual(listed.target, range);
    assert.deepEqual(
      listed.policies.map(({ name, target, inFile }) => ({ name, target, inFile })),
      [{ name: "cpu-target-tracking", target: 50, inFile: true }],
    );
    const removed = await removeScalingPolicy(world.context(), scaled, "cpu-target-tracking");
    assert.equal(removed.alarms.length, 2);
    assert.deepEqual((await listScalingPolicies(world.context(), scaled)).policies, []);
    await assert.rejects(removeScalingPolicy(world.context(), project, "nobody"), { exitCode: ExitCode.usage });
  });

  test("by deploy from the file; a policy that leaves the file leaves AWS", async () => {
    const both = world.project("declared", (config) => {
      config.scaling = { ...range, policies: [cpu, { ...cpu, name: "memory", metric: "memory" }] };
    });
    await world.push("declared");
    await deploy(world.context(), both, { wait: false });
    assert.equal((await plan(world.context(), both, {})).changes, 0);
    const one = world.project("declared", (config) => (config.scaling = { ...range, policies: [cpu] }));
    const planned = await plan(world.context(), one, {});
    assert.deepEqual(
      planned.steps.filter(({ action }) => action !== "keep").map(({ id, action }) => `${action} ${id}`),
      ["delete scaling-policy/memory"],
    );
    await deploy(world.context(), one, { wait: false });
    assert.equal((await listScalingPolicies(world.context(), one)).policies.length, 1);
  });

  test("a minimum above the maximum, and a service that is not there", async () => {
    const project = world.project("nowhere");
    const add = (limits: { min: number; max: number }) =>
      addScalingPolicy(world.context(), project, { policy: cpu, range: limits });
    await assert.rejects(add({ min: 5, max: 3 }), { exitCode: ExitCode.usage, message: /5.*3/ });
    await assert.rejects(add(range), { exitCode: ExitCode.aws, message: /nowhere-cluster/, hint: "ecsctl deploy" });
  });
});

describe("a saved plan", () => {
  test("is done while it is true, and refused when it is not", async () => {
    const project = world.project("saved");
    const first = await world.push("saved");
    const out = `${world.dir}/plan.json`;
    await plan(world.context(), project, { out });
    await world.push("saved", "2");
    const stale = deploy(world.context(), project, { planFile: out, wait: false });
    await assert.rejects(stale, { code: "PlanStale", message: /task-definition\/saved-task/ });
    await plan(world.context(), project, { out });
    const { steps } = await deploy(world.context(), project, { planFile: out, wait: false });
    assert.ok(steps.some(({ action }) => action === "create"));
    await plan(world.context(), project, { out, image: first });
    const context = world.context();
    await deploy(context, project, { planFile: out, wait: false });
    const registered = { taskDefinition: "saved-task" };
    const { taskDefinition } = await context.aws.call("ecs", "DescribeTaskDefinition", registered);
    assert.match(taskDefinition?.containerDefinitions?.[0]?.image ?? "", new RegExp(`@${first}$`), "as it was asked");
    writeFileSync(out, "{}");
    await assert.rejects(deploy(world.context(), project, { planFile: out }), { code: "PlanFileInvalid" });
  });
});

describe("other shapes", () => {
  test("launch type EC2: no capacity provider, and it runs", async () => {
    const project = world.project("plain", (config) => (config.service.launchType = "EC2"));
    await world.push("plain");
    const { deployment, steps } = await deploy(world.context(), project, {});
    assert.equal(deployment.status, "completed");
    assert.ok(!steps.some(({ resource }) => resource.includes("capacity-provider")));
    assert.equal((await plan(world.context(), project, {})).changes, 0);
    assert.deepEqual((await destroy(world.context(), project, {})).remaining, []);
  });

  test("only some kinds, with what they need", async () => {
    const project = world.project("part");
    await deploy(world.context(), project, { only: ["iam-role", "ecr-repository"] });
    const { steps } = await plan(world.context(), project, {});
    assert.deepEqual(
      steps.filter(({ action }) => action === "keep").map(({ resource }) => resource),
      ["ecr-repository", "iam-role", "iam-role"],
    );
  });

  test("a service that was renamed in the file is destroyed too", async () => {
    const before = world.project("renamed");
    await world.push("renamed");
    await deploy(world.context(), before, {});
    const now = world.project("renamed", (config) => {
      config.service.name = "another-name";
    });
    const { deleted, remaining } = await destroy(world.context(), now, {});
    assert.ok(deleted.includes("ecs-service/renamed-service"));
    assert.deepEqual(remaining, []);
  });
});
