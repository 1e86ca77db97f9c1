import type { LogEventRecord, LogGroupRecord } from "../records/logs.ts";
import { accountId } from "../world.ts";
import type { Row, Value } from "./expressions.ts";
import { compileQuery } from "./query.ts";

export interface QueryWindow {
  /** ms, both inclusive. */
  from: number;
  to: number;
  /** Rows at most. */
  limit: number;
}

export interface QueryOutcome {
  rows: { field: string; value: string }[][];
  matched: number;
  scanned: number;
  bytes: number;
}

/** Rows that a query without `limit` gives at most ("CloudWatch Logs quotas"). */
export const defaultLimit = 10_000;
/** JSON fields that Insights finds in a record. */
const mostFields = 200;

/** Runs a query over the records of log groups. Throws `QueryError` for one that cannot be understood. */
export function runQuery(query: string, groups: readonly LogGroupRecord[], window: QueryWindow): QueryOutcome {
  const run = compileQuery(query);
  const records = groups.flatMap((group) =>
    group.events
      .filter(({ at }) => at >= window.from && at <= window.to)
      .map((event) => ({ row: readRecord(group, event), size: event.message.length + 26, at: event.at })),
  );
  // Newest first, unless the query sorts.
  records.sort((a, b) => b.at - a.at);
  const table = run(records.map(({ row }) => row));
  const columns = [...(table.columns ?? ["@timestamp", "@message"]), ...(table.grouped ? [] : ["@ptr"])];
  const rows = table.rows.slice(0, window.limit);
  const times = timesIn(query);
  return {
    rows: rows.map((row) =>
      columns.flatMap((field) => {
        const value = show(row.get(field), times.has(field) || timeNames.test(field));
        return value === undefined ? [] : [{ field, value }];
      }),
    ),
    matched: table.matched ?? table.rows.length,
    scanned: records.length,
    bytes: records.reduce((sum, { size }) => sum + size, 0),
  };
}

/** Times are those fields that Insights makes itself, and bins of them. */
const timeNames = /^@timestamp$|^@ingestionTime$|^(?:bin|datefloor|dateceil)\(/i;

/** The names that a query gives to bins: `bin(5m) as t`. */
const timesIn = (query: string): Set<string> =>
  new Set(
    [...query.matchAll(/\b(?:bin|datefloor|dateceil)\([^()]*\)\s+as\s+(?:`([^`]+)`|([\w.@]+))/gi)].map(
      ([, quoted, bare]) => quoted ?? bare ?? "",
    ),
  );

function show(value: Value, isTime: boolean): string | undefined {
  if (value === undefined) return undefined;
  if (isTime && typeof value === "number") return new Date(value).toISOString().replace("T", " ").replace("Z", "");
  if (typeof value === "number" && !Number.isInteger(value)) return String(Number(value.toFixed(4)));
  return typeof value === "boolean" ? (value ? "1" : "0") : String(value);
}

function readRecord(group: LogGroupRecord, event: LogEventRecord): Row {
  const row = new Map<string, Value>();
  const { message } = event;
  if (message.trimStart().startsWith("{")) {
    try {
      addFields(row, "", JSON.parse(message));
    } catch {
      // A line that only looks like JSON has no fields of its own.
    }
  }
  row.set("@timestamp", event.at);
  row.set("@message", message);
  row.set("@logStream", event.stream);
  row.set("@log", `${accountId}:${group.name}`);
  row.set("@ingestionTime", event.ingestedAt);
  row.set("@ptr", Buffer.from(`${group.name}/${event.number}`).toString("base64"));
  return row;
}

/** `a.b`, `list.0`. */
function addFields(row: Map<string, Value>, prefix: string, value: unknown): void {
  if (row.size >= mostFields) return;
  if (typeof value === "object" && value !== null)
    for (const [key, inner] of Object.entries(value)) addFields(row, prefix === "" ? key : `${prefix}.${key}`, inner);
  else if (prefix !== "")
    row.set(prefix, typeof value === "boolean" ? (value ? 1 : 0) : value === null ? undefined : (value as Value));
}
