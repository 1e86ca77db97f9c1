import assert from "node:assert/strict";
import { test } from "node:test";
import { describeChanges } from "../../../src/core/output/watch-lines.ts";
import { drawService, openWatch } from "../../../src/core/output/watch-view.ts";
import { fakeScreen, makeSnapshot } from "../../support/snapshots.ts";

const plain = (_format: unknown, text: string) => text;
const first = makeSnapshot();

test("the table shows counts, metrics against the target, why, alarms, tasks and news", () => {
  const second = makeSnapshot((one) => {
    one.service.running = 2;
    one.service.pending = 0;
    one.activities = [
      {
        at: "2026-01-01T12:00:01.000Z",
        status: "Successful",
        description: "Setting desired count to 2.",
        cause: `monitor alarm ${one.alarms[0]?.name} in state ALARM triggered policy cpu50`,
      },
    ];
  });
  assert.deepEqual(
    drawService([first, second], 100, plain).map((line) => line.trimEnd()),
    [
      "12:00:05 UTC  web on shop  web:7",
      "  tasks   ██░ 2 running of 2 desired (1 to 3)  ▃▆",
      "  cpu       83 % of target 50 %     ▂▅▇",
      "  memory    12 %                    ▂",
      "  why     CPU 83 % is above the target 50 %: alarm is on, scaling out (cpu50)",
      "  alarm   ALARM  AlarmHigh of cpu50",
      "  0123456789ab  RUNNING    http://203.0.113.7:32768/  i-0abc",
      "  12:00:01  Setting desired count to 2. monitor alarm AlarmHigh in state ALARM triggered policy cpu50",
      "  11:59:30  has started 1 tasks: (task 0123).",
    ],
  );
});

test("a narrow terminal gets the words without the courses, and the reason on several lines", () => {
  const lines = drawService([first], 44, plain);
  assert.ok(
    lines.every((line) => !/[▁▂▃▄▅▆▇]/.test(line)),
    lines.join("\n"),
  );
  assert.ok(lines.filter((line) => /^ {2}why|^ {10}\w/.test(line)).length > 1);
});

test("a low terminal shows some of the tasks, and what happened last all the same", () => {
  const crowd = makeSnapshot((one) => {
    const [task] = one.tasks;
    if (task) one.tasks = Array.from({ length: 100 }, (_, index) => ({ ...task, id: `task${index}` }));
  });
  const lines = drawService([crowd], 100, plain, 15);
  assert.equal(lines.length, 14, lines.join("\n"));
  assert.match(lines.at(-2) ?? "", /^ {2}… and \d+ more/);
  assert.match(lines.at(-1) ?? "", /has started 1 tasks/);
});

test("a rollout, the load balancer and an alarm without data have their place", () => {
  const lines = drawService(
    [
      makeSnapshot((one) => {
        one.service.deployments = 2;
        one.service.rollout = "IN_PROGRESS";
        one.lastEvent = {
          at: "2026-01-01T11:59:30.000Z",
          message: "(service web) (deployment ecs-svc/123) deployment failed: tasks failed to start.",
        };
        const [alarm] = one.alarms;
        if (alarm) one.alarms.push({ ...alarm, name: "low", state: "INSUFFICIENT_DATA" });
        one.balancer = {
          name: "web",
          url: "http://web.example/",
          dnsName: "web.example",
          port: 80,
          state: "active",
          healthy: 1,
          targets: 2,
        };
      }),
    ],
    100,
    plain,
  );
  assert.equal(lines[1], "  rollout in progress");
  assert.equal(lines.at(-1), "  11:59:30  deployment failed: tasks failed to start.");
  assert.ok(lines.includes("  address http://web.example/, 1 of 2 targets healthy"), lines.join("\n"));
  assert.ok(lines.includes("  alarm   ALARM              AlarmHigh of cpu50"), lines.join("\n"));
  assert.ok(lines.includes("  alarm   INSUFFICIENT_DATA  low"), lines.join("\n"));
});

test("without a terminal only what changed is told, one line each", () => {
  const told = describeChanges(undefined, first);
  assert.deepEqual(told, [
    "tasks: 1 running of 2 desired, 1 pending",
    "task 0123456789ab: RUNNING at http://203.0.113.7:32768/",
    "cpu: 83 % (target 50 %)",
    "alarm AlarmHigh of cpu50: ALARM",
    "cpu50: CPU 83 % is above the target 50 %: alarm is on, scaling out",
  ]);
  assert.deepEqual(describeChanges(first, makeSnapshot()), []);
  const later = makeSnapshot((one) => {
    one.tasks = [];
    one.service.running = 0;
    if (one.alarms[0]) one.alarms[0].state = "OK";
    if (one.scaling.policies[0])
      one.scaling.policies[0].why = "CPU 84 % is above the target 50 %: alarm is on, scaling out";
  });
  assert.deepEqual(describeChanges(first, later), [
    "tasks: 0 running of 2 desired, 1 pending",
    "task 0123456789ab: stopping",
    "alarm AlarmHigh of cpu50: ALARM → OK",
  ]);
});

test("a datapoint that says the same again is no change", () => {
  const quiet = makeSnapshot((one) => {
    const newest = one.metrics.cpu.at(-1);
    if (newest) one.metrics.cpu.push({ at: "2026-01-01T12:01:00.000Z", value: newest.value });
  });
  assert.deepEqual(describeChanges(first, quiet), []);
});

test("lines go to stdout with the server's time; JSON is a document a line", () => {
  const lines = fakeScreen();
  const json = fakeScreen({ json: true });
  for (const screen of [lines, json]) {
    const listener = openWatch(screen);
    listener.onEvent({ type: "data", kind: "snapshot", data: first });
    listener.onEvent({ type: "data", kind: "snapshot", data: first });
    listener.onEvent({ type: "data", kind: "something else", data: {} });
    listener.close();
  }
  assert.equal(lines.stdout.length, 5);
  assert.equal(lines.stdout[0], "12:00:05 tasks: 1 running of 2 desired, 1 pending");
  assert.deepEqual(
    json.stdout.map((line) => JSON.parse(line) as unknown),
    [first, first],
  );
  assert.deepEqual([...lines.stderr, ...json.stderr], []);
});

test("on a terminal the table is drawn again in place, and nothing goes to stdout", (t) => {
  t.mock.method(process.stderr, "write", () => true);
  const screen = fakeScreen({ interactive: true });
  const listener = openWatch(screen, () => ({ columns: 100, rows: 30 }));
  listener.onEvent({ type: "data", kind: "snapshot", data: first });
  listener.onEvent({ type: "data", kind: "snapshot", data: first });
  listener.close();
  assert.deepEqual(screen.stdout, []);
  const frames = screen.stderr.filter((text) => text.includes("\u001B[H"));
  assert.ok(frames.length >= 3 && frames.at(-1)?.includes(drawService([first], 100, plain)[0] ?? "?"));
});
