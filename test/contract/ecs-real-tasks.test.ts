import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, test } from "node:test";
import { Aws } from "../../src/core/aws/aws.ts";
import { ProcessRuntime } from "../../src/sandbox/runtime/process.ts";
import { Sandbox, type RuntimeParts } from "../../src/sandbox/sandbox.ts";
import { clusters, containerInstances } from "../../src/sandbox/world/records/ecs.ts";
import { readSeries } from "../../src/sandbox/world/metrics.ts";
import { addInstanceRole, cluster, machineRecord, webTask } from "../support/ecs-world.ts";
import { addImage } from "../support/images.ts";
import { fakeCredentials } from "../support/sandbox.ts";
import { instances } from "../../src/sandbox/world/records/ec2.ts";

let dir: string;
let sandbox: Sandbox;
let parts: RuntimeParts;
let aws: Aws;

async function start(): Promise<void> {
  sandbox = await Sandbox.start({
    speed: 30,
    stateDir: dir,
    log: () => {},
    makeRuntime: (given) => {
      parts = given;
      return new ProcessRuntime({ registry: given.registry, dir: path.join(dir, "images") });
    },
  });
  aws = new Aws({ region: "us-east-1", endpoint: sandbox.url, credentials: fakeCredentials });
}

before(async () => {
  dir = await mkdtemp(path.join(tmpdir(), "ecsctl-ecs-"));
  await start();
});
after(async () => {
  await sandbox.close();
  await rm(dir, { recursive: true, force: true });
});

/** Waits on a condition, with a limit so generous that only a hang reaches it. */
async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let turn = 0; turn < 600; turn++) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await sleep(100);
  }
  return assert.fail(`${what} did not happen`);
}

async function runningTask(except?: string) {
  const { taskArns = [] } = await aws.call("ecs", "ListTasks", { cluster, serviceName: "web" });
  if (taskArns.length === 0) return undefined;
  const { tasks = [] } = await aws.call("ecs", "DescribeTasks", { cluster, tasks: taskArns });
  return tasks.find((task) => task.lastStatus === "RUNNING" && task.taskArn !== except);
}

async function read(port: number | undefined): Promise<string | undefined> {
  const address = [...containerInstances(sandbox.world.region("us-east-1")).values()][0]?.address;
  const response = await fetch(`http://${address}:${port}/`).catch(() => undefined);
  return await response?.text();
}

test("a task is a real server: reached at its host port, replaced when stopped, there again after a restart", async () => {
  const region = sandbox.world.region("us-east-1");
  addInstanceRole(sandbox.world.global);
  const content = "<title>Flash Sale!</title>";
  const digest = await addImage(parts.registry(), region, {
    repository: "web",
    layers: [[{ name: "usr/local/apache2/htdocs/index.html", content }]],
    config: { Cmd: ["httpd-foreground"] },
  });
  const image = `${parts.endpoint()}/web@${digest}`;
  await aws.call("ecs", "CreateCluster", { clusterName: cluster });
  assert.equal(clusters(region).size, 1);
  instances(region).set("i-1", machineRecord({ id: "i-1", changedAt: sandbox.world.clock.date() }));
  const containerDefinitions = [{ ...webTask.containerDefinitions?.[0], image }];
  await aws.call("ecs", "RegisterTaskDefinition", { ...webTask, containerDefinitions });
  const service = { cluster, serviceName: "web", taskDefinition: "web", launchType: "EC2" as const };
  await aws.call("ecs", "CreateService", { ...service, desiredCount: 1 });

  const first = await until("the first task", () => runningTask());
  const port = first.containers?.[0]?.networkBindings?.[0]?.hostPort;
  assert.equal(await read(port), content);
  assert.equal(first.containers?.[0]?.imageDigest, digest);

  const dimensions = { ClusterName: cluster, ServiceName: "web" };
  await until("a measured minute", async () => {
    const to = sandbox.world.clock.now();
    const id = { namespace: "AWS/ECS", name: "MemoryUtilization", dimensions };
    const values = [...readSeries(region, id, { from: to - 180_000, to, period: 60 }, "Average").values()];
    return values.some((value) => value > 0) ? true : undefined;
  });

  await aws.call("ecs", "StopTask", { cluster, task: first.taskArn });
  const second = await until("its replacement", () => runningTask(first.taskArn));
  const secondPort = second.containers?.[0]?.networkBindings?.[0]?.hostPort;
  await until("the old port to close", async () => ((await read(port)) === undefined ? true : undefined));
  assert.equal(await read(secondPort), content);

  await sandbox.close();
  assert.equal(await read(secondPort), undefined);
  await start();
  await until("the task's port to answer again", () => read(secondPort));
  assert.equal((await runningTask())?.taskArn, second.taskArn);
});
