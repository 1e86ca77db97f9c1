import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Aws } from "../../src/core/aws/aws.ts";
import { targetGroups } from "../../src/sandbox/world/records/elb.ts";
import { startSandbox, type TestSandbox } from "../support/sandbox.ts";

let sandbox: TestSandbox;
let aws: Aws;
let targetGroupArn = "";
const at = { cluster: "shop", service: "api" };

before(async () => {
  sandbox = await startSandbox();
  aws = sandbox.aws();
  await aws.call("ecs", "CreateCluster", { clusterName: "shop" });
  const subnets = ((await aws.call("ec2", "DescribeSubnets", {})).Subnets ?? []).map((one) => one.SubnetId ?? "");
  const made = await aws.call("elbv2", "CreateLoadBalancer", { Name: "api", Subnets: subnets });
  const group = await aws.call("elbv2", "CreateTargetGroup", {
    Name: "api",
    Protocol: "HTTP",
    Port: 80,
    TargetType: "ip",
  });
  targetGroupArn = group.TargetGroups?.[0]?.TargetGroupArn ?? "";
  await aws.call("ecs", "RegisterTaskDefinition", {
    family: "api",
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: "256",
    memory: "512",
    containerDefinitions: [{ name: "web", image: "127.0.0.1/api:1", portMappings: [{ containerPort: 80 }] }],
  });
  const create = () =>
    aws.call("ecs", "CreateService", {
      cluster: "shop",
      serviceName: "api",
      taskDefinition: "api",
      desiredCount: 1,
      launchType: "FARGATE",
      networkConfiguration: { awsvpcConfiguration: { subnets } },
      loadBalancers: [{ targetGroupArn, containerName: "web", containerPort: 80 }],
      healthCheckGracePeriodSeconds: 20,
    });
  await assert.rejects(create(), {
    message: `The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
  });
  await aws.call("elbv2", "CreateListener", {
    LoadBalancerArn: made.LoadBalancers?.[0]?.LoadBalancerArn ?? "",
    Port: 80,
    Protocol: "HTTP",
    DefaultActions: [{ Type: "forward", TargetGroupArn: targetGroupArn }],
  });
  await create();
});
after(() => sandbox.close());

async function service() {
  const { services = [] } = await aws.call("ecs", "DescribeServices", { cluster: "shop", services: ["api"] });
  assert.ok(services[0]);
  return services[0];
}

const targets = () => Object.values(targetGroups(sandbox.region).get(targetGroupArn)?.targets ?? {});
const rollout = async () => (await service()).deployments?.[0]?.rolloutState;

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  for (let second = 0; second < 900; second++) {
    if (await condition()) return;
    await sandbox.advance(1);
  }
  throw new Error(`did not happen in fifteen minutes: ${condition.toString()}`);
}

const heard = async (text: RegExp): Promise<boolean> =>
  ((await service()).events ?? []).some(({ message = "" }) => text.test(message));

test("a rollout is complete only when the load balancer sends its tasks requests", async () => {
  await until(() => targets().length === 1);
  assert.notEqual(await rollout(), "COMPLETED");
  await until(async () => (await rollout()) === "COMPLETED");
  assert.equal(targets()[0]?.state, "healthy");
  assert.ok(await heard(/\(service api\) registered 1 targets in \(target-group arn:aws:elasticloadbalancing/));
});

test("a task whose target stays unhealthy is replaced, with AWS's reason", async () => {
  await sandbox.advance(30);
  const [target] = targets();
  assert.ok(target);
  Object.assign(target, { state: "unhealthy", description: "Health checks failed with these codes: [500]" });
  await sandbox.advance(1);
  const { taskArns = [] } = await aws.call("ecs", "ListTasks", { cluster: "shop", desiredStatus: "STOPPED" });
  const { tasks = [] } = await aws.call("ecs", "DescribeTasks", { cluster: "shop", tasks: taskArns });
  assert.equal(tasks[0]?.stoppedReason, `Task failed ELB health checks in (target-group ${targetGroupArn})`);
  assert.ok(await heard(/\(port 80\) is unhealthy in \(target-group .*\) due to \(reason Health checks failed with/));
  await until(() => targets().some((one) => one.taskId !== target.taskId && one.state === "healthy"));
});

test("a task that leaves waits until its target has drained", async () => {
  await until(() => targets().length === 1);
  const taskId = targets()[0]?.taskId ?? "";
  await aws.call("ecs", "UpdateService", { ...at, desiredCount: 0 });
  await sandbox.advance(60);
  const { tasks = [] } = await aws.call("ecs", "DescribeTasks", { cluster: "shop", tasks: [taskId] });
  assert.equal(tasks[0]?.lastStatus, "DEACTIVATING");
  assert.equal(targets()[0]?.state, "draining");
  assert.ok(await heard(/has begun draining connections on 1 tasks\./));
  await until(() => targets().length === 0);
  await sandbox.advance(10);
  const { tasks: later = [] } = await aws.call("ecs", "DescribeTasks", { cluster: "shop", tasks: [taskId] });
  assert.equal(later[0]?.lastStatus, "STOPPED");
});
