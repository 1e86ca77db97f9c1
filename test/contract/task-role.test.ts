import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Aws } from "../../src/core/aws/aws.ts";
import { NoRuntime } from "../../src/sandbox/runtime/none.ts";
import { startSandbox, type TestSandbox } from "../support/sandbox.ts";

const cluster = "shop";
const RoleName = "shop-task";
const trust = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ecs-tasks.amazonaws.com" } }],
};
const permission = {
  Effect: "Allow",
  Action: "ecs:DescribeServices",
  Resource: "arn:aws:ecs:*:*:service/shop/web",
};

let sandbox: TestSandbox;
let inside: Aws;
let taskId = "";
before(async () => {
  const runtime = new NoRuntime();
  sandbox = await startSandbox({ runtime });
  const aws = sandbox.aws();
  await aws.call("ecs", "CreateCluster", { clusterName: cluster });
  const role = await aws.call("iam", "CreateRole", { RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) });
  await allow([permission]);
  await aws.call("ecs", "RegisterTaskDefinition", {
    family: "web",
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: "256",
    memory: "512",
    taskRoleArn: role.Role?.Arn ?? "",
    containerDefinitions: [{ name: "web", image: "127.0.0.1/web:1" }],
  });
  const { Subnets = [] } = await aws.call("ec2", "DescribeSubnets", {});
  const subnets = Subnets.map((one) => one.SubnetId ?? "");
  await aws.call("ecs", "CreateService", {
    cluster,
    serviceName: "web",
    taskDefinition: "web",
    desiredCount: 1,
    launchType: "FARGATE",
    networkConfiguration: { awsvpcConfiguration: { subnets, assignPublicIp: "ENABLED" } },
  });
  for (let second = 0; second < 60 && runtime.running.size === 0; second++) await sandbox.advance(1);
  const [spec] = runtime.running.values();
  assert.ok(spec, "the task has started");
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = spec.environment;
  taskId = spec.taskId;
  inside = new Aws({ region: "us-east-1", endpoint: sandbox.url, credentials: { accessKeyId, secretAccessKey } });
});
after(() => sandbox.close());

const allow = (Statement: object[]) =>
  sandbox.aws().call("iam", "PutRolePolicy", {
    RoleName,
    PolicyName: "own",
    PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
  });
const session = () => `arn:aws:sts::123456789012:assumed-role/shop-task/${taskId}`;

test("a task is a session of its role", async () => {
  assert.equal((await inside.call("sts", "GetCallerIdentity", {})).Arn, session());
});

test("it may do what the role allows", async () => {
  const { services = [] } = await inside.call("ecs", "DescribeServices", { cluster, services: ["web"] });
  assert.equal(services[0]?.serviceName, "web");
});

test("and nothing else, in AWS's words", async () => {
  await assert.rejects(inside.call("ecs", "UpdateService", { cluster, service: "web", desiredCount: 0 }), {
    name: "AccessDeniedException",
    message: `User: ${session()} is not authorized to perform: ecs:UpdateService on resource: arn:aws:ecs:us-east-1:123456789012:service/shop/web because no identity-based policy allows the ecs:UpdateService action`,
  });
});

test("a policy that is enforced on the user is not the task's", async () => {
  const nothing = { Effect: "Deny", Action: "*", Resource: "*" };
  sandbox.faults.add({ kind: "policy", policy: { Version: "2012-10-17", Statement: nothing } });
  const look = { cluster, services: ["web"] };
  await assert.rejects(sandbox.aws().call("ecs", "DescribeServices", look), { name: "AccessDeniedException" });
  await inside.call("ecs", "DescribeServices", look);
  sandbox.faults.clear();
});

test("a role that somebody deletes allows nothing", async () => {
  await sandbox.aws().call("iam", "DeleteRolePolicy", { RoleName, PolicyName: "own" });
  await sandbox.aws().call("iam", "DeleteRole", { RoleName });
  const look = inside.call("ecs", "DescribeServices", { cluster, services: ["web"] });
  await assert.rejects(look, { name: "AccessDeniedException" });
});
