import assert from "node:assert/strict";
import { test } from "node:test";
import type { Task } from "@aws-sdk/client-ecs";
import {
  balancerEndpoint,
  endpointUrl,
  explainNoEndpoint,
  findEndpoints,
} from "../../../src/core/observe/endpoints.ts";
import { balancerUrl } from "../../../src/core/observe/read-balancer.ts";

const address = { id: "i-0abc", publicIp: "203.0.113.7", privateIp: "10.0.0.5" };
const binding = { hostPort: 32768, containerPort: 80, protocol: "tcp" } as const;
const task: Task = {
  taskArn: "arn:aws:ecs:us-east-1:1:task/c/abc",
  lastStatus: "RUNNING",
  containerInstanceArn: "arn:ci",
  containers: [{ networkBindings: [{ ...binding, bindIP: "0.0.0.0" }] }],
};

test("a task answers at its instance's public address and its host port", () => {
  assert.deepEqual(findEndpoints(task, { address }), [
    {
      task: "abc",
      url: "http://203.0.113.7:32768/",
      publicIp: "203.0.113.7",
      hostPort: 32768,
      containerPort: 80,
      instance: "i-0abc",
    },
  ]);
  assert.equal(explainNoEndpoint(task, { address }), null);
});

test("the IPv4 and the IPv6 binding of a port are one way in; udp is none", () => {
  const networkBindings = [
    { ...binding, bindIP: "0.0.0.0" },
    { ...binding, bindIP: "::" },
    { ...binding, hostPort: 32769, protocol: "udp" as const },
  ];
  assert.equal(findEndpoints({ ...task, containers: [{ networkBindings }] }, { address }).length, 1);
});

test("TLS and IPv6 have their place in the URL", () => {
  assert.equal(endpointUrl("2001:db8::1", { hostPort: 40000, containerPort: 443 }), "https://[2001:db8::1]:40000/");
});

const without: [name: string, task: Task, at: typeof address | undefined | object, why: RegExp][] = [
  ["not running yet", { ...task, lastStatus: "PENDING" }, address, /it is PENDING/],
  ["no public address", task, { ...address, publicIp: null }, /i-0abc has no public address \(private: 10\.0\.0\.5\)/],
  ["instance gone", task, undefined, /instance is gone/],
  ["no port", { ...task, containers: [{}] }, address, /publish no TCP port/],
  ["awsvpc", { ...task, containers: [], attachments: [{ type: "ElasticNetworkInterface" }] }, address, /which port/],
  ["not on EC2", { ...task, containerInstanceArn: undefined }, undefined, /not placed on an EC2 instance/],
];

for (const [name, one, at, why] of without)
  test(`no address: ${name}`, () => {
    assert.deepEqual(findEndpoints(one, { address: at as typeof address }), []);
    assert.match(explainNoEndpoint(one, { address: at as typeof address }) ?? "", why);
  });

const own: Task = { ...task, containers: [{}], attachments: [{ type: "ElasticNetworkInterface" }] };

test("a task with a network of its own answers at its own address and its container's port", () => {
  const place = { address: { ...address, id: "eni-1" }, port: 80 };
  const [endpoint] = findEndpoints(own, place);
  assert.deepEqual([endpoint?.url, endpoint?.instance], ["http://203.0.113.7:80/", "eni-1"]);
  const moved = { ...own, containers: [{ networkBindings: [{ ...binding, hostPort: 8080 }] }] };
  assert.equal(findEndpoints(moved, place)[0]?.url, "http://203.0.113.7:8080/");
});

test("behind a load balancer, the load balancer is the way in", () => {
  const place = { address, port: 80, balancer: "api" };
  assert.deepEqual(findEndpoints(own, place), []);
  assert.equal(explainNoEndpoint(own, place), "only load balancer api may reach it");
  const balancer = { name: "api", dnsName: "api.example.com", port: 8080, state: "active", healthy: 1, targets: 1 };
  const url = balancerUrl(balancer.dnsName, balancer.port);
  assert.equal(url, "http://api.example.com:8080/");
  assert.equal(balancerEndpoint({ ...balancer, url }).task, "load-balancer/api");
  assert.equal(balancerUrl("api.example.com", 80), "http://api.example.com/");
});
