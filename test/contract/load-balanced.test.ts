import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Event } from "../../src/core/events.ts";
import type { LoadProgress } from "../../src/core/operations/load-run.ts";
import type { LoadtestOptions } from "../../src/core/operations/loadtest-options.ts";
import { runLoadtest } from "../../src/core/operations/run-loadtest.ts";
import { project } from "../support/flash-sale.ts";
import { HttpTasks } from "../support/http-tasks.ts";
import { startSandbox, type TestSandbox } from "../support/sandbox.ts";

const cluster = project.config.cluster.name;
const service = project.config.service.name;
const options: LoadtestOptions = { concurrency: 8, timeoutSeconds: 3, headers: [], targets: [], slo: [] };
let sandbox: TestSandbox;
let tasks: HttpTasks;

/** A Fargate service behind a load balancer that really listens. */
before(async () => {
  tasks = new HttpTasks();
  sandbox = await startSandbox({ runtime: tasks, speed: 120 });
  const aws = sandbox.aws();
  await aws.call("ecs", "CreateCluster", { clusterName: cluster });
  const subnets = ((await aws.call("ec2", "DescribeSubnets", {})).Subnets ?? []).map((one) => one.SubnetId ?? "");
  const made = await aws.call("elbv2", "CreateLoadBalancer", { Name: "shop-front", Subnets: subnets });
  const group = await aws.call("elbv2", "CreateTargetGroup", {
    Name: "shop-front",
    Protocol: "HTTP",
    Port: 80,
    TargetType: "ip",
    HealthCheckIntervalSeconds: 10,
  });
  const targetGroupArn = group.TargetGroups?.[0]?.TargetGroupArn ?? "";
  const Attributes = [{ Key: "deregistration_delay.timeout_seconds", Value: "10" }];
  await aws.call("elbv2", "ModifyTargetGroupAttributes", { TargetGroupArn: targetGroupArn, Attributes });
  await aws.call("elbv2", "CreateListener", {
    LoadBalancerArn: made.LoadBalancers?.[0]?.LoadBalancerArn ?? "",
    Port: 80,
    Protocol: "HTTP",
    DefaultActions: [{ Type: "forward", TargetGroupArn: targetGroupArn }],
  });
  await aws.call("ecs", "RegisterTaskDefinition", {
    family: "web",
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: "256",
    memory: "512",
    containerDefinitions: [{ name: "web", image: "127.0.0.1/web:1", portMappings: [{ containerPort: 80 }] }],
  });
  await aws.call("ecs", "CreateService", {
    cluster,
    serviceName: service,
    taskDefinition: "web",
    desiredCount: 2,
    launchType: "FARGATE",
    networkConfiguration: { awsvpcConfiguration: { subnets } },
    loadBalancers: [{ targetGroupArn, containerName: "web", containerPort: 80 }],
  });
});
after(() => sandbox.close());

for (const [how, given] of [
  ["by itself", {}],
  ["when asked for", { spread: "lb" }],
  ["by its name", { targets: ["shop-front"] }],
] as const)
  test(`the load goes through the load balancer ${how}, which spreads it`, async () => {
    tasks.answered.clear();
    const report = await runLoadtest(sandbox.context(), project, { ...options, ...given, requests: 400 });
    assert.deepEqual([report.requests, report.errors.total], [400, 0], JSON.stringify(report.errors));
    assert.deepEqual(
      report.tasks.map(({ task, requests }) => [task, requests]),
      [["load-balancer/shop-front", 400]],
    );
    // Health checks are answered too.
    const shares = [...tasks.answered.values()].filter((count) => count > 100);
    assert.equal(shares.length, 2, JSON.stringify([...tasks.answered]));
  });

test("its tasks cannot be loaded by themselves, and a name that nobody has is a usage error", async () => {
  await assert.rejects(runLoadtest(sandbox.context(), project, { ...options, spread: "even", requests: 1 }), {
    code: "NoRunningTask",
    why: /only load balancer shop-front may reach it/,
  });
  await assert.rejects(runLoadtest(sandbox.context(), project, { ...options, targets: ["nobody"], requests: 1 }), {
    code: "NoLoadBalancer",
    exitCode: 2,
  });
});

test("tasks that come and go behind it cost no request", async () => {
  const context = sandbox.context();
  const setCount = (desiredCount: number) =>
    context.aws.call("ecs", "UpdateService", { cluster, service, desiredCount }).then(() => {});
  const steps = [() => setCount(3), () => setCount(1), () => setCount(2)];
  const interrupt = new AbortController();
  let wanted = 2;
  const emit = (event: Event) => {
    if (event.type !== "data" || event.kind !== "load") return;
    const { snapshot } = event.data as LoadProgress;
    if (snapshot?.service.running !== wanted || snapshot.balancer?.healthy !== wanted) return;
    if (steps.length === 0) return interrupt.abort();
    wanted = [3, 1, 2][3 - steps.length] ?? -1;
    void steps.shift()?.();
  };
  const { signal } = interrupt;
  const report = await runLoadtest({ ...context, emit, signal }, project, { ...options, durationSeconds: 60 });
  assert.equal(steps.length, 0, `went to three, to one and to two: now at ${wanted}`);
  assert.deepEqual([report.errors.total, report.errors.byKind], [0, {}], JSON.stringify(report.errors));
  assert.match(report.verdict, /desired count went from 2 to 3 after .*; the first new task answered after /);
  assert.deepEqual(report.scaled && [report.scaled.from, report.scaled.to], [2, 3]);
});

test("interrupted, it ends with the report so far", async () => {
  const context = sandbox.context();
  const interrupt = new AbortController();
  const emit = (event: Event) => {
    if (event.type === "data" && event.kind === "load" && (event.data as LoadProgress).requests > 0) interrupt.abort();
  };
  const report = await runLoadtest({ ...context, emit, signal: interrupt.signal }, project, {
    ...options,
    until: "scaled",
  });
  assert.equal(report.interrupted, true);
  assert.ok(report.requests > 0 && report.errors.total === 0, JSON.stringify(report.errors));
  assert.equal(report.tasks[0]?.requests, report.requests);
  assert.deepEqual(report.until, { goal: "scaled", met: false });
});
