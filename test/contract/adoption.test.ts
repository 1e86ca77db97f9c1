import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Project } from "../../src/core/config/project.ts";
import { loadBalancerSchema } from "../../src/core/config/schema.ts";
import { deploy } from "../../src/core/operations/deploy.ts";
import { destroy } from "../../src/core/operations/destroy.ts";
import { plan } from "../../src/core/operations/plan-deploy.ts";
import { changingCalls, DeployWorld } from "../support/deployable.ts";

let world: DeployWorld;
let project: Project;

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

/** What somebody made before there was an `ecsctl.yaml`, without our tag. */
async function makeByHand(): Promise<void> {
  const aws = world.sandbox.aws();
  const { Subnets = [] } = await aws.call("ec2", "DescribeSubnets", {});
  const [first, second] = Subnets.map(({ SubnetId = "" }) => SubnetId);
  await Promise.all([
    aws.call("ecr", "CreateRepository", { repositoryName: "guest-web" }),
    aws.call("ecs", "CreateCluster", { clusterName: "guest-cluster" }),
    aws.call("logs", "CreateLogGroup", { logGroupName: "/ecs/guest" }),
    aws.call("iam", "CreateRole", { RoleName: "guest-execution", AssumeRolePolicyDocument: trust }),
    aws.call("sns", "CreateTopic", { Name: "guest-alerts" }),
    aws.call("elbv2", "CreateLoadBalancer", { Name: "guest", Subnets: [first ?? "", second ?? ""] }),
    makeBusyBalancer("busy", [first ?? "", second ?? ""]),
  ]);
}

/** A load balancer that listens already, and says so to whoever asks. */
async function makeBusyBalancer(Name: string, Subnets: string[]): Promise<void> {
  const aws = world.sandbox.aws();
  const { LoadBalancers = [] } = await aws.call("elbv2", "CreateLoadBalancer", { Name, Subnets });
  const FixedResponseConfig = { StatusCode: "200", ContentType: "text/plain", MessageBody: "theirs" };
  await aws.call("elbv2", "CreateListener", {
    LoadBalancerArn: LoadBalancers[0]?.LoadBalancerArn,
    Protocol: "HTTP",
    Port: 80,
    DefaultActions: [{ Type: "fixed-response", FixedResponseConfig }],
  });
}

before(async () => {
  world = await DeployWorld.open();
  await makeByHand();
  await world.push("guest");
  project = world.project("guest", (config) => {
    delete config.cluster.capacity;
    config.service.launchType = "FARGATE";
    config.loadBalancer = loadBalancerSchema.parse({});
    config.notify = { topic: "guest-alerts", emails: [] };
  });
});
after(() => world.close());

const foreign = [
  "ecr-repository/guest-web",
  "ecs-cluster/guest-cluster",
  "log-group//ecs/guest",
  "iam-role/guest-execution",
  "sns-topic/guest-alerts",
  "load-balancer/guest",
];

test("what is there without our tag is adopted, and what it lacks is shown", async () => {
  const { steps } = await plan(world.context(), project, {});
  for (const id of foreign) {
    const step = steps.find((one) => one.id === id);
    assert.equal(step?.action, "adopt", id);
    assert.ok(
      step.notes.some((note) => note.includes("used, never deleted")),
      id,
    );
  }
  const changesOf = (id: string) => steps.find((one) => one.id === id)?.changes;
  assert.deepEqual(changesOf("iam-role/guest-execution"), [
    { path: "policies[AmazonECSTaskExecutionRolePolicy]", to: "attached" },
  ]);
  assert.deepEqual(changesOf("log-group//ecs/guest"), [{ path: "retentionDays", to: 14 }]);
  assert.ok(steps.find(({ id }) => id === "iam-role/guest-execution")?.notes.some((note) => note.includes("--adopt")));
});

test("a deploy without consent changes nothing of it", async () => {
  const context = world.context();
  await deploy(context, project, { wait: false });
  const changed = changingCalls(context.aws);
  for (const call of ["AttachRolePolicy", "PutRetentionPolicy", "TagRole", "SetSubnets", "SetSecurityGroups"])
    assert.ok(!changed.includes(call), `${call} was made without consent`);
  assert.match(
    JSON.stringify(context.events.filter(({ type }) => type === "warning")),
    /not made by this app.*log group \/ecs\/guest \(retentionDays\).*deploy --adopt/,
    "who answers no question sees no plan",
  );
});

test("with consent it is completed, but not marked as ours", async () => {
  const context = world.context();
  await deploy(context, project, { wait: false, adopt: true });
  const changed = changingCalls(context.aws);
  assert.ok(changed.includes("AttachRolePolicy") && changed.includes("PutRetentionPolicy"));
  const { steps } = await plan(world.context(), project, {});
  for (const id of foreign) assert.equal(steps.find((one) => one.id === id)?.action, "adopt", id);
  assert.deepEqual(
    steps.filter(({ action, changes }) => action === "adopt" && changes.length > 0).map(({ id }) => id),
    [],
  );
});

test("somebody's listener is not turned to our tasks without consent", async () => {
  const config = structuredClone(project.config);
  config.loadBalancer = loadBalancerSchema.parse({ name: "busy" });
  const { steps } = await plan(world.context(), { ...project, config }, {});
  const step = steps.find(({ id }) => id === "listener/busy:80");
  assert.equal(step?.action, "adopt");
  assert.deepEqual(
    step?.changes.map(({ path }) => path),
    ["forwardsTo"],
  );
});

test("destroy leaves all of it, and says so", async () => {
  const { kept, remaining } = await destroy(world.context(), project, {});
  assert.deepEqual(remaining, []);
  for (const id of foreign)
    assert.ok(
      kept.some(({ resource }) => resource === id),
      `${id} is kept`,
    );
  const firewall = kept.find(({ resource }) => resource === "security-group/balancer-guest");
  assert.match(firewall?.why ?? "", /load balancer guest, which was not made by this app, uses it/);
  const aws = world.sandbox.aws();
  const { clusters = [] } = await aws.call("ecs", "DescribeClusters", { clusters: ["guest-cluster"] });
  assert.equal(clusters[0]?.status, "ACTIVE");
  assert.equal((await aws.call("elbv2", "DescribeLoadBalancers", { Names: ["guest"] })).LoadBalancers?.length, 1);
  assert.equal((await aws.call("sns", "ListTopics", {})).Topics?.length, 1);
  assert.ok((await aws.call("iam", "GetRole", { RoleName: "guest-execution" })).Role);
  const { Subnets = [] } = await aws.call("ec2", "DescribeSubnets", {});
  assert.ok(Subnets.length > 1, "the default VPC and its subnets stay");
});
