import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import {
  DeregisterTargetsCommand,
  ElasticLoadBalancingV2Client,
  ModifyLoadBalancerAttributesCommand,
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
    if (request.url === "/hangs") return request.resume();
    if (request.url === "/breaks") return request.socket.destroy();
    target.seen.push(`${request.method} ${request.url} ${request.headers["x-forwarded-proto"]}`);
    response.writeHead(201, { "x-target": String(target.port) });
    request.pipe(response);
  });
  target.server.on("upgrade", (_request, socket: Socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    socket.on("error", () => socket.destroy());
    socket.pipe(socket);
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

/** Sends a text over a connection of its own; gives what comes back until it is as wanted, or the connection ends. */
async function exchange(text: string, wanted = /^$/): Promise<string> {
  const { hostname, port } = new URL(await url());
  const socket = connect(Number(port || 80), hostname);
  socket.write(text);
  let got = "";
  for await (const chunk of socket) {
    got += String(chunk);
    if (wanted.test(got)) break;
  }
  socket.destroy();
  return got;
}

test("WebSockets go through, other upgrades are done without", async () => {
  const upgrade = (to: string) => `GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: ${to}\r\n\r\n`;
  assert.match(await exchange(`${upgrade("websocket")}frames`, /frames$/), /^HTTP\/1\.1 101 [\s\S]*\r\n\r\nframes$/);
  assert.match(await exchange(upgrade("h2c")), /^HTTP\/1\.1 201 /);
});

test("what is no request is refused by the load balancer itself, long headers are none", async () => {
  const head = (value: string) => `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Long: ${value}\r\n\r\n`;
  assert.match(await exchange(head("x".repeat(70_000))), /^HTTP\/1\.1 400 Bad Request\r\nserver: awselb/);
  assert.match(await exchange("no request\r\n\r\n"), /^HTTP\/1\.1 400 /);
  assert.match(await exchange(head("x".repeat(12_000))), /^HTTP\/1\.1 201 /);
});

test("the idle timeout ends a wait: 504 for the target, 408 for the client; a broken answer is 502", async () => {
  const Attributes = [{ Key: "idle_timeout.timeout_seconds", Value: "1" }];
  await elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: balancerArn, Attributes }));
  const stalled = exchange("POST /hangs HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
  const [hanging, half] = await Promise.all([fetch(await url("/hangs")), stalled]);
  assert.equal(hanging.status, 504);
  assert.match(await hanging.text(), /504 Gateway Time-out/);
  assert.match(half, /^HTTP\/1\.1 408 [\s\S]*connection: close[\s\S]*<\/html>/i);
  assert.equal((await fetch(await url("/breaks"))).status, 502);
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
  assert.equal(await read("RequestCount", "Sum", { LoadBalancer: balancer }), 17);
  assert.equal(await read("HTTPCode_Target_2XX_Count", "Sum", { LoadBalancer: balancer, TargetGroup: group }), 12);
  assert.ok((await read("RequestCountPerTarget", "Sum", { TargetGroup: group })) > 0);
  assert.ok((await read("TargetResponseTime", "Maximum", { LoadBalancer: balancer })) > 0);
  assert.equal((await read("HealthyHostCount", "Maximum", { LoadBalancer: balancer, TargetGroup: group })) > 0, true);
  assert.equal(await read("HTTPCode_ELB_5XX_Count", "Sum", { LoadBalancer: balancer }), 4);
  assert.equal(await read("HTTPCode_ELB_504_Count", "Sum", { LoadBalancer: balancer }), 1);
  assert.equal(await read("HTTPCode_ELB_4XX_Count", "Sum", { LoadBalancer: balancer }), 1);
  assert.equal(await read("TargetConnectionErrorCount", "Sum", { LoadBalancer: balancer }), 1);
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

test("what it cannot do it does not pretend; a protected load balancer is not deleted", async () => {
  const set = (Key: string, Value: string) =>
    elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: balancerArn, Attributes: [{ Key, Value }] }));
  await assert.rejects(set("access_logs.s3.enabled", "true"), { name: "ValidationError", message: /^The sandbox's/ });
  await assert.rejects(set("idle_timeout.timeout_seconds", "0"), { name: "ValidationError" });
  const stickiness = [{ Key: "stickiness.enabled", Value: "true" }];
  await assert.rejects(
    aws.call("elbv2", "ModifyTargetGroupAttributes", { TargetGroupArn: groupArn, Attributes: stickiness }),
    { name: "ValidationError" },
  );
  await set("deletion_protection.enabled", "true");
  await assert.rejects(aws.call("elbv2", "DeleteLoadBalancer", { LoadBalancerArn: balancerArn }), {
    name: "OperationNotPermittedException",
  });
  await set("deletion_protection.enabled", "false");
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
