import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { explainAwsError } from "../../src/core/aws/explain-error.ts";
import { loadProject, type Project } from "../../src/core/config/project.ts";
import { EcsctlError } from "../../src/core/errors.ts";
import { addAlarm } from "../../src/core/operations/add-alarm.ts";
import { createDashboard, findDashboard, removeDashboard } from "../../src/core/operations/dashboards.ts";
import { addEventRule, listEventRules, removeEventRule } from "../../src/core/operations/event-rules.ts";
import { listAlarms } from "../../src/core/operations/list-alarms.ts";
import { putMetric } from "../../src/core/operations/put-metric.ts";
import { removeAlarm } from "../../src/core/operations/remove-alarm.ts";
import { addSubscriber, listSubscribers, removeSubscriber } from "../../src/core/operations/subscribers.ts";
import { controlInbox, readInbox } from "../../src/sandbox/inbox.ts";
import { eventRules } from "../../src/sandbox/world/records/events.ts";
import { queues } from "../../src/sandbox/world/records/sqs.ts";
import { startSandbox, type TestSandbox } from "../support/sandbox.ts";

const yaml = `# the shop
app: shop
image: { repository: shop }
cluster: { name: shop-cluster }
service: { name: web, launchType: FARGATE } # on no machine
task:
  family: web
  cpu: 256
  memory: 512
  container: { name: web, port: 80 }
  logs: { group: /ecs/shop }
# the end
`;

let sandbox: TestSandbox;
let dir = "";
before(async () => {
  sandbox = await startSandbox();
  dir = mkdtempSync(join(tmpdir(), "ecsctl-alarms-"));
  writeFileSync(join(dir, "ecsctl.yaml"), yaml);
});
after(async () => {
  await sandbox.close();
  rmSync(dir, { recursive: true });
});

const text = (): string => readFileSync(join(dir, "ecsctl.yaml"), "utf8");
const project = (): Project => loadProject({ cwd: dir, file: undefined, environment: undefined, env: {} });
const context = () => sandbox.context({ stateDir: dir });

test("an alarm faster than its metric is warned of", async () => {
  const warned = context();
  await addAlarm(warned, project(), { name: "quick", metric: "cpu", threshold: 80, period: "20s" });
  assert.ok(
    warned.events.some((event) => event.type === "warning" && event.message.startsWith("cpu comes every minute")),
  );
  await removeAlarm(context(), project(), "quick");
});

test("alarm add makes an alarm with its settings, and says that nobody hears it", async () => {
  const quiet = context();
  const input = {
    name: "busy",
    metric: "cpu",
    threshold: 80,
    periods: 3,
    datapoints: 2,
    missing: "notBreaching",
  } as const;
  const { alarm, notifies } = await addAlarm(quiet, project(), input);
  assert.equal(alarm.watches, "AWS/ECS CPUUtilization Average > 80 for 2 of 3 × 60 s");
  assert.equal(notifies, null);
  assert.ok(quiet.events.some((event) => event.type === "warning" && event.hint === "ecsctl notify add EMAIL"));
  assert.equal(
    text(),
    `${yaml}\nalarms:\n  - { name: busy, metric: cpu, threshold: 80, periods: 3, datapoints: 2, missing: notBreaching }\n`,
  );
  const { MetricAlarms = [] } = await context().aws.call("cloudwatch", "DescribeAlarms", { AlarmNames: ["busy"] });
  assert.deepEqual(MetricAlarms[0]?.Dimensions, [
    { Name: "ClusterName", Value: "shop-cluster" },
    { Name: "ServiceName", Value: "web" },
  ]);
  assert.equal(MetricAlarms[0]?.TreatMissingData, "notBreaching");
});

test("the first address makes the topic, and the alarms that are there tell it", async () => {
  const { topic, subscriber } = await addSubscriber(context(), project(), "me@example.com");
  assert.equal(topic.name, "shop-alerts");
  assert.deepEqual(subscriber, { endpoint: "me@example.com", protocol: "email", state: "pending", inFile: true });
  assert.match(text(), /\nnotify:\n {2}topic: shop-alerts\n {2}emails: \[me@example\.com\]\n$/);
  const { MetricAlarms = [] } = await context().aws.call("cloudwatch", "DescribeAlarms", { AlarmNames: ["busy"] });
  assert.deepEqual(MetricAlarms[0]?.AlarmActions, [topic.arn]);
  await addSubscriber(context(), project(), "https://example.com/hook");
  controlInbox(sandbox.world, "POST", Buffer.from('{"confirm": "me@example.com"}'));
  const { subscribers } = await listSubscribers(context(), project());
  assert.deepEqual(
    subscribers.map(({ endpoint, protocol, state }) => `${endpoint} ${protocol} ${state}`),
    ["me@example.com email confirmed", "https://example.com/hook https pending"],
  );
});

test("a metric of one's own sets off an alarm, whose mail lands in the inbox", async () => {
  const aws = context();
  const metric = { namespace: undefined, dimensions: { Queue: "jobs" }, unit: "count", resolution: 60 };
  await putMetric(aws, project(), { name: "Depth", value: 5, ...metric });
  const alarm = {
    name: "deep",
    metric: "shop/Depth",
    dimensions: { Queue: "jobs" },
    threshold: 10,
    statistic: "Maximum",
  };
  await addAlarm(context(), project(), alarm);
  await putMetric(aws, project(), { name: "Depth", value: 50, ...metric });
  await sandbox.advance(130);
  const { alarms } = await listAlarms(context(), project());
  assert.equal(alarms.find(({ name }) => name === "deep")?.state, "ALARM");
  const mail = readInbox(sandbox.world).find(({ subject }) => subject === 'ALARM: "deep" in us-east-1');
  assert.deepEqual(mail?.deliveries, [{ protocol: "email", endpoint: "me@example.com", state: "shown" }]);
});

test("a composite alarm follows the alarms of its rule", async () => {
  const { alarm } = await addAlarm(context(), project(), { name: "both", rule: "ALARM(deep) AND NOT ALARM(busy)" });
  assert.equal(alarm.watches, "ALARM(deep) AND NOT ALARM(busy)");
  await putMetric(context(), project(), {
    name: "Depth",
    value: 50,
    namespace: undefined,
    dimensions: { Queue: "jobs" },
    unit: undefined,
    resolution: 60,
  });
  await sandbox.advance(130);
  const { alarms } = await listAlarms(context(), project());
  assert.deepEqual(
    alarms.map(({ name, inFile }) => `${name} ${inFile}`),
    ["both true", "busy true", "deep true"],
  );
});

test("a rule over alarms that are not there is refused by AWS, and nothing is written", async () => {
  const before = text();
  await assert.rejects(addAlarm(context(), project(), { name: "ghost", rule: "ALARM(nobody)" }), (error: Error) => {
    const explained = explainAwsError(error);
    assert.equal(explained?.exitCode, 4);
    assert.match(explained?.message ?? "", /nobody/);
    return true;
  });
  assert.equal(text(), before);
});

test("rules lead to queues, log groups and the topic, and let EventBridge in", async () => {
  const to = ["sqs:shop-errors", "logs:/aws/events/shop", "notify"];
  const { rule } = await addEventRule(context(), project(), { name: "crashed", on: "task-stopped", to });
  assert.equal(rule.state, "ENABLED");
  assert.deepEqual(rule.targets.map((arn) => arn.split(":")[2]).toSorted(), ["logs", "sns", "sqs"]);
  const pattern = '{"source":["shop"]}';
  await addEventRule(context(), project(), { name: "own", pattern, to: ["sqs:shop-errors"] });
  const { rules } = await listEventRules(context(), project());
  assert.deepEqual(
    rules.map(({ name, on, state }) => `${name} ${on} ${state}`),
    ["crashed task-stopped ENABLED", "own null ENABLED"],
  );
  const { along } = await removeEventRule(context(), project(), "crashed");
  assert.deepEqual(along.toSorted(), ["log-access/ecsctl-events-shop", "log-group//aws/events/shop"]);
  assert.deepEqual([...queues(sandbox.region).keys()], ["shop-errors"], "the other rule leads there too");
  await removeEventRule(context(), project(), "own");
  assert.equal(queues(sandbox.region).size + eventRules(sandbox.region).size, 0);
});

test("one dashboard shows it all, and CloudWatch has nothing to say against it", async () => {
  const { url, widgets } = await createDashboard(context(), project(), undefined);
  assert.equal(
    url,
    "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#dashboards/dashboard/shop",
  );
  assert.equal(widgets, 6);
  assert.match(text(), /\ndashboard: \{\}\n$/);
  assert.deepEqual(await findDashboard(context(), project()), { name: "shop", url, widgets });
  await removeDashboard(context(), project());
  await assert.rejects(findDashboard(context(), project()), { code: "NoDashboard" });
});

test("what somebody else made is neither changed nor deleted", async () => {
  const { aws } = context();
  const foreign = { AlarmName: "theirs", Namespace: "a", MetricName: "b", Statistic: "Sum", Period: 60 } as const;
  const rule = { EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: "GreaterThanThreshold" } as const;
  await aws.call("cloudwatch", "PutMetricAlarm", { ...foreign, ...rule });
  await aws.call("events", "PutRule", { Name: "theirs", EventPattern: '{"source":["a"]}' });
  await aws.call("cloudwatch", "PutDashboard", { DashboardName: "theirs", DashboardBody: '{"widgets":[]}' });
  const refusal = { code: "NotOurs", exitCode: 4 };
  await assert.rejects(addAlarm(context(), project(), { name: "theirs", metric: "cpu", threshold: 1 }), refusal);
  await assert.rejects(removeAlarm(context(), project(), "theirs"), refusal);
  const own = { name: "theirs", on: "task-stopped", to: ["sqs:x"] };
  await assert.rejects(addEventRule(context(), project(), own), refusal);
  await assert.rejects(createDashboard(context(), project(), "theirs"), refusal);
  assert.doesNotMatch(text(), /theirs/);
  assert.equal(queues(sandbox.region).size, 0, "nothing was begun");
});

test("what was added is taken away, and the file is as it was", async () => {
  await context().aws.call("cloudwatch", "PutMetricAlarm", {
    AlarmName: "of-policy",
    Namespace: "AWS/ECS",
    MetricName: "CPUUtilization",
    Dimensions: [
      { Name: "ClusterName", Value: "shop-cluster" },
      { Name: "ServiceName", Value: "web" },
    ],
    Statistic: "Average",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 80,
    ComparisonOperator: "GreaterThanThreshold",
    AlarmActions: [`arn:aws:autoscaling:us-east-1:1:scalingPolicy:9:resource/ecs/service/c/s:policyName/steps-out`],
  });
  await assert.rejects(removeAlarm(context(), project(), "of-policy"), { code: "AlarmOfPolicy", exitCode: 2 });
  await assert.rejects(
    removeAlarm(context(), project(), "nope"),
    (error) => error instanceof EcsctlError && error.exitCode === 2 && !error.hint?.includes("of-policy"),
  );
  await context().aws.call("cloudwatch", "DeleteAlarms", { AlarmNames: ["of-policy"] });
  for (const name of ["both", "busy", "deep"]) await removeAlarm(context(), project(), name);
  for (const endpoint of ["me@example.com", "https://example.com/hook"])
    await removeSubscriber(context(), project(), endpoint);
  const { alarms, missing } = await listAlarms(context(), project());
  assert.deepEqual({ alarms, missing }, { alarms: [], missing: [] });
  assert.ok(text().startsWith(yaml.trimEnd()));
  assert.match(text(), /\nnotify:\n {2}topic: shop-alerts\n {2}emails: \[\]\n {2}urls: \[\]\n$/);
  assert.doesNotMatch(text(), /alarms:|eventRules|dashboard/);
});

const refused: [name: string, act: () => Promise<unknown>, code: string][] = [
  ["an alarm on nothing", () => addAlarm(context(), project(), { name: "x" }), "MissingKey"],
  ["an alarm without threshold", () => addAlarm(context(), project(), { name: "x", metric: "cpu" }), "MissingKey"],
  [
    "an unknown metric",
    () => addAlarm(context(), project(), { name: "x", metric: "cpus", threshold: 1 }),
    "InvalidAlarm",
  ],
  [
    "a threshold that is none",
    () => addAlarm(context(), project(), { name: "x", metric: "cpu", threshold: Number.NaN }),
    "InvalidAlarm",
  ],
  [
    "a rule and a metric",
    () => addAlarm(context(), project(), { name: "x", metric: "cpu", rule: "ALARM(a)" }),
    "Contradiction",
  ],
  ["an alarm that watches itself", () => addAlarm(context(), project(), { name: "x", rule: "ALARM(x)" }), "Circle"],
  ["a rule without alarms", () => addAlarm(context(), project(), { name: "x", rule: "TRUE" }), "InvalidValue"],
  [
    "an odd period",
    () => addAlarm(context(), project(), { name: "x", metric: "cpu", threshold: 1, period: "45s" }),
    "InvalidValue",
  ],
  ["no address", () => addSubscriber(context(), project(), "me"), "InvalidEndpoint"],
  ["an unknown address", () => removeSubscriber(context(), project(), "you@example.com"), "SubscriberNotFound"],
  [
    "a rule without a topic",
    () =>
      addEventRule(
        context(),
        { ...project(), config: { ...project().config, notify: undefined } },
        { name: "x", on: "task-stopped", to: ["notify"] },
      ),
    "MissingKey",
  ],
  [
    "a rule to nowhere",
    () => addEventRule(context(), project(), { name: "x", on: "task-stopped", to: ["ftp:x"] }),
    "InvalidEventRule",
  ],
  [
    "a pattern that is no JSON",
    () => addEventRule(context(), project(), { name: "x", pattern: "{a", to: ["sqs:x"] }),
    "InvalidValue",
  ],
  ["an unknown rule", () => removeEventRule(context(), project(), "x"), "EventRuleNotFound"],
  ["no dashboard", () => removeDashboard(context(), project()), "NoDashboard"],
  [
    "a metric of AWS's own",
    () =>
      putMetric(context(), project(), {
        name: "x",
        value: 1,
        namespace: "AWS/ECS",
        dimensions: {},
        unit: undefined,
        resolution: 60,
      }),
    "InvalidNamespace",
  ],
  [
    "an unknown unit",
    () =>
      putMetric(context(), project(), {
        name: "x",
        value: 1,
        namespace: undefined,
        dimensions: {},
        unit: "apples",
        resolution: 60,
      }),
    "InvalidUnit",
  ],
];

for (const [name, act, code] of refused)
  test(`refuses ${name}`, async () => {
    await assert.rejects(act(), { code });
  });
