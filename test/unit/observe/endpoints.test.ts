import assert from "node:assert/strict";
import { test } from "node:test";
import type { Task } from "@aws-sdk/client-ecs";
import { endpointUrl, explainNoEndpoint, findEndpoints } from "../../../src/core/observe/endpoints.ts";

const address = { id: "i-0abc", publicIp: "203.0.113.7", privateIp: "10.0.0.5" };
const binding = { hostPort: 32768, containerPort: 80, protocol: "tcp" } as const;
const task: Task = {
  taskArn: "arn:aws:ecs:us-east-1:1:task/c/abc",
  lastStatus: "RUNNING",
  containerInstanceArn: "arn:ci",
  containers: [{ networkBindings: [{ ...binding, bindIP: "0.0.0.0" }] }],
};

test("a task answers at its instance's public address and its host port", () => {
  assert.deepEqual(findEndpoints(task, address), [
    {
      task: "abc",
      url: "http://203.0.113.7:32768/",
      publicIp: "203.0.113.7",
      hostPort: 32768,
      containerPort: 80,
      instance: "i-0abc",
    },
  ]);
  assert.equal(explainNoEndpoint(task, address), null);
});

test("the IPv4 and the IPv6 binding of a port are one way in; udp is none", () => {
  const networkBindings = [
    { ...binding, bindIP: "0.0.0.0" },
    { ...binding, bindIP: "::" },
    { ...binding, hostPort: 32769, protocol: "udp" as const },
  ];
  assert.equal(findEndpoints({ ...task, containers: [{ networkBindings }] }, address).length, 1);
});

test("TLS and IPv6 have their place in the URL", () => {
  assert.equal(endpointUrl("2001:db8::1", { hostPort: 40000, containerPort: 443 }), "https://[2001:db8::1]:40000/");
});

const without: [name: string, task: Task, at: typeof address | undefined | object, why: RegExp][] = [
  ["not running yet", { ...task, lastStatus: "PENDING" }, address, /it is PENDING/],
  ["no public address", task, { ...address, publicIp: null }, /i-0abc has no public address \(private: 10\.0\.0\.5\)/],
  ["instance gone", task, undefined, /instance is gone/],
  ["no port", { ...task, containers: [{}] }, address, /publish no TCP port/],
  ["awsvpc", { ...task, containers: [], attachments: [{ type: "ElasticNetworkInterface" }] }, address, /awsvpc/],
  ["not on EC2", { ...task, containerInstanceArn: undefined }, undefined, /not placed on an EC2 instance/],
];

for (const [name, one, at, why] of without)
  test(`no address: ${name}`, () => {
    assert.deepEqual(findEndpoints(one, at as typeof address), []);
    assert.match(explainNoEndpoint(one, at as typeof address) ?? "", why);
  });
