import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { LogLine } from "../../src/core/observe/read-logs.ts";
import { followLogs, showLogs } from "../../src/core/operations/show-logs.ts";
import { queryLogs } from "../../src/core/operations/query-logs.ts";
import { putLogLines } from "../../src/sandbox/world/logs.ts";
import { DeployWorld } from "../support/deployable.ts";

const first = "a".repeat(32);
const second = "b".repeat(32);
let world: DeployWorld;
before(async () => {
  world = await DeployWorld.open(50);
  await world.sandbox.aws().call("logs", "CreateLogGroup", { logGroupName: "/ecs/shop" });
  await world.sandbox.aws().call("ecs", "ListClusters", {});
});
after(() => world.close());

function write(task: string, ...messages: string[]): void {
  const at = new Date(world.sandbox.world.clock.now());
  const lines = messages.map((message) => ({ at, message }));
  putLogLines(world.sandbox.region, "/ecs/shop", `ecs/web-container/${task}`, lines);
}

const all = { sinceSeconds: 86_400, filter: undefined, task: undefined };

test("logs shows every line with its task, by filter and by task", async () => {
  write(first, "GET / 200", "ERROR one", '{"status": 503}');
  write(second, "ERROR two");
  const project = world.project("shop");
  const ask = async (options: Partial<Parameters<typeof showLogs>[2]>) => {
    const { lines } = await showLogs(world.context(), project, { ...all, ...options });
    return lines.map(({ task, container, message }) => `${task?.slice(0, 2)} ${container} ${message}`);
  };
  assert.deepEqual(await ask({}), [
    "aa web-container GET / 200",
    "aa web-container ERROR one",
    'aa web-container {"status": 503}',
    "bb web-container ERROR two",
  ]);
  assert.deepEqual(await ask({ filter: "ERROR" }), ["aa web-container ERROR one", "bb web-container ERROR two"]);
  assert.deepEqual(await ask({ filter: "{ $.status >= 500 }" }), ['aa web-container {"status": 503}']);
  assert.deepEqual(await ask({ task: "bbbb" }), ["bb web-container ERROR two"]);
  await assert.rejects(ask({ filter: "{ $.status" }), { code: "InvalidFilter", exitCode: 2 });
  await assert.rejects(ask({ task: "web" }), { code: "InvalidTask", exitCode: 2 });
  await assert.rejects(showLogs(world.context(), world.project("other"), all), {
    code: "LogGroupNotFound",
    exitCode: 4,
  });
});

test("logs --follow tells each line once, old ones first, and ends when interrupted", async () => {
  const stop = new AbortController();
  const context = world.context(AbortSignal.any([stop.signal, AbortSignal.timeout(20_000)]));
  const heard: string[] = [];
  const emit = context.emit;
  Object.defineProperty(context, "emit", {
    value: (event: Parameters<typeof emit>[0]) => {
      if (event.type !== "data" || event.kind !== "log") return;
      heard.push((event.data as LogLine).message);
      if (heard.length === 4) write(first, "later");
      if (heard.at(-1) === "later") {
        write(second, "last");
      }
      if (heard.at(-1) === "last") stop.abort();
    },
  });
  await followLogs(context, world.project("shop"), all);
  assert.deepEqual(heard, ["GET / 200", "ERROR one", '{"status": 503}', "ERROR two", "later", "last"]);
});

test("logs insights gives rows; a query that is none is a usage error with its place", async () => {
  const project = world.project("shop");
  const ask = (query: string) => queryLogs(world.context(), project, { query, sinceSeconds: 86_400, limit: undefined });
  const { columns, rows, statistics } = await ask(
    "filter @message like /ERROR/ | stats count(*) as errors by @logStream | sort @logStream",
  );
  assert.deepEqual(columns, ["@logStream", "errors"]);
  assert.deepEqual(
    rows.map((row) => row["errors"]),
    ["1", "1"],
  );
  assert.equal(statistics.scanned, 6);
  await assert.rejects(ask("filter level ="), {
    code: "MalformedQuery",
    exitCode: 2,
    why: `filter level =\n${" ".repeat(14)}^`,
  });
});

test("a line in the embedded metric format is a metric that an alarm can watch", async () => {
  const { clock } = world.sandbox.world;
  write(
    first,
    JSON.stringify({
      _aws: {
        Timestamp: Math.floor(clock.now()),
        CloudWatchMetrics: [
          { Namespace: "shop", Dimensions: [["Step"]], Metrics: [{ Name: "Ms", Unit: "Milliseconds" }] },
        ],
      },
      Step: "pay",
      Ms: [100, 300],
    }),
  );
  const { MetricDataResults = [] } = await world.sandbox.aws().call("cloudwatch", "GetMetricData", {
    StartTime: new Date(clock.now() - 120_000),
    EndTime: new Date(clock.now() + 60_000),
    MetricDataQueries: [
      {
        Id: "ms",
        MetricStat: {
          Metric: { Namespace: "shop", MetricName: "Ms", Dimensions: [{ Name: "Step", Value: "pay" }] },
          Period: 60,
          Stat: "Average",
        },
      },
    ],
  });
  assert.deepEqual(MetricDataResults[0]?.Values, [200]);
});
