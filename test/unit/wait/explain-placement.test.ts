import assert from "node:assert/strict";
import { test } from "node:test";
import { explainPlacement } from "../../../src/core/wait/explain-placement.ts";
import { FakeAws } from "../../support/fake-aws.ts";

interface Instance {
  cpu: number;
  memory?: number;
  pending?: number;
  status?: string;
  agent?: boolean;
  ports?: string[];
}

/** Tasks of 256 CPU units, 512 MiB and host port 8080 on one instance. */
function explain(
  { cpu, memory = 900, pending = 0, status = "ACTIVE", agent = true, ports = [] }: Instance,
  asked = {},
) {
  const aws = new FakeAws({
    DescribeTaskDefinition: {
      taskDefinition: { cpu: "256", memory: "512", containerDefinitions: [{ portMappings: [{ hostPort: 8080 }] }] },
    },
    ListContainerInstances: { containerInstanceArns: ["arn"] },
    DescribeContainerInstances: {
      containerInstances: [
        {
          ec2InstanceId: "i-1",
          status,
          agentConnected: agent,
          pendingTasksCount: pending,
          remainingResources: [
            { name: "CPU", integerValue: cpu },
            { name: "MEMORY", integerValue: memory },
            { name: "PORTS", stringSetValue: ports },
          ],
        },
      ],
    },
  });
  const at = { cluster: "c", group: undefined, taskDefinition: "t:1", refused: false, missing: 1, ...asked };
  return explainPlacement(aws, at);
}

test("a task that fits, or that has its place and merely starts, lacks nothing", async () => {
  assert.equal(await explain({ cpu: 768 }), undefined);
  assert.equal(await explain({ cpu: 0, pending: 1 }), undefined);
});

test("what is really missing is said: cpu, memory, the port, an instance that takes tasks", async () => {
  const needs = "a task needs 256 CPU units and 512 MiB, port 8080; i-1 has";
  assert.equal(await explain({ cpu: 0 }), `${needs} 0 CPU units and 900 MiB left`);
  assert.equal(await explain({ cpu: 768, memory: 100 }), `${needs} 768 CPU units and 100 MiB left`);
  assert.match((await explain({ cpu: 768, ports: ["8080"] })) ?? "", /port 8080 is taken$/);
  assert.match((await explain({ cpu: 768, status: "DRAINING" })) ?? "", /it is being drained$/);
  assert.match((await explain({ cpu: 768, agent: false })) ?? "", /its agent is not connected$/);
  assert.match((await explain({ cpu: 0, pending: 1 }, { missing: 2 })) ?? "", /0 CPU units/);
});

test("where ECS has said that there is no room, the figures follow whatever they are by now", async () => {
  assert.match((await explain({ cpu: 768 }, { refused: true })) ?? "", /768 CPU units/);
});
