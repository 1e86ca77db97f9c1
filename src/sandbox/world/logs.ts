import { recordEmbedded } from "./embedded-metrics.ts";
import { logGroups, type LogGroupRecord, type LogStreamRecord } from "./records/logs.ts";
import type { Region } from "./world.ts";

export interface LogLine {
  at: Date;
  message: string;
}

/** Events kept in a group. The sandbox is no archive, and a load test writes 10,000 lines a second. */
export const keptEvents = 5_000;
/** Dropping in batches costs nothing per line. */
const slack = 1_000;

export const logGroupExists = (region: Region, group: string): boolean => logGroups(region).has(group);

/**
 * Appends lines to a stream, which is made on first use. Lines for a group that does not exist are lost, as on AWS.
 * `fromTask`: a task has this computer's clock, and a metric that it writes counts when the line came.
 */
export function putLogLines(
  region: Region,
  group: string,
  stream: string,
  lines: readonly LogLine[],
  { fromTask = false } = {},
): void {
  const record = logGroups(region).get(group);
  if (!record || lines.length === 0) return;
  appendEvents(record, openStream(region, record, stream), lines, region.world.clock.now());
  for (const { at, message } of lines) recordEmbedded(region, message, fromTask ? at : undefined);
}

/** The stream of that name, made if there is none. */
export function openStream(region: Region, group: LogGroupRecord, name: string): LogStreamRecord {
  return (group.streams[name] ??= { name, createdAt: Math.floor(region.world.clock.now()) });
}

function appendEvents(group: LogGroupRecord, stream: LogStreamRecord, lines: readonly LogLine[], now: number): void {
  const ingestedAt = Math.floor(now);
  for (const { at, message } of lines) {
    const time = Math.floor(at.getTime());
    group.events.push({ stream: stream.name, at: time, ingestedAt, message, number: group.eventCount++ });
    stream.firstEventAt = Math.min(stream.firstEventAt ?? time, time);
    stream.lastEventAt = Math.max(stream.lastEventAt ?? time, time);
  }
  stream.lastIngestedAt = ingestedAt;
  if (group.events.length > keptEvents + slack) group.events.splice(0, group.events.length - keptEvents);
}
