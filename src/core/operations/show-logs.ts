import type { Project } from "../config/project.ts";
import type { Context } from "../context.ts";
import { isAwsError, usageError } from "../errors.ts";
import { type LogLine, type LogQuery, type ReadLine, readLogs, requireLogGroup } from "../observe/read-logs.ts";
import { ticks } from "../wait/ticks.ts";

export interface LogOptions {
  /** Only the last so many seconds of the server's time. */
  sinceSeconds: number;
  /** A filter pattern of CloudWatch Logs. */
  filter: string | undefined;
  /** Id of a task, or the beginning of one. */
  task: string | undefined;
}

/** The document of `ecsctl logs`, oldest first. */
export interface LogList {
  group: string;
  lines: LogLine[];
}

/** Lines may come so much later than the time they carry (the agent sends them in batches). */
const lateMs = 30_000;

/** What the service's containers wrote. */
export async function showLogs(context: Context, project: Project, options: LogOptions): Promise<LogList> {
  const query = await openQuery(context, project, options);
  const lines: LogLine[] = [];
  for await (const page of explained(context, query)) lines.push(...page.map(({ line }) => line));
  return { group: query.group, lines };
}

/**
 * Tells every line, then each new one as it comes, as data `log`, until interrupted. Asks FilterLogEvents every two
 * seconds of the server's time (docs/decisions/0005-logs-are-polled.md).
 */
export async function followLogs(context: Context, project: Project, options: LogOptions): Promise<LogList> {
  const { aws, emit, signal } = context;
  const query = await openQuery(context, project, options);
  const told = new Map<string, number>();
  let newest = query.from;
  for await (const _tick of ticks({ clock: aws.clock, everyMs: 2000, atLeastLocalMs: 500, signal })) {
    const from = Math.max(query.from, newest - lateMs);
    for await (const page of explained(context, { ...query, from }))
      for (const { id, at, line } of page) {
        if (told.has(id)) continue;
        told.set(id, at);
        newest = Math.max(newest, at);
        emit({ type: "data", kind: "log", data: line });
      }
    for (const [id, at] of told) if (at < newest - lateMs) told.delete(id);
  }
  return { group: query.group, lines: [] };
}

async function openQuery({ aws, signal }: Context, { config }: Project, options: LogOptions): Promise<LogQuery> {
  const { logs, container } = config.task;
  const { task } = options;
  if (task !== undefined && !/^[0-9a-f]{1,32}$/.test(task))
    throw usageError({
      code: "InvalidTask",
      message: `--task ${task}: expected the id of a task, or its beginning.`,
      hint: "ecsctl status",
    });
  await requireLogGroup(aws, logs.group, signal);
  return {
    group: logs.group,
    from: aws.clock.now() - options.sinceSeconds * 1000,
    filter: options.filter,
    prefix: task === undefined ? undefined : `${logs.streamPrefix}/${container.name}/${task}`,
  };
}

/** An interruption ends the lines; a filter that is none is said in one sentence. */
async function* explained(context: Context, query: LogQuery): AsyncGenerator<ReadLine[]> {
  try {
    yield* readLogs(context.aws, query, context.signal);
  } catch (error) {
    if (context.signal.aborted) return;
    if (isAwsError(error, "InvalidParameterException") && query.filter !== undefined)
      throw usageError({
        code: "InvalidFilter",
        message: `--filter ${query.filter}: ${error.message}`,
        hint: `Words that must all be there, ?WORD for any of them, or { $.status >= 500 } for JSON.`,
        cause: error,
      });
    throw error;
  }
}
