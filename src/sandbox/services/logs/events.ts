import { InvalidParameterException } from "@aws-sdk/client-cloudwatch-logs";
import type * as logs from "@aws-sdk/client-cloudwatch-logs";
import { meta, type Handler } from "../../wire/api.ts";
import { FilterError } from "../../world/log-conditions.ts";
import { compileFilter, type LogFilter } from "../../world/log-filter.ts";
import { putLogLines } from "../../world/logs.ts";
import type { LogEventRecord, LogGroupRecord } from "../../world/records/logs.ts";
import { findGroup } from "./groups.ts";
import { findStream } from "./streams.ts";

export const putLogEvents: Handler<typeof logs, "PutLogEvents"> = (input, { region }) => {
  const group = findGroup(region, input.logGroupName);
  const stream = findStream(group, input.logStreamName);
  const lines = (input.logEvents ?? []).map(({ timestamp, message }) => ({
    at: new Date(timestamp ?? 0),
    message: message ?? "",
  }));
  if (lines.some(({ at }, index) => at < (lines[index - 1]?.at ?? at)))
    throw new InvalidParameterException({
      message: "Log events in a single PutLogEvents request must be in chronological order.",
      ...meta,
    });
  putLogLines(region, group.name, stream.name, lines);
  return { nextSequenceToken: String(group.eventCount).padStart(56, "4") };
};

/** In the order of their time; `endTime` is exclusive, `startTime` inclusive, both ms. */
function selectEvents(group: LogGroupRecord, from = -Infinity, to = Infinity): LogEventRecord[] {
  return group.events.filter(({ at }) => at >= from && at < to).sort((a, b) => a.at - b.at || a.number - b.number);
}

/** Tokens are `f/NUMBER` or `b/NUMBER`: on from, or back from, the event of that number. */
export const getLogEvents: Handler<typeof logs, "GetLogEvents"> = (input, { region }) => {
  const group = findGroup(region, input.logGroupName ?? input.logGroupIdentifier);
  const { name } = findStream(group, input.logStreamName);
  const all = selectEvents(group, input.startTime, input.endTime).filter(({ stream }) => stream === name);
  const limit = input.limit ?? 10_000;
  const [direction, mark] = (input.nextToken ?? "").split("/");
  const number = Number(mark);
  let events = input.startFromHead ? all.slice(0, limit) : all.slice(-limit);
  if (direction === "f") events = all.filter((event) => event.number >= number).slice(0, limit);
  if (direction === "b") events = all.filter((event) => event.number < number).slice(-limit);
  const first = events[0]?.number ?? (direction ? number : 0);
  const after = (events.at(-1)?.number ?? (direction ? number - 1 : group.eventCount - 1)) + 1;
  return {
    events: events.map(({ at, message, ingestedAt }) => ({ timestamp: at, message, ingestionTime: ingestedAt })),
    nextForwardToken: `f/${after}`,
    nextBackwardToken: `b/${first}`,
  };
};

function compile(pattern: string): LogFilter {
  try {
    return compileFilter(pattern);
  } catch (error) {
    if (error instanceof FilterError) throw new InvalidParameterException({ message: error.message, ...meta });
    throw error;
  }
}

/** Pages by the running number of events, so that a page is stable while lines arrive. */
export const filterLogEvents: Handler<typeof logs, "FilterLogEvents"> = (input, { region }) => {
  const group = findGroup(region, input.logGroupName ?? input.logGroupIdentifier);
  const matches = compile(input.filterPattern ?? "");
  const streams = input.logStreamNames && new Set(input.logStreamNames);
  const found = selectEvents(
    group,
    input.startTime,
    input.endTime === undefined ? undefined : input.endTime + 1,
  ).filter(
    (event) =>
      (!streams || streams.has(event.stream)) &&
      event.stream.startsWith(input.logStreamNamePrefix ?? "") &&
      matches(event.message),
  );
  const from = input.nextToken ? found.findIndex(({ number }) => String(number) === input.nextToken) : 0;
  const limit = input.limit ?? 10_000;
  const events = found.slice(Math.max(0, from), Math.max(0, from) + limit);
  const next = found[Math.max(0, from) + limit];
  return {
    events: events.map(({ stream, at, message, ingestedAt, number }) => ({
      logStreamName: stream,
      timestamp: at,
      message,
      ingestionTime: ingestedAt,
      eventId: String(number).padStart(56, "3"),
    })),
    searchedLogStreams: [],
    ...(next ? { nextToken: String(next.number) } : {}),
  };
};
