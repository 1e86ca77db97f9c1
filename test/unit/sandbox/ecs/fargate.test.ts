import assert from "node:assert/strict";
import { test } from "node:test";
import { roles } from "../../../../src/sandbox/services/iam/records.ts";
import { service as ec2 } from "../../../../src/sandbox/services/ec2/service.ts";
import { defaultSubnets } from "../../../../src/sandbox/world/network.ts";
import { tryBind } from "../../../../src/sandbox/world/addresses.ts";
import { cluster, EcsWorld } from "../../../support/ecs-world.ts";

const family = "api";

async function startApi(count = 1): Promise<{ sandbox: EcsWorld; subnets: string[] }> {
  const sandbox = new EcsWorld();
  await sandbox.call("CreateCluster", { clusterName: cluster });
  const role = "arn:aws:iam::123456789012:role/api-task";
  roles(sandbox.world.global).set("api-task", {
    name: "api-task",
    id: "AROA1",
    arn: role,
    path: "/",
    trustPolicy: "ecs-tasks.amazonaws.com",
    maxSessionSeconds: 3600,
    createdAt: new Date(0),
    tags: [],
    attached: [],
    inline: {},
  });
  await sandbox.call("RegisterTaskDefinition", {
    family,
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: "256",
    memory: "512",
    taskRoleArn: role,
    containerDefinitions: [{ name: "web", image: "127.0.0.1/api:1", portMappings: [{ containerPort: 80 }] }],
  });
  const subnets = defaultSubnets(sandbox.region).map((one) => one.id);
  await sandbox.call("CreateService", {
    cluster,
    serviceName: "api",
    taskDefinition: family,
    desiredCount: count,
    launchType: "FARGATE",
    networkConfiguration: { awsvpcConfiguration: { subnets, assignPublicIp: "ENABLED" } },
  });
  return { sandbox, subnets };
}

async function tasksOf(sandbox: EcsWorld) {
  const { taskArns = [] } = await sandbox.call("ListTasks", { cluster });
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await sandbox.call("DescribeTasks", { cluster, tasks: taskArns });
  return tasks;
}

async function describeInterfaces(sandbox: EcsWorld) {
  const call = { service: "EC2", operation: "", region: sandbox.region, requestId: "1", protocol: "ec2" } as const;
  const answer = await ec2.handlers.DescribeNetworkInterfaces?.({}, call);
  return answer?.NetworkInterfaces ?? [];
}

const detail = (task: Awaited<ReturnType<typeof tasksOf>>[number] | undefined, name: string): string =>
  task?.attachments?.[0]?.details?.find((one) => one.name === name)?.value ?? "";

test("a Fargate task has an address of its own, and EC2 tells that it is public", async () => {
  const { sandbox, subnets } = await startApi(2);
  await sandbox.advance(2);
  const [early] = await tasksOf(sandbox);
  assert.equal(early?.lastStatus, "PROVISIONING");
  assert.equal(early?.attachments?.[0]?.status, "PRECREATED");
  await sandbox.until(async () => (await tasksOf(sandbox)).every((task) => task.lastStatus === "RUNNING"));
  const [task, other] = await tasksOf(sandbox);
  assert.equal(task?.launchType, "FARGATE");
  assert.equal(task?.platformVersion, "1.4.0");
  assert.equal(task?.containerInstanceArn, undefined);
  assert.equal(task?.attachments?.[0]?.status, "ATTACHED");
  assert.notEqual(detail(task, "privateIPv4Address"), detail(other, "privateIPv4Address"));
  assert.notEqual(detail(task, "subnetId"), detail(other, "subnetId"), "tasks are spread over the subnets");
  assert.ok(subnets.includes(detail(task, "subnetId")));
  const cards = await describeInterfaces(sandbox);
  const card = cards.find((one) => one.NetworkInterfaceId === detail(task, "networkInterfaceId"));
  assert.equal(card?.Association?.PublicIp, detail(task, "privateIPv4Address"));
  const spec = [...sandbox.runtime.running.values()].find((one) => one.address === card?.PrivateIpAddress);
  assert.deepEqual(spec?.ports, [{ containerPort: 80, hostPort: 80, protocol: "tcp" }]);
});

test("the task finds AWS, its region and its role in the environment", async () => {
  const { sandbox } = await startApi();
  sandbox.world.endpoint = () => "127.0.0.1:4566";
  await sandbox.until(() => sandbox.runtime.running.size === 1);
  const [spec] = sandbox.runtime.running.values();
  assert.equal(spec?.environment["AWS_ENDPOINT_URL"], "http://127.0.0.1:4566");
  assert.equal(spec?.environment["AWS_REGION"], "us-east-1");
  assert.equal(spec?.environment["AWS_EXECUTION_ENV"], "AWS_ECS_FARGATE");
  assert.match(spec?.environment["AWS_ACCESS_KEY_ID"] ?? "", /^ASIA[0-9A-F]{16}$/);
});

test("a stopped task gives its network interface and its address back", async () => {
  const { sandbox } = await startApi();
  await sandbox.until(async () => (await tasksOf(sandbox))[0]?.lastStatus === "RUNNING");
  await sandbox.call("DeleteService", { cluster, service: "api", force: true });
  await sandbox.until(async () => (await describeInterfaces(sandbox)).length === 0);
  const { taskArns = [] } = await sandbox.call("ListTasks", { cluster, desiredStatus: "STOPPED" });
  const { tasks = [] } = await sandbox.call("DescribeTasks", { cluster, tasks: taskArns });
  assert.equal(tasks[0]?.attachments?.[0]?.status, "DELETED");
});

test("an address at which somebody else listens is given up for another", async () => {
  const { sandbox } = await startApi();
  let taken = "";
  sandbox.runtime.onStart = ({ address }) => {
    taken ||= address;
    if (address === taken) throw new Error(`listen EADDRINUSE: address already in use ${address}:80`);
  };
  await sandbox.until(async () => (await tasksOf(sandbox))[0]?.lastStatus === "RUNNING");
  const [task] = await tasksOf(sandbox);
  assert.notEqual(detail(task, "privateIPv4Address"), taken);
});

test("what AWS refuses about networks and Fargate is refused in its words", async () => {
  const { sandbox, subnets } = await startApi();
  const base = { cluster, serviceName: "other", taskDefinition: family, launchType: "FARGATE" as const };
  await assert.rejects(sandbox.call("CreateService", base), {
    message: "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
  });
  await assert.rejects(
    sandbox.call("CreateService", {
      ...base,
      launchType: "EC2",
      networkConfiguration: { awsvpcConfiguration: { subnets, assignPublicIp: "ENABLED" } },
    }),
    { message: "Assign public IP is not supported for this launch type." },
  );
  await sandbox.call("RegisterTaskDefinition", {
    family: "plain",
    containerDefinitions: [{ name: "web", image: "127.0.0.1/api:1", memory: 128 }],
  });
  await assert.rejects(sandbox.call("RunTask", { cluster, taskDefinition: "plain", launchType: "FARGATE" }), {
    message: "Task definition does not support launch_type FARGATE.",
  });
});

test("a cluster's FARGATE capacity provider runs tasks without any instance", async () => {
  const { sandbox, subnets } = await startApi(0);
  await sandbox.call("PutClusterCapacityProviders", {
    cluster,
    capacityProviders: ["FARGATE", "FARGATE_SPOT"],
    defaultCapacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
  });
  const networkConfiguration = { awsvpcConfiguration: { subnets } };
  const { tasks = [] } = await sandbox.call("RunTask", { cluster, taskDefinition: family, networkConfiguration });
  assert.equal(tasks[0]?.capacityProviderName, "FARGATE_SPOT");
  assert.equal(tasks[0]?.launchType, "FARGATE");
  await sandbox.until(async () => (await tasksOf(sandbox))[0]?.lastStatus === "RUNNING");
});

test("whether an address can be had is found by trying", async () => {
  assert.equal(await tryBind("127.0.0.1", 0), undefined);
});
