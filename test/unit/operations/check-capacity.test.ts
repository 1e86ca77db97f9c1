import assert from "node:assert/strict";
import { test } from "node:test";
import { policySchema } from "../../../src/core/config/scaling-schema.ts";
import { configSchema, type Config } from "../../../src/core/config/schema.ts";
import { EcsctlError } from "../../../src/core/errors.ts";
import { checkCapacity } from "../../../src/core/operations/check-capacity.ts";

const small = { cpu: 1024, memoryMiB: 2048 };

const configOf = (task: { cpu: number; memory: number; hostPort?: number }, max: number): Config =>
  configSchema.parse({
    app: "shop",
    image: { repository: "shop" },
    cluster: { name: "c", capacity: { instanceType: "t2.small", min: 1, max: 3 } },
    service: { name: "s" },
    task: {
      family: "t",
      cpu: task.cpu,
      memory: task.memory,
      container: { name: "web", port: 80, hostPort: task.hostPort ?? 0 },
      logs: { group: "/ecs/shop" },
    },
    scaling: { min: 1, max },
  });

test("a maximum that fits is no matter for a warning", () => {
  assert.deepEqual(checkCapacity(configOf({ cpu: 256, memory: 512 }, 9), small), []);
});

test("one that does not says what is missing, by how much, and offers what fits", () => {
  const cases: [Parameters<typeof configOf>, RegExp][] = [
    [
      [{ cpu: 256, memory: 512 }, 10],
      /scaling\.max 10 can never be reached: 3 instances .* at most 9 tasks, 3 on each t2\.small \(one more lacks 144 MiB memory\); 1 too many: scaling\.max 9 fits, or cluster\.capacity\.max 4/,
    ],
    [
      [{ cpu: 512, memory: 128 }, 8],
      /at most 6 tasks, 2 on each t2\.small \(one more lacks 512 CPU units\); 2 too many/,
    ],
    [[{ cpu: 128, memory: 128, hostPort: 80 }, 4], /1 on each t2\.small \(one more lacks another host port 80\)/],
    [
      [{ cpu: 1024, memory: 1500, hostPort: 80 }, 5],
      /lacks 1024 CPU units and 1096 MiB memory and another host port 80/,
    ],
  ];
  for (const [args, message] of cases) {
    const [warning = ""] = checkCapacity(configOf(...args), small);
    assert.match(warning, message);
  }
});

test("a schedule that raises the maximum is looked at, too", () => {
  const config = configOf({ cpu: 256, memory: 512 }, 9);
  const sale = policySchema.parse({ name: "sale", type: "scheduled", schedule: "rate(1 day)", max: 12 });
  config.scaling = { min: 1, max: 9, policies: [sale] };
  assert.match(checkCapacity(config, small).join(), /^sale\.max 12 can never be reached: .*; 3 too many: /);
});

test("a task that fits no instance at all is refused", () => {
  assert.throws(
    () => checkCapacity(configOf({ cpu: 2048, memory: 128 }, 2), small),
    (error) => error instanceof EcsctlError && error.code === "TaskDoesNotFit",
  );
});
