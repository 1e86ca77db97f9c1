import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDestroy } from "../../../src/core/output/deploy-view.ts";
import { formatEndpoints } from "../../../src/core/output/endpoints-view.ts";
import { formatEvents, openEntryLines } from "../../../src/core/output/events-view.ts";
import { formatStatus } from "../../../src/core/output/status-view.ts";
import { fakeScreen, makeSnapshot } from "../../support/snapshots.ts";

test("status is one picture that ends with what to type next", () => {
  assert.equal(
    formatStatus(makeSnapshot()),
    `web on shop: ACTIVE, web:7
  tasks    1 running of 2 desired, 1 pending
  cpu      83 % of what the tasks reserve
  memory   12 %
  scaling  1 to 3 tasks
    cpu50  CPU 83 % is above the target 50 %: alarm is on, scaling out

Tasks
  0123456789ab  RUNNING    http://203.0.113.7:32768/  i-0abc

Instances
  i-0abc  ACTIVE  203.0.113.7  768 cpu units and 1456 MiB free

Alarms
  ALARM  AlarmHigh of cpu50

Last event, 11:59:30 UTC: (service web) has started 1 tasks: (task 0123).

Next: ecsctl loadtest --until scaled`,
  );
});

test("destroy names what went as people do", () => {
  const deleted = ["ecs-service/web", "log-group//ecs/web", "scalable-target/service/shop/web", "instance/i-0abc"];
  const kept = [{ resource: "iam-role/ecsInstanceRole", why: "it has no tag of this app" }];
  assert.equal(
    formatDestroy({ app: "web", region: "us-east-1", deleted, kept, remaining: [] }),
    `deleted service web
deleted log group /ecs/web
deleted scalable target service/shop/web
deleted instance i-0abc
kept role ecsInstanceRole: it has no tag of this app
Nothing that ecsctl made is left.`,
  );
});

test("status of a service without tasks, instances or scaling says so", () => {
  const bare = makeSnapshot((one) => {
    one.tasks = [];
    one.instances = [];
    one.alarms = [];
    one.lastEvent = null;
    one.scaling = { min: null, max: null, suspended: [], policies: [], notes: [] };
    one.service.cpuPercent = null;
  });
  const text = formatStatus(bare);
  for (const part of ["No tasks.", "No instances.", "by hand only", "cpu      – of", "scale policy add"])
    assert.ok(text.includes(part), text);
});

test("endpoints lead with the address, and say why a task has none", () => {
  const endpoint = {
    task: "0123456789abcdef",
    publicIp: "1.2.3.4",
    hostPort: 32768,
    containerPort: 80,
    instance: "i-1",
  };
  assert.equal(
    formatEndpoints({
      endpoints: [{ ...endpoint, url: "http://1.2.3.4:32768/" }],
      unreachable: [{ task: "fedcba9876543210", why: "it is PENDING" }],
    }),
    `http://1.2.3.4:32768/  task 0123456789ab  port 80  i-1
task fedcba987654 has no address: it is PENDING

Next: ecsctl loadtest --until scaled`,
  );
  assert.match(
    formatEndpoints({ endpoints: [], unreachable: [] }),
    /^No task has an address yet\.\n\nNext: ecsctl status$/,
  );
});

const entry = {
  id: "service:1",
  at: "2026-01-01T12:00:05.000Z",
  kind: "service",
  source: "ecs",
  message: "(service web) has reached a steady state.",
  meaning: "Nothing is left to do.",
} as const;

test("events are a line each, with their meaning below when asked for", () => {
  const line = "2026-01-01 12:00:05Z  service     (service web) has reached a steady state.";
  assert.equal(formatEvents({ events: [entry] }, false), `${line}\n\nNext: ecsctl events --explain`);
  assert.equal(
    formatEvents({ events: [entry] }, true),
    `${line}\n                                  → Nothing is left to do.\n\nNext: ecsctl watch`,
  );
  assert.equal(formatEvents({ events: [] }, true), "Nothing has happened in that time.");
});

test("on a terminal what is said is broken beside its label, not below it", () => {
  const lines = formatStatus(makeSnapshot(), 50).split("\n");
  const at = lines.findIndex((line) => line.startsWith("    cpu50"));
  assert.match(lines[at + 1] ?? "", /^ {11}\S/);
  assert.ok(lines.slice(0, at + 3).every((line) => line.length <= 50));
  const events = formatEvents({ events: [{ ...entry, message: "word ".repeat(20) }] }, true, 80).split("\n");
  assert.match(events[1] ?? "", /^ {34}word/);
  assert.ok(events.every((line) => line.length <= 80));
});

test("followed events go out one by one, as text or as a JSON object a line", () => {
  const text = fakeScreen();
  const json = fakeScreen({ json: true });
  for (const screen of [text, json]) {
    const listener = openEntryLines(screen, () => false);
    listener.onEvent({ type: "note", message: "nothing for it" });
    listener.onEvent({ type: "data", kind: "timeline", data: entry });
    listener.close();
  }
  assert.deepEqual(text.stdout, ["2026-01-01 12:00:05Z  service     (service web) has reached a steady state."]);
  assert.deepEqual(JSON.parse(json.stdout[0] ?? ""), entry);
});
