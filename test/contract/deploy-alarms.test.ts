import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { loadConfig } from "../../src/core/config/load.ts";
import type { Project } from "../../src/core/config/project.ts";
import { deploy } from "../../src/core/operations/deploy.ts";
import { destroy } from "../../src/core/operations/destroy.ts";
import { plan } from "../../src/core/operations/plan-deploy.ts";
import { showDashboard } from "../../src/core/operations/show-dashboard.ts";
import { controlInbox, type InboxMessage, readInbox } from "../../src/sandbox/inbox.ts";
import { dashboards } from "../../src/sandbox/world/records/dashboards.ts";
import { eventRules } from "../../src/sandbox/world/records/events.ts";
import { logGroups, logPolicies } from "../../src/sandbox/world/records/logs.ts";
import { queues } from "../../src/sandbox/world/records/sqs.ts";
import { DeployWorld } from "../support/deployable.ts";

const template = fileURLToPath(new URL("../../templates/api", import.meta.url));
let world: DeployWorld;
let project: Project;

/** The api template with everything that can follow an alarm. */
before(async () => {
  world = await DeployWorld.open();
  await world.push("learner-svc");
  const { config } = loadConfig({ cwd: template, env: {} });
  config.image.repository = "learner-svc-web";
  config.notify?.emails.push("me@example.com");
  const [critical, full] = config.alarms.map(({ name }) => name);
  const rule = `ALARM("${critical}") AND ALARM("${full}")`;
  config.alarms.push({ name: "out-of-room", rule, comparison: ">", periods: 1 });
  config.eventRules = [
    { name: "crashed", on: "task-stopped", to: ["notify", "sqs:api-errors", "logs:/aws/events/api"] },
    { name: "failed", on: "deployment-failed", to: ["sqs:api-errors"] },
    { name: "impaired", on: "service-impaired", to: ["sqs:api-errors"] },
    { name: "rolled", pattern: '{"detail":{"eventName":["SERVICE_DEPLOYMENT_COMPLETED"]}}', to: ["sqs:api-done"] },
  ];
  config.dashboard = {};
  project = { ...world.project("learner-svc"), config };
});
after(() => world.close());

/** Waits until it is so, at most 20 s of ours (over an hour of the world's). */
async function until<T>(what: string, look: () => T | undefined): Promise<T> {
  for (const end = performance.now() + 20_000; performance.now() < end; await sleep(20)) {
    const found = look();
    if (found !== undefined) return found;
  }
  throw new Error(`did not happen: ${what}`);
}

const mail = (subject: string): Promise<InboxMessage> =>
  until(subject, () => readInbox(world.sandbox.world).find((one) => one.subject.includes(subject)));

/** The events of a queue, by detail type and what is theirs. */
const eventsIn = (queue: string) =>
  (queues(world.sandbox.region).get(queue)?.messages ?? []).map(
    ({ body }) => JSON.parse(body) as { "detail-type": string; resources: string[]; detail: Record<string, unknown> },
  );

test("everything is deployed, and a second plan has nothing to say", async () => {
  const { deployment } = await deploy(world.context(), project, {});
  assert.equal(deployment.status, "completed");
  const { steps, changes } = await plan(world.context(), project, {});
  assert.deepEqual(
    steps.filter(({ action }) => action !== "keep"),
    [],
  );
  assert.equal(changes, 0);
  const [done] = await until("the deployment's event", () => {
    const events = eventsIn("api-done");
    return events.length > 0 ? events : undefined;
  });
  assert.equal(done?.["detail-type"], "ECS Deployment State Change");
  assert.match(done?.resources[0] ?? "", /:service\/learner-cluster\/learner-svc-service$/);
  assert.match(String(done?.detail["deploymentId"]), /^ecs-svc\/\d{19}$/);
});

test("both alarms of the template go off under load, and the mails arrive", async () => {
  controlInbox(world.sandbox.world, "POST", Buffer.from('{"confirm": "all"}'));
  // Each task uses all of the quarter of a vCPU that it has, as long as the load lasts.
  world.runtime.load = () => ({ cpuSeconds: (performance.now() / 1000) * 0.25, memoryBytes: 2 ** 26 });
  const critical = await mail('ALARM: "dev-learner-svc-CriticalCPU-AtMaxCapacity"');
  const full = await mail('ALARM: "dev-learner-svc-MaxCapacity-Reached"');
  for (const one of [critical, full])
    assert.deepEqual(one.deliveries, [{ protocol: "email", endpoint: "me@example.com", state: "shown" }]);
  const { NewStateValue, Trigger } = JSON.parse(full.message) as {
    NewStateValue: string;
    Trigger: { MetricName: string };
  };
  assert.deepEqual([NewStateValue, Trigger.MetricName], ["ALARM", "RunningTaskCount"]);
  await mail('ALARM: "out-of-room"');
});

test("the dashboard shows what happened", async () => {
  const { widgets, alarms } = await showDashboard(world.context(), project, 7200);
  const newest = Object.fromEntries(
    widgets.flatMap(({ title, series }) =>
      series.map(({ label, points }) => [`${title}: ${label}`, points.map(({ value }) => value)]),
    ),
  );
  assert.ok(Math.max(...(newest["CPU, percent: average"] ?? [])) > 70);
  assert.equal(newest["Tasks: running"]?.at(-1), 5);
  assert.equal(newest["Tasks: desired"]?.at(-1), 5);
  assert.deepEqual(
    widgets.flatMap(({ lines }) => lines.map(({ label }) => label)),
    ["target 40 %", "maximum 5"],
  );
  assert.deepEqual(alarms.map(({ name, state }) => `${name} ${state}`).toSorted(), [
    "dev-learner-svc-CriticalCPU-AtMaxCapacity ALARM",
    "dev-learner-svc-MaxCapacity-Reached ALARM",
    "out-of-room ALARM",
  ]);
});

test("a task that crashes is told to the topic, the queue and the log group", async () => {
  const before = eventsIn("api-errors").length;
  const spec = [...world.runtime.running.values()][0];
  spec?.onExit({ exitCode: 137 });
  await mail("AWS Notification Message");
  const event = await until("the event in the queue", () => eventsIn("api-errors")[before]);
  assert.equal(event["detail-type"], "ECS Task State Change");
  const { lastStatus, stopCode, group, containers } = event.detail as {
    lastStatus: string;
    stopCode: string;
    group: string;
    containers: { exitCode: number }[];
  };
  assert.deepEqual(
    [lastStatus, stopCode, group, containers[0]?.exitCode],
    ["STOPPED", "EssentialContainerExited", "service:learner-svc-service", 137],
  );
  const logged = logGroups(world.sandbox.region).get("/aws/events/api")?.events ?? [];
  assert.equal(logged.length, eventsIn("api-errors").length);
});

test("destroy leaves nothing of it", async () => {
  const { remaining } = await destroy(world.context(), project, {});
  assert.deepEqual(remaining, []);
  const { region } = world.sandbox;
  const left = [dashboards(region), eventRules(region), queues(region), logPolicies(region), logGroups(region)];
  assert.deepEqual(
    left.flatMap((table) => [...table.keys()]),
    [],
  );
  const { aws } = world.context();
  const { MetricAlarms, CompositeAlarms } = await aws.call("cloudwatch", "DescribeAlarms", {
    AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
  });
  assert.deepEqual([MetricAlarms, CompositeAlarms], [[], []]);
  assert.deepEqual((await aws.call("sns", "ListTopics", {})).Topics, []);
});
