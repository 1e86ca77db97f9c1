import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Aws } from "../../src/core/aws/aws.ts";
import type { Project } from "../../src/core/config/project.ts";
import { alarmSchema, eventRuleSchema } from "../../src/core/config/alarm-schema.ts";
import { loadBalancerSchema } from "../../src/core/config/schema.ts";
import { deploy } from "../../src/core/operations/deploy.ts";
import { exportStack } from "../../src/core/operations/export-stack.ts";
import { changingCalls, DeployWorld } from "../support/deployable.ts";

let world: DeployWorld;
let machines: Project;
let api: Project;

before(async () => {
  world = await DeployWorld.open();
  await Promise.all([world.push("leaver"), world.push("api")]);
  // A role that is there already, as ecsInstanceRole is in most accounts.
  const trust = { Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" };
  const aws = world.sandbox.aws();
  await aws.call("iam", "CreateRole", {
    RoleName: "leaver-execution",
    AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
  });
  await aws.call("iam", "AttachRolePolicy", {
    RoleName: "leaver-execution",
    PolicyArn: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
  });
  machines = world.project("leaver");
  api = world.project("api", (config) => {
    delete config.cluster.capacity;
    config.service.launchType = "FARGATE";
    config.loadBalancer = loadBalancerSchema.parse({});
    config.alarms = [alarmSchema.parse({ name: "api-busy", metric: "cpu", threshold: 80 })];
    config.notify = { topic: "api-alerts", emails: ["me@example.com"] };
    config.eventRules = [eventRuleSchema.parse({ name: "stopped", on: "task-stopped", to: ["notify"] })];
  });
  await Promise.all([deploy(world.context(), machines, {}), deploy(world.context(), api, { adopt: true })]);
  await admitOperators(aws);
});
after(() => world.close());

/** Lets another account use the topic, besides what ecsctl wrote into its policy. */
async function admitOperators(aws: Aws): Promise<void> {
  const { Topics: [topic] = [] } = await aws.call("sns", "ListTopics", {});
  const { Attributes } = await aws.call("sns", "GetTopicAttributes", { TopicArn: topic?.TopicArn });
  const policy = JSON.parse(Attributes?.["Policy"] ?? "{}") as { Statement: { Sid: string }[] };
  const ours = policy.Statement.filter(({ Sid }) => Sid === "ecsctl-events");
  const others = { Sid: "operators", Effect: "Allow", Principal: { AWS: "210987654321" }, Action: "sns:Publish" };
  await aws.call("sns", "SetTopicAttributes", {
    TopicArn: topic?.TopicArn,
    AttributeName: "Policy",
    AttributeValue: JSON.stringify({ ...policy, Statement: [{ ...others, Resource: topic?.TopicArn }, ...ours] }),
  });
}

test("the template takes over what runs, by the ids that AWS gave", async () => {
  const context = world.context();
  const { imports, adopted, resources, files } = await exportStack(context, machines, { format: "cloudformation" });
  assert.deepEqual(changingCalls(context.aws), []);
  assert.deepEqual(adopted, ["iam-role/leaver-execution"]);
  assert.deepEqual([...imports].sort(), [...resources].sort());
  const [template, list] = files.map(({ content }) => content);
  const { SecurityGroups = [] } = await context.aws.call("ec2", "DescribeSecurityGroups", {});
  const firewall = SecurityGroups.find(({ GroupName }) => GroupName === "instances-leaver")?.GroupId;
  const { services = [] } = await context.aws.call("ecs", "DescribeServices", {
    cluster: "leaver-cluster",
    services: ["leaver-service"],
  });
  assert.ok(list?.includes(`"Id": "${firewall}"`));
  assert.ok(list?.includes(`"ServiceArn": "${services[0]?.serviceArn}"`));
  assert.ok(list?.includes(`"TaskDefinitionArn": "${services[0]?.taskDefinition}"`));
  assert.match(template ?? "", /Default: arn:aws:iam::\d{12}:role\/leaver-execution/);
  assert.match(template ?? "", /Image: \S+@sha256:[0-9a-f]{64}/);
});

test("the API with its load balancer is taken over too, but for the address that has not confirmed", async () => {
  const context = world.context();
  const { imports, resources, remarks, files } = await exportStack(context, api, { format: "terraform" });
  assert.deepEqual(changingCalls(context.aws), []);
  const left = resources.filter((id) => !imports.includes(id));
  assert.deepEqual(left, ["sns-subscription/api-alerts/me@example.com"]);
  assert.ok(remarks.some((remark) => remark.includes("me@example.com")));
  const { LoadBalancers = [] } = await context.aws.call("elbv2", "DescribeLoadBalancers", {});
  const listing = files.find(({ name }) => name === "imports.tf")?.content ?? "";
  assert.ok(listing.includes(`id = "${LoadBalancers[0]?.LoadBalancerArn}"`));
  const [main] = files.filter(({ name }) => name === "main.tf");
  for (const remark of remarks) assert.ok(main?.content.includes(`# - ${remark}\n`), "the file tells it, too");
  assert.match(main?.content ?? "", /fails after 3 failed tasks/);
  // Whoever may use the topic now goes on using it.
  assert.match(main?.content ?? "", /Sid += "operators"[\s\S]*Sid += "ecsctl-events"/);
});

test("the files are written once, and not over others without a word", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ecsctl-leave-"));
  try {
    const out = join(folder, "infrastructure");
    const { files } = await exportStack(world.context(), machines, { format: "terraform", out });
    for (const { path, content } of files) assert.equal(readFileSync(path ?? "", "utf8"), content);
    const again = exportStack(world.context(), machines, { format: "terraform", out });
    await assert.rejects(again, { code: "FileExists", exitCode: 3 });
    writeFileSync(join(out, "main.tf"), "");
    await exportStack(world.context(), machines, { format: "terraform", out, force: true });
    assert.notEqual(readFileSync(join(out, "main.tf"), "utf8"), "");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what ecsctl.yaml says otherwise than AWS is told", async () => {
  const changed = structuredClone({ ...machines, config: machines.config });
  changed.config.task.logs.retentionDays = 30;
  const { remarks } = await exportStack(world.context(), changed, { format: "cloudformation" });
  assert.ok(
    remarks.some((remark) => /log group \/ecs\/leaver .*retentionDays.*ecsctl deploy/.test(remark)),
    remarks.join("\n"),
  );
});

test("what was never deployed has nothing to take over, but needs an image", async () => {
  const nowhere = world.project("nowhere");
  await assert.rejects(exportStack(world.context(), nowhere, { format: "terraform" }), { code: "ImageNotFound" });
  await world.push("nowhere");
  const { imports, resources } = await exportStack(world.context(), nowhere, { format: "terraform" });
  assert.deepEqual(imports, ["ecr-repository/nowhere-web"]);
  assert.ok(resources.length >= 10);
});
