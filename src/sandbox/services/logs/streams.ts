import { ResourceAlreadyExistsException, ResourceNotFoundException } from "@aws-sdk/client-cloudwatch-logs";
import type * as logs from "@aws-sdk/client-cloudwatch-logs";
import { meta, page, type Handler } from "../../wire/api.ts";
import { openStream } from "../../world/logs.ts";
import type { LogGroupRecord, LogStreamRecord } from "../../world/records/logs.ts";
import type { Region } from "../../world/world.ts";
import { findGroup } from "./groups.ts";

export function findStream(group: LogGroupRecord, name: string | undefined): LogStreamRecord {
  const stream = group.streams[name ?? ""];
  if (!stream) throw new ResourceNotFoundException({ message: "The specified log stream does not exist.", ...meta });
  return stream;
}

const describeStream = (region: Region, group: LogGroupRecord, stream: LogStreamRecord): logs.LogStream => ({
  logStreamName: stream.name,
  creationTime: stream.createdAt,
  ...(stream.firstEventAt === undefined ? {} : { firstEventTimestamp: stream.firstEventAt }),
  ...(stream.lastEventAt === undefined ? {} : { lastEventTimestamp: stream.lastEventAt }),
  ...(stream.lastIngestedAt === undefined ? {} : { lastIngestionTime: stream.lastIngestedAt }),
  arn: region.arn("logs", `log-group:${group.name}:log-stream:${stream.name}`),
  storedBytes: 0,
});

export const createLogStream: Handler<typeof logs, "CreateLogStream"> = (input, { region }) => {
  const group = findGroup(region, input.logGroupName);
  const name = input.logStreamName ?? "";
  if (group.streams[name])
    throw new ResourceAlreadyExistsException({ message: "The specified log stream already exists", ...meta });
  openStream(region, group, name);
  return {};
};

export const deleteLogStream: Handler<typeof logs, "DeleteLogStream"> = (input, { region }) => {
  const group = findGroup(region, input.logGroupName);
  const { name } = findStream(group, input.logStreamName);
  delete group.streams[name];
  group.events = group.events.filter(({ stream }) => stream !== name);
  return {};
};

export const describeLogStreams: Handler<typeof logs, "DescribeLogStreams"> = (input, { region }) => {
  const group = findGroup(region, input.logGroupName ?? input.logGroupIdentifier);
  const byTime = input.orderBy === "LastEventTime";
  const matching = Object.values(group.streams)
    .filter(({ name }) => name.startsWith(input.logStreamNamePrefix ?? ""))
    .sort((a, b) => (byTime ? (a.lastEventAt ?? 0) - (b.lastEventAt ?? 0) : a.name < b.name ? -1 : 1));
  if (input.descending) matching.reverse();
  const { items, next } = page(matching, input.nextToken, input.limit ?? 50);
  const logStreams = items.map((stream) => describeStream(region, group, stream));
  return { logStreams, ...(next ? { nextToken: next } : {}) };
};
