import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import {
  DeregisterTargetsCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Aws } from "../../src/core/aws/aws.ts";
import { fakeCredentials, startSandbox, type TestSandbox } from "../support/sandbox.ts";

let sandbox: TestSandbox;
let aws: Aws;
let elb: ElasticLoadBalancingV2Client;
let groupArn = "";
let balancerArn = "";
const targets: { server: Server; port: number; healthy: boolean; seen: string[] }[] = [];

before(async () => {
  sandbox = await startSandbox();
  aws = sandbox.aws();
  elb = new ElasticLoadBalancingV2Client({ region: "us-east-1", endpoint: sandbox.url, credentials: fakeCredentials });
  for (let number = 0; number < 2; number++) await startTarget();
  const { Subnets = [] } = await aws.call("ec2", "DescribeSubnets", {});
  const made = await aws.call("elbv2", "CreateLoadBalancer", {
    Name: "api",
    Subnets: Subnets.slice(0, 2).map((one) => one.SubnetId ?? ""),
    Tags: [{ Key: "TeamName", Value: "awslearner" }],
  });
  balancerArn = made.LoadBalancers?.[0]?.LoadBalancerArn ?? "";
  const group = await aws.call("elbv2", "CreateTargetGroup", {
    Name: "api",
    Protocol: "HTTP",
    Port: 80,
    TargetType: "ip",
    HealthCheckPath: "/health",
    HealthCheckIntervalSeconds: 10,
    UnhealthyThresholdCount: 2,
  });
  groupArn = group.TargetGroups?.[0]?.TargetGroupArn ?? "";
  await aws.call("elbv2", "ModifyTargetGroupAttributes", {
    TargetGroupArn: groupArn,
    Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: "20" }],
  });
  await aws.call("elbv2", "CreateListener", {
    LoadBalancerArn: balancerArn,
    Port: 80,
    Protocol: "HTTP",
    DefaultActions: [{ Type: "forward", TargetGroupArn: groupArn }],
  });
  await elb.send(new RegisterTargetsCommand({ TargetGroupArn: groupArn, Targets: targets.map(toTarget) }));
});

after(async () => {
  await sandbox.close();
  for (const { server } of targets) {
    server.closeAllConnections();
    server.close();
  }
});

const toTarget = ({ port }: { port: number }) => ({ Id: "127.0.0.1", Port: port });

async function startTarget(): Promise<void> {
  const target = { server: createServer(), port: 0, healthy: true, seen: [] as string[] };
  target.server.on("request", (request, response) => {
    if (request.url === "/health") return response.writeHead(target.healthy ? 200 : 500).end();
    target.seen.push(`${request.method} ${request.url} ${request.headers["x-forwarded-proto"]}`);
    response.writeHead(201, { "x-target": String(target.port) });
    request.pipe(response);
  });
  await new Promise<void>((resolve) => target.server.listen(0, "127.0.0.1", resolve));
  target.port = (target.server.address() as AddressInfo).port;
  targets.push(target);
}

async function states(): Promise<(string | undefined)[]> {
  const { TargetHealthDescriptions = [] } = await aws.call("elbv2", "DescribeTargetHealth", {
    TargetGroupArn: groupArn,
  });
  return TargetHealthDescriptions.map((one) => one.TargetHealth?.State);
}

/** Moves the world on until it is so; health checks take real time besides. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let second = 0; second < 300; second++) {
    if (await condition()) return;
    await sandbox.advance(1);
    await setTimeout(5);
  }
  throw new Error(`did not happen in five minutes: ${(await states()).join()}`);
}

async function url(path = "/"): Promise<string> {
  const { LoadBalancers = [] } = await aws.call("elbv2", "DescribeLoadBalancers", { Names: ["api"] });
  return `http://${LoadBalancers[0]?.DNSName}${path}`;
}

test("healthy targets get the requests in turn, bodies and headers go both ways", async () => {
  await until(async () => (await states()).every((state) => state === "healthy"));
  const { LoadBalancers = [] } = await aws.call("elbv2", "DescribeLoadBalancers", {});
  assert.equal(LoadBalancers[0]?.State?.Code, "active");
  const served = new Set<string | null>();
  for (let number = 0; number < 4; number++) {
    const answer = await fetch(await url("/api/submit?x=1"), { method: "POST", body: "hello" });
    assert.equal(answer.status, 201);
    assert.equal(await answer.text(), "hello");
    served.add(answer.headers.get("x-target"));
  }
  assert.equal(served.size, 2);
  assert.equal(targets[0]?.seen[0], "POST /api/submit?x=1 http");
});

test("a target whose checks fail gets no more requests, and says why", async () => {
  const [bad, good] = targets;
  if (bad) bad.healthy = false;
  await until(async () => (await states()).includes("unhealthy"));
  const { TargetHealthDescriptions = [] } = await aws.call("elbv2", "DescribeTargetHealth", {
    TargetGroupArn: groupArn,
    Targets: [toTarget(bad ?? { port: 0 })],
  });
  assert.equal(TargetHealthDescriptions[0]?.TargetHealth?.Reason, "Target.ResponseCodeMismatch");
  assert.equal(TargetHealthDescriptions[0]?.TargetHealth?.Description, "Health checks failed with these codes: [500]");
  for (let number = 0; number < 3; number++)
    assert.equal((await fetch(await url())).headers.get("x-target"), String(good?.port));
  if (bad) bad.healthy = true;
  await until(async () => (await states()).every((state) => state === "healthy"));
});

test("a deregistered target drains: no new request, gone after the delay", async () => {
  const [leaving, staying] = targets;
  await elb.send(
    new DeregisterTargetsCommand({
      TargetGroupArn: groupArn,
      Targets: [toTarget(leaving ?? { port: 0 })],
    }),
  );
  assert.ok((await states()).includes("draining"));
  for (let number = 0; number < 3; number++)
    assert.equal((await fetch(await url())).headers.get("x-target"), String(staying?.port));
  await until(async () => (await states()).length === 1);
});

test("without any target it answers 503, with one that is dead 502", async () => {
  const [, only] = targets;
  only?.server.closeAllConnections();
  await new Promise((resolve) => only?.server.close(resolve));
  assert.equal((await fetch(await url())).status, 502);
  await elb.send(new DeregisterTargetsCommand({ TargetGroupArn: groupArn, Targets: [toTarget(only ?? { port: 0 })] }));
  const answer = await fetch(await url());
  assert.equal(answer.status, 503);
  assert.match(await answer.text(), /503 Service Temporarily Unavailable/);
});

test("CloudWatch has its counts, times and hosts", async () => {
  await sandbox.advance(61);
  const group = groupArn.slice(groupArn.indexOf("targetgroup/"));
  const balancer = balancerArn.slice(balancerArn.indexOf("app/"));
  const read = async (MetricName: string, Stat: string, dimensions: Record<string, string>) => {
    const now = sandbox.world.clock.now();
    const { MetricDataResults = [] } = await aws.call("cloudwatch", "GetMetricData", {
      StartTime: new Date(now - 3_600_000),
      EndTime: new Date(now + 60_000),
      MetricDataQueries: [
        {
          Id: "m",
          MetricStat: {
            Metric: {
              Namespace: "AWS/ApplicationELB",
              MetricName,
              Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
            },
            Period: 3600,
            Stat,
          },
        },
      ],
    });
    return (MetricDataResults[0]?.Values ?? []).reduce((sum, value) => sum + value, 0);
  };
  assert.equal(await read("RequestCount", "Sum", { LoadBalancer: balancer }), 11);
  assert.equal(await read("HTTPCode_Target_2XX_Count", "Sum", { LoadBalancer: balancer, TargetGroup: group }), 10);
  assert.ok((await read("RequestCountPerTarget", "Sum", { TargetGroup: group })) > 0);
  assert.ok((await read("TargetResponseTime", "Maximum", { LoadBalancer: balancer })) > 0);
  assert.equal((await read("HealthyHostCount", "Maximum", { LoadBalancer: balancer, TargetGroup: group })) > 0, true);
  assert.equal(await read("HTTPCode_ELB_5XX_Count", "Sum", { LoadBalancer: balancer }), 2);
});

test("errors are AWS's own", async () => {
  await assert.rejects(aws.call("elbv2", "DescribeLoadBalancers", { Names: ["no"] }), {
    name: "LoadBalancerNotFoundException",
    message: "Load balancers '[no]' not found",
  });
  await assert.rejects(aws.call("elbv2", "DeleteTargetGroup", { TargetGroupArn: groupArn }), {
    name: "ResourceInUseException",
    message: `Target group '${groupArn}' is currently in use by a listener or a rule`,
  });
  const { Subnets = [] } = await aws.call("ec2", "DescribeSubnets", {});
  await assert.rejects(
    aws.call("elbv2", "CreateLoadBalancer", { Name: "other", Subnets: [Subnets[0]?.SubnetId ?? ""] }),
    { message: "At least two subnets in two different Availability Zones must be specified" },
  );
  await assert.rejects(
    aws.call("elbv2", "CreateTargetGroup", { Name: "api", Port: 81, Protocol: "HTTP", TargetType: "ip" }),
    { message: "A target group with the same name 'api' exists, but with different settings" },
  );
});

test("deleting the load balancer closes its door and frees its group", async () => {
  const door = await url();
  await aws.call("elbv2", "DeleteLoadBalancer", { LoadBalancerArn: balancerArn });
  await sandbox.advance(1);
  await assert.rejects(fetch(door));
  await aws.call("elbv2", "DeleteTargetGroup", { TargetGroupArn: groupArn });
  const { NetworkInterfaces = [] } = await aws.call("ec2", "DescribeNetworkInterfaces", {});
  assert.deepEqual(NetworkInterfaces, []);
});
