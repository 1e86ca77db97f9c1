import assert from "node:assert/strict";
import { test } from "node:test";
import { NoRuntime } from "../../../../src/sandbox/runtime/none.ts";
import { service } from "../../../../src/sandbox/services/logs/service.ts";
import type { Call } from "../../../../src/sandbox/wire/api.ts";
import { Clock } from "../../../../src/sandbox/world/clock.ts";
import { FilterError } from "../../../../src/sandbox/world/log-conditions.ts";
import { compileFilter } from "../../../../src/sandbox/world/log-filter.ts";
import { keptEvents, logGroupExists, putLogLines } from "../../../../src/sandbox/world/logs.ts";
import { readSeries } from "../../../../src/sandbox/world/metrics.ts";
import { logGroups } from "../../../../src/sandbox/world/records/logs.ts";
import { World } from "../../../../src/sandbox/world/world.ts";

const start = Date.parse("2026-11-22T07:00:00Z");
const group = "/ecs/flash-sale-webapp";

async function openGroup() {
  const world = new World({ clock: new Clock({ stepped: true, start }), runtime: new NoRuntime(), engines: [] });
  const region = world.region("us-east-1");
  const call: Call = { service: "", operation: "", region, requestId: "", protocol: "json1.1" };
  await service.handlers.CreateLogGroup?.({ logGroupName: group, tags: { app: "flash-sale" } }, call);
  return { world, region, call, handlers: service.handlers };
}

type Opened = Awaited<ReturnType<typeof openGroup>>;

const write = ({ region }: Opened, stream: string, ...messages: string[]): void =>
  putLogLines(
    region,
    group,
    stream,
    messages.map((message, index) => ({ at: new Date(start + index * 1000), message })),
  );

test("a group is made once, tagged, given a retention, found by prefix and deleted", async () => {
  const { region, call, handlers } = await openGroup();
  await assert.rejects(async () => handlers.CreateLogGroup?.({ logGroupName: group }, call), {
    name: "ResourceAlreadyExistsException",
    message: "The specified log group already exists",
  });
  await handlers.PutRetentionPolicy?.({ logGroupName: group, retentionInDays: 14 }, call);
  await assert.rejects(async () => handlers.PutRetentionPolicy?.({ logGroupName: group, retentionInDays: 15 }, call), {
    name: "InvalidParameterException",
  });
  const described = await handlers.DescribeLogGroups?.({ logGroupNamePrefix: "/ecs/" }, call);
  const [found] = described?.logGroups ?? [];
  assert.equal(found?.retentionInDays, 14);
  assert.equal(found?.arn, `arn:aws:logs:us-east-1:123456789012:log-group:${group}:*`);
  const tags = await handlers.ListTagsForResource?.({ resourceArn: found?.logGroupArn }, call);
  assert.deepEqual(tags?.tags, { app: "flash-sale" });
  await handlers.DeleteLogGroup?.({ logGroupName: group }, call);
  assert.equal(logGroupExists(region, group), false);
  await assert.rejects(async () => handlers.DeleteLogGroup?.({ logGroupName: group }, call), {
    name: "ResourceNotFoundException",
    message: "The specified log group does not exist.",
  });
});

test("a task's metrics count when their line came: its clock is this computer's, not the world's", async () => {
  const opened = await openGroup();
  const metric = { Namespace: "shop", Dimensions: [[]], Metrics: [{ Name: "Ms" }] };
  const line = (Ms: number): string =>
    JSON.stringify({ _aws: { Timestamp: start - 36_000_000, CloudWatchMetrics: [metric] }, Ms });
  const lines = (Ms: number) => [{ at: new Date(start + 1000), message: line(Ms) }];
  putLogLines(opened.region, group, "ecs/web/1", lines(5), { fromTask: true });
  putLogLines(opened.region, group, "put", lines(7));
  const window = { from: start - 86_400_000, to: start + 86_400_000, period: 60 };
  const series = readSeries(opened.region, { namespace: "shop", name: "Ms", dimensions: {} }, window, "Sum");
  assert.deepEqual([...series], [[start - 36_000_000, 7], [start, 5]]); // prettier-ignore
  const last = readSeries(opened.region, { namespace: "shop", name: "Ms", dimensions: {} }, window, "p99");
  assert.equal(last.get(start), 5, "percentiles need the values themselves");
});

test("lines of tasks become events of their stream", async () => {
  const opened = await openGroup();
  write(opened, "ecs/web/1", "one", "two");
  const { handlers, call } = opened;
  const streams = await handlers.DescribeLogStreams?.({ logGroupName: group }, call);
  assert.deepEqual(
    streams?.logStreams?.map(({ logStreamName, lastEventTimestamp }) => [logStreamName, lastEventTimestamp]),
    [["ecs/web/1", start + 1000]],
  );
  const read = await handlers.GetLogEvents?.(
    { logGroupName: group, logStreamName: "ecs/web/1", startFromHead: true },
    call,
  );
  assert.deepEqual(
    read?.events?.map(({ timestamp, message }) => [timestamp, message]),
    [
      [start, "one"],
      [start + 1000, "two"],
    ],
  );
});

test("the forward token gives what is new, and the same token when nothing is", async () => {
  const opened = await openGroup();
  const { handlers, call } = opened;
  const read = (nextToken?: string) =>
    handlers.GetLogEvents?.({ logGroupName: group, logStreamName: "s", startFromHead: true, nextToken }, call);
  write(opened, "s", "one");
  const first = await read();
  const nothing = await read(first?.nextForwardToken);
  assert.deepEqual(nothing?.events, []);
  assert.equal(nothing?.nextForwardToken, first?.nextForwardToken);
  write(opened, "s", "two");
  const second = await read(nothing?.nextForwardToken);
  assert.deepEqual(
    second?.events?.map(({ message }) => message),
    ["two"],
  );
});

test("FilterLogEvents searches all streams in order of time, page by page", async () => {
  const opened = await openGroup();
  write(opened, "a", "GET /", "ERROR one", "GET /x");
  write(opened, "b", "ERROR two");
  const { handlers, call } = opened;
  const filter = (input: object) =>
    handlers.FilterLogEvents?.({ logGroupName: group, filterPattern: "ERROR", limit: 1, ...input }, call);
  const first = await filter({});
  assert.deepEqual(
    first?.events?.map(({ logStreamName, message }) => [logStreamName, message]),
    [["b", "ERROR two"]],
  );
  const second = await filter({ nextToken: first?.nextToken });
  assert.deepEqual(
    second?.events?.map(({ message }) => message),
    ["ERROR one"],
  );
  assert.equal(second?.nextToken, undefined);
  const later = await filter({ startTime: start + 1, filterPattern: "", limit: 10 });
  assert.deepEqual(
    later?.events?.map(({ message }) => message),
    ["ERROR one", "GET /x"],
  );
});

test("a group keeps its newest events only, and lines for no group are lost", async () => {
  const opened = await openGroup();
  for (let batch = 0; batch < 100; batch++)
    write(opened, "s", ...Array.from({ length: 200 }, (_, index) => `${batch}/${index}`));
  const events = logGroups(opened.region).get(group)?.events ?? [];
  assert.ok(events.length >= keptEvents && events.length <= keptEvents + 1000);
  assert.equal(events.at(-1)?.message, "99/199");
  putLogLines(opened.region, "/none", "s", [{ at: new Date(start), message: "lost" }]);
  assert.equal(logGroupExists(opened.region, "/none"), false);
});

test("filter patterns find terms, alternatives, exclusions, phrases and JSON fields", () => {
  const json = '{"status": 503, "path": "/buy", "ok": false, "user": {"name": "Ada"}}';
  const access = '10.0.0.7 - alice [22/Nov/2026:15:13:55 +0000] "GET /nope HTTP/1.1" 404 4132';
  const table: [pattern: string, message: string, expected: boolean][] = [
    ["", "anything", true],
    ["GET 200", '1.2.3.4 "GET / HTTP/1.1" 200', true],
    ["GET 404", '"GET /" 200', false],
    ["?404 ?500", '"GET /" 500', true],
    ["?404 ?500", '"GET /" 200', false],
    ["GET -favicon", "GET /favicon.ico", false],
    ['"GET /x"', "GET /x HTTP", true],
    ['"GET /x"', "GET HTTP /x", false],
    ["%5\\d\\d%", "status 503", true],
    ["error", "ERROR", false],
    ["{ $.status >= 500 }", json, true],
    ["{ $.status = 200 }", json, false],
    ['{ $.path = "/b*" && $.ok = false }', json, true],
    ['{ $.user.name = "Bob" || $.status > 500 }', json, true],
    ["{ $.missing != 1 }", json, false],
    ["{ $.status = 503 }", "no json", false],
    ['{ ($.a = 1 || $.b = "x*") && $.c != 3 }', '{"a": 2, "b": "xy", "c": 4}', true],
    ['{ ($.a = 1 || $.b = "x*") && $.c != 3 }', '{"a": 1, "c": 3}', false],
    ["{ $.a IS NULL }", '{"a": null}', true],
    ["{ $.a IS NULL }", "{}", false],
    ["{ $.a NOT EXISTS }", "{}", true],
    ["{ $.a NOT EXISTS }", '{"a": null}', false],
    ["{ $.a IS TRUE && $.b IS FALSE }", '{"a": true, "b": false}', true],
    ['{ $.a = "*" }', '{"a": 7}', true],
    ["{ $.a = %^GET|POST$% }", '{"a": "GET /"}', true],
    ["{ $.ip != 10.0.* }", '{"ip": "10.0.0.7"}', false],
    ['{ $.x["c d"][1] = 2 }', '{"x": {"c d": [1, 2]}}', true],
    ["{ $.ms > 1.5e2 }", '{"ms": 151}', true],
    ["{ $.ms > 1 }", '{"ms": "151"}', false],
    ["[ip, id, user, time, request, status = 4*, bytes > 1000]", access, true],
    ["[ip, id, user, time, request, status = 5*, bytes]", access, false],
    ["[..., status, bytes > 4000]", access, true],
    ["[ip = 10.*, ...]", access, true],
    ["[ip, id, ..., request = *nope*, status, bytes]", access, true],
    ["[..., (status = 404 || status = 410) && status != 410, bytes]", access, true],
    ["[..., request = %^GET /n%, status, bytes]", access, true],
    ["[ip, bytes]", access, false],
  ];
  for (const [pattern, message, expected] of table) assert.equal(compileFilter(pattern)(message), expected, pattern);
  const refused = ["[ip, user", "[a, , b]", "[..., a, ...]", "{ $.a }", "{ $.a = 1", "{ $.a = 1 && }", "{ ($.a = 1 }", "{ $a = 1 }", "%(%"]; // prettier-ignore
  for (const wrong of refused) assert.throws(() => compileFilter(wrong), FilterError, wrong);
});
