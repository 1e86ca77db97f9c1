import assert from "node:assert/strict";
import { test } from "node:test";
import { runQuery } from "../../../../src/sandbox/world/insights/run-query.ts";
import { QueryError } from "../../../../src/sandbox/world/insights/tokens.ts";
import type { LogGroupRecord } from "../../../../src/sandbox/world/records/logs.ts";

const start = Date.parse("2026-11-22T07:00:00Z");
const messages: [seconds: number, stream: string, message: string][] = [
  [0, "web/a", "GET /cart took 12 ms"],
  [10, "web/a", "GET /cart took 30 ms"],
  [70, "web/b", "ERROR POST /pay took 900 ms"],
  [80, "web/b", '{"level":"error","request":{"path":"/pay","ms":900},"ok":false}'],
  [130, "web/a", '{"level":"info","request":{"path":"/cart","ms":12.5},"ok":true}'],
];
const group: LogGroupRecord = {
  name: "/ecs/shop",
  createdAt: start,
  tags: {},
  streams: {},
  eventCount: messages.length,
  events: messages.map(([seconds, stream, message], number) => {
    const at = start + seconds * 1000;
    return { stream, at, ingestedAt: at, message, number };
  }),
};

/** The rows of a query, each as its values, the pointer left out. */
function ask(query: string): string[][] {
  const { rows } = runQuery(query, [group], { from: start, to: start + 3_600_000, limit: 100 });
  return rows.map((row) => row.filter(({ field }) => field !== "@ptr").map(({ value }) => value));
}

test("without anything else, the newest come first, with their time and message", () => {
  const rows = ask("fields @timestamp, @message | limit 2");
  assert.equal(rows[0]?.[0], "2026-11-22 07:02:10.000");
  assert.match(rows[1]?.[1] ?? "", /"level":"error"/);
});

const table: [query: string, rows: string[][]][] = [
  [
    "filter request.ms = 900 | fields datefloor(@timestamp, 1h), dateceil(@timestamp, 5m)",
    [["2026-11-22 07:00:00.000", "2026-11-22 07:05:00.000"]],
  ],
  ["stats count(*) as n by bin(5m) as `at t` | fields n", [["2026-11-22 07:00:00.000", "5"]]],
  ['filter level = "error" | fields trim(level, "er"), ltrim(level, "e-"), rtrim(" x ")', [["o", "rror", " x"]]],
  [
    "fields @message | filter @message like /took \\d{2} ms/ | sort @timestamp asc",
    [["GET /cart took 12 ms"], ["GET /cart took 30 ms"]],
  ],
  ["fields @message | filter @message like 'ERROR'", [["ERROR POST /pay took 900 ms"]]],
  ["fields @message | filter @message like /(?i)error post/", [["ERROR POST /pay took 900 ms"]]],
  ["filter level = 'error' | display request.path, request.ms", [["/pay", "900"]]],
  ["filter request.ms > 100 or request.ms < 12.6 | stats count(*) as n", [["2"]]],
  ["filter ispresent(level) and not (level = 'info') | display level", [["error"]]],
  ["filter level in ['info', 'debug'] | display ok", [["1"]]],
  ["filter level not in ['info'] | stats count()", [["4"]]],
  ["filter @message not like /took/ | stats count(level) as levels", [["2"]]],
  [
    "parse @message 'took * ms' as time | filter ispresent(time) | stats max(time), min(time), avg(time) as mean",
    [["900", "12", "314"]],
  ],
  [
    "parse @message /(?<verb>[A-Z]+) (?<path>\\/\\w+) took (?<ms>\\d+)/ | filter ispresent(ms) | stats sum(ms) as total by path | sort path",
    [
      ["/cart", "42"],
      ["/pay", "900"],
    ],
  ],
  ["parse '* took * ms' as what, ms | filter ms > 20 | display what | sort what", [["ERROR POST /pay"], ["GET /cart"]]],
  [
    "stats count(*) as n by bin(1m) | sort n desc",
    [
      ["2026-11-22 07:00:00.000", "2"],
      ["2026-11-22 07:01:00.000", "2"],
      ["2026-11-22 07:02:00.000", "1"],
    ].toSorted((a, b) => Number(b[1]) - Number(a[1])),
  ],
  ["stats count_distinct(@logStream) as streams", [["2"]]],
  ["stats pct(request.ms, 50) as p50, pct(request.ms, 99) as p99", [["12.5", "900"]]],
  ["stats earliest(level) as first, latest(level) as last", [["", "info"].filter(Boolean)]],
  ["filter ispresent(request.ms) | display request.ms * 2 + 1 as x | sort x desc", [["1801"], ["26"]]],
  [
    "filter level = 'info' | display strlen(level) as n, toupper(level) as big, concat(level, '-', request.path) as both",
    [["4", "INFO", "info-/cart"]],
  ],
  ["fields @logStream | dedup @logStream | sort @logStream | display @logStream", [["web/a"], ["web/b"]]],
  ["fields coalesce(level, 'none') as l | stats count(*) as n by l | sort n desc | limit 1", [["none", "3"]]],
];

for (const [query, expected] of table)
  test(query, () => {
    const rows = ask(query);
    const isUnordered = query.includes("by bin(1m)");
    const order = (list: string[][]): string[][] => (isUnordered ? list.toSorted() : list);
    assert.deepEqual(order(rows), order(expected));
  });

const refused: [query: string, reason: RegExp, at: number][] = [
  ["", /empty/, 0],
  ["fields @message | anomaly", /does not know the command anomaly; it has fields/, 18],
  ["filter level =", /the query ends at position 14/, 14],
  ["stats median2(x)", /does not know the aggregation median2/, 6],
  ["fields jsonParse(@message)", /does not know the function jsonParse/, 7],
  ["filter @message like /(/", /invalid regular expression/, 21],
  ["limit many", /limit takes a number/, 6],
  ["fields @message filter level = 1", /expected \| or the end/, 16],
  ["fields @message | filter level ! 1", /unexpected symbol found !/, 31],
];

for (const [query, reason, at] of refused)
  test(`refuses ${JSON.stringify(query)} and says where`, () => {
    assert.throws(
      () => ask(query),
      (error: Error) => error instanceof QueryError && reason.test(error.message) && error.start === at,
    );
  });
