import type { Region } from "../world.ts";

export interface LogEventRecord {
  stream: string;
  /** ms since the epoch, as the writer says. */
  at: number;
  /** When it arrived. */
  ingestedAt: number;
  message: string;
  /** Running number in the group: the event's id and the place to read on from. */
  number: number;
}

export interface LogStreamRecord {
  name: string;
  createdAt: number;
  firstEventAt?: number;
  lastEventAt?: number;
  lastIngestedAt?: number;
}

export interface LogGroupRecord {
  name: string;
  createdAt: number;
  retentionDays?: number | undefined;
  tags: Record<string, string>;
  streams: Record<string, LogStreamRecord>;
  /** The newest events in order of arrival; older ones are dropped. */
  events: LogEventRecord[];
  eventCount: number;
}

export const logGroups = (region: Region): Map<string, LogGroupRecord> => region.table("logs/groups");

/** What lets services of AWS write into log groups. */
export interface LogPolicyRecord {
  name: string;
  document: string;
  updatedAt: number;
}

/** By name. */
export const logPolicies = (region: Region): Map<string, LogPolicyRecord> => region.table("logs/resource-policies");

/** A query of Logs Insights; its rows are computed when they are asked for. */
export interface QueryRecord {
  id: string;
  query: string;
  /** Names. */
  groups: string[];
  /** ms, inclusive. */
  from: number;
  to: number;
  limit: number;
  startedAt: number;
  stopped?: boolean;
}

/** By id, oldest first. */
export const logQueries = (region: Region): Map<string, QueryRecord> => region.table("logs/queries");
