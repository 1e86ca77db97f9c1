import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { loadProject, type Project } from "../../../src/core/config/project.ts";
import { dropAlarm, writeAlarm, writeSubscriber } from "../../../src/core/config/write-alarms.ts";

const dir = mkdtempSync(join(tmpdir(), "ecsctl-write-"));
after(() => rmSync(dir, { recursive: true }));

const file = join(dir, "ecsctl.yaml");
const text = `app: shop
image: { repository: shop }
cluster: { name: shop }
service: { name: web, launchType: FARGATE }
task:
  family: web
  cpu: 256
  memory: 512
  container: { name: web, port: 80 }
  logs: { group: /ecs/shop }
alarms:
  - { name: busy, metric: cpu, threshold: 80 }
notify:
  topic: shop-alerts
  emails: [me@example.com]
environments:
  production: # larger
    alarms:
      - { name: busy, metric: cpu, threshold: 60 } # earlier
    notify: { emails: [them@example.com] }
  staging:
    tags: { Environment: staging }
  quiet:
    alarms: []
`;

const load = (environment?: string): Project => loadProject({ cwd: dir, file: undefined, environment, env: {} });
const alarmsOf = (environment?: string): string[] =>
  load(environment).config.alarms.map(({ name, threshold }) => `${name} ${threshold}`);

test("an alarm is written where the environment has its own list, or else where all have theirs", async () => {
  writeFileSync(file, text);
  await writeAlarm(load("production"), { name: "full", metric: "memory", threshold: 90 });
  assert.deepEqual(alarmsOf("production"), ["busy 60", "full 90"]);
  assert.deepEqual(alarmsOf(), ["busy 80"]);
  await writeAlarm(load("staging"), { name: "idle", metric: "cpu", comparison: "<", threshold: 1 });
  assert.deepEqual(alarmsOf(), ["busy 80", "idle 1"]);
  await writeAlarm(load("quiet"), { name: "only", metric: "cpu", threshold: 99 });
  assert.deepEqual([alarmsOf("quiet"), alarmsOf()], [["only 99"], ["busy 80", "idle 1"]]);
  await dropAlarm(load("production"), "busy");
  assert.deepEqual(alarmsOf("production"), ["full 90"]);
  assert.deepEqual(alarmsOf("staging"), ["busy 80", "idle 1"]);
});

test("an address too", async () => {
  writeFileSync(file, text);
  await writeSubscriber(load("production"), "shop-alerts", "you@example.com");
  assert.deepEqual(load("production").config.notify?.emails, ["them@example.com", "you@example.com"]);
  assert.deepEqual(load().config.notify?.emails, ["me@example.com"]);
});
