import {
  InvalidParameterException,
  MalformedQueryException,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";
import type * as logs from "@aws-sdk/client-cloudwatch-logs";
import type { QueryStatus } from "@aws-sdk/client-cloudwatch-logs";
import { type Handler, meta, page } from "../../wire/api.ts";
import { compileQuery } from "../../world/insights/query.ts";
import { defaultLimit, runQuery } from "../../world/insights/run-query.ts";
import { QueryError } from "../../world/insights/tokens.ts";
import { logGroups, logQueries, type QueryRecord } from "../../world/records/logs.ts";
import { uuid } from "../../world/records/ecs.ts";
import type { Region } from "../../world/world.ts";
import { findGroup } from "./groups.ts";

/** A query is scheduled, runs, and is done within this much of the world's time. */
const runsAfterMs = 200;
const doneAfterMs = 1000;
const keptQueries = 100;

function check(query: string): void {
  try {
    compileQuery(query);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new MalformedQueryException({
      message: error.message,
      queryCompileError: {
        message: error.message,
        location: { startCharOffset: error.start, endCharOffset: error.end },
      },
      ...meta,
    });
  }
}

export const startQuery: Handler<typeof logs, "StartQuery"> = (input, { region }) => {
  const { logGroupName, logGroupNames = [], logGroupIdentifiers = [] } = input;
  const named = [...(logGroupName === undefined ? [] : [logGroupName]), ...logGroupNames, ...logGroupIdentifiers];
  if (named.length === 0)
    throw new InvalidParameterException({ message: "At least one log group must be specified", ...meta });
  if (input.queryLanguage !== undefined && input.queryLanguage !== "CWLI")
    throw new InvalidParameterException({
      message: `The sandbox does not have the query language ${input.queryLanguage}`,
      ...meta,
    });
  if ((input.endTime ?? 0) < (input.startTime ?? 0))
    throw new InvalidParameterException({ message: "End time should not be less than start time", ...meta });
  const groups = named.map((name) => findGroup(region, name).name);
  check(input.queryString ?? "");
  const record: QueryRecord = {
    id: uuid(region),
    query: input.queryString ?? "",
    groups,
    from: (input.startTime ?? 0) * 1000,
    // The last second counts as a whole.
    to: (input.endTime ?? 0) * 1000 + 999,
    limit: input.limit ?? defaultLimit,
    startedAt: Math.floor(region.world.clock.now()),
  };
  const table = logQueries(region);
  table.set(record.id, record);
  for (const id of table.keys()) {
    if (table.size <= keptQueries) break;
    table.delete(id);
  }
  return { queryId: record.id };
};

function statusOf(region: Region, record: QueryRecord): QueryStatus {
  if (record.stopped) return "Cancelled";
  const since = region.world.clock.now() - record.startedAt;
  return since < runsAfterMs ? "Scheduled" : since < doneAfterMs ? "Running" : "Complete";
}

function findQuery(region: Region, id = ""): QueryRecord {
  const record = logQueries(region).get(id);
  if (record) return record;
  throw new ResourceNotFoundException({ message: `Query ID ${id} does not exist`, ...meta });
}

export const getQueryResults: Handler<typeof logs, "GetQueryResults"> = (input, { region }) => {
  const record = findQuery(region, input.queryId);
  const status = statusOf(region, record);
  const none = { recordsMatched: 0, recordsScanned: 0, bytesScanned: 0 };
  if (status !== "Complete") return { queryLanguage: "CWLI", results: [], statistics: none, status };
  const groups = record.groups.flatMap((name) => logGroups(region).get(name) ?? []);
  const { rows, matched, scanned, bytes } = runQuery(record.query, groups, record);
  const statistics = { recordsMatched: matched, recordsScanned: scanned, bytesScanned: bytes };
  return { queryLanguage: "CWLI", results: rows, statistics, status };
};

export const stopQuery: Handler<typeof logs, "StopQuery"> = (input, { region }) => {
  const record = findQuery(region, input.queryId);
  const status = statusOf(region, record);
  if (status === "Complete" || status === "Cancelled")
    throw new InvalidParameterException({ message: `Query with id ${record.id} is not running`, ...meta });
  record.stopped = true;
  return { success: true };
};

export const describeQueries: Handler<typeof logs, "DescribeQueries"> = (input, { region }) => {
  const all = [...logQueries(region).values()]
    .filter(({ groups }) => input.logGroupName === undefined || groups.includes(input.logGroupName))
    .filter((record) => input.status === undefined || statusOf(region, record) === input.status)
    .toReversed();
  const { items, next } = page(all, input.nextToken, input.maxResults ?? 1000);
  const queries = items.map((record) => ({
    queryLanguage: "CWLI" as const,
    queryId: record.id,
    queryString: record.query,
    status: statusOf(region, record),
    createTime: record.startedAt,
    logGroupName: record.groups[0],
  }));
  return { queries, ...(next ? { nextToken: next } : {}) };
};
