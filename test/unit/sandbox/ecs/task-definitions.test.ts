import assert from "node:assert/strict";
import { test } from "node:test";
import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { EcsWorld, webTask } from "../../../support/ecs-world.ts";

const container: ContainerDefinition = { name: "web-container", image: "httpd" };
const fargate = { requiresCompatibilities: ["FARGATE" as const], networkMode: "awsvpc" as const };

test("revisions count up, and a family alone means its newest ACTIVE one", async () => {
  const world = new EcsWorld();
  const [first, second] = [await world.register(), await world.register()];
  assert.match(first, /task-definition\/web:1$/);
  const newest = async () =>
    (await world.call("DescribeTaskDefinition", { taskDefinition: "web" })).taskDefinition?.taskDefinitionArn;
  assert.equal(await newest(), second);
  await world.call("DeregisterTaskDefinition", { taskDefinition: second });
  assert.equal(await newest(), first);
  const inactive = await world.call("ListTaskDefinitions", { status: "INACTIVE" });
  assert.deepEqual(inactive.taskDefinitionArns, [second]);
  const { taskDefinitions, failures } = await world.call("DeleteTaskDefinitions", { taskDefinitions: [second, first] });
  assert.equal(taskDefinitions?.[0]?.status, "DELETE_IN_PROGRESS");
  assert.equal(failures?.[0]?.reason, "INVALID_TASK_DEFINITION_STATUS");
  assert.match(await world.register(), /web:3$/);
});

test("what is registered is described with AWS's defaults filled in", async () => {
  const world = new EcsWorld();
  const tags = [{ key: "ecsctl:app", value: "shop" }];
  await world.register({ cpu: "0.5 vCPU", memory: "1 GB", tags });
  const plain = await world.call("DescribeTaskDefinition", { taskDefinition: "web:1" });
  assert.deepEqual([plain.taskDefinition?.cpu, plain.taskDefinition?.memory, plain.tags], ["512", "1024", []]);
  const [described] = plain.taskDefinition?.containerDefinitions ?? [];
  assert.deepEqual(
    [described?.essential, described?.cpu, described?.portMappings],
    [true, 0, [{ containerPort: 80, hostPort: 0, protocol: "tcp" }]],
  );
  const tagged = await world.call("DescribeTaskDefinition", { taskDefinition: "web:1", include: ["TAGS"] });
  assert.deepEqual(tagged.tags, tags);
});

test("a task definition that is not there cannot be described", async () => {
  await assert.rejects(new EcsWorld().call("DescribeTaskDefinition", { taskDefinition: "web:7" }), {
    name: "ClientException",
    message: "Unable to describe task definition.",
  });
});

const refused: { what: string; change: Partial<RegisterTaskDefinitionCommandInput>; message: string | RegExp }[] = [
  { what: "no containers", change: { containerDefinitions: [] }, message: "Container list cannot be empty." },
  { what: "a CPU that is no number", change: { cpu: "lots" }, message: /^Invalid 'cpu' setting for task\./ },
  { what: "too little CPU", change: { cpu: "64" }, message: /^Invalid 'cpu' setting for task\./ },
  {
    what: "no memory anywhere",
    change: { memory: undefined, containerDefinitions: [container] },
    message:
      "Invalid setting for container 'web-container'. At least one of 'memory' or 'memoryReservation' must be specified.",
  },
  {
    what: "a container larger than its task",
    change: { containerDefinitions: [{ ...container, memory: 1024 }] },
    message: "The 'memory' setting for container is greater than for the task.",
  },
  {
    what: "two containers of one name",
    change: { containerDefinitions: [container, container] },
    message: /used more than once/,
  },
  {
    what: "no essential container",
    change: { containerDefinitions: [{ ...container, essential: false }] },
    message: /essential/,
  },
  {
    what: "one host port twice",
    change: {
      containerDefinitions: [
        { ...container, portMappings: [{ containerPort: 80, hostPort: 8080 }] },
        { ...container, name: "other", portMappings: [{ containerPort: 81, hostPort: 8080 }] },
      ],
    },
    message: /host port 8080/,
  },
  {
    what: "differing ports in awsvpc",
    change: {
      networkMode: "awsvpc",
      containerDefinitions: [{ ...container, portMappings: [{ containerPort: 80, hostPort: 8080 }] }],
    },
    message: "When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
  },
  {
    what: "Fargate in bridge mode",
    change: { requiresCompatibilities: ["FARGATE"] },
    message: "Fargate only supports network mode ‘awsvpc’.",
  },
  {
    what: "Fargate without CPU",
    change: { ...fargate, cpu: undefined },
    message: "Fargate requires that 'cpu' be defined at the task level.",
  },
  {
    what: "a size that Fargate does not have",
    change: { ...fargate, cpu: "256", memory: "4096" },
    message: /^No Fargate configuration exists for given values: 256 CPU, 4096 memory\./,
  },
  {
    what: "an image name with blanks",
    change: { containerDefinitions: [{ ...container, image: "my image" }] },
    message: "Container.image contains invalid characters.",
  },
];

for (const { what, change, message } of refused)
  test(`registering ${what} is refused in AWS's words`, async () => {
    const world = new EcsWorld();
    await assert.rejects(world.call("RegisterTaskDefinition", { ...webTask, ...change }), {
      name: "ClientException",
      message,
    });
  });
