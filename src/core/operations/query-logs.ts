import type { Output } from "../aws/aws.ts";
import type { Project } from "../config/project.ts";
import type { Context } from "../context.ts";
import { awsError, isAwsError, usageError } from "../errors.ts";
import { requireLogGroup } from "../observe/read-logs.ts";
import { poll } from "../wait/poll.ts";

export interface InsightsOptions {
  query: string;
  /** Only the last so many seconds of the server's time. */
  sinceSeconds: number;
  /** Rows at most. */
  limit: number | undefined;
}

/** The document of `logs insights --json`. */
export interface InsightsResult {
  group: string;
  query: string;
  columns: string[];
  /** A row maps columns to text; what a record does not have is absent. */
  rows: Record<string, string>[];
  statistics: { matched: number; scanned: number; bytes: number };
}

/** Asks CloudWatch Logs Insights about the service's log group. A query that it refuses is a usage error (exit 2). */
export async function queryLogs(context: Context, project: Project, options: InsightsOptions): Promise<InsightsResult> {
  const { aws } = context;
  const { group } = project.config.task.logs;
  await requireLogGroup(aws, group, context.signal);
  const now = Math.ceil(aws.clock.now() / 1000);
  const { query, sinceSeconds, limit } = options;
  const started = await aws
    .call("logs", "StartQuery", {
      logGroupName: group,
      queryString: query,
      startTime: now - Math.ceil(sinceSeconds),
      endTime: now,
      ...(limit === undefined ? {} : { limit }),
    })
    .catch((error: unknown) => explain(error, options));
  const answer = await awaitRows(context, started.queryId ?? "");
  const rows = (answer.results ?? []).map((row) =>
    Object.fromEntries(
      row.filter(({ field }) => field !== "@ptr").map(({ field = "", value = "" }) => [field, value] as const),
    ),
  );
  const { recordsMatched = 0, recordsScanned = 0, bytesScanned = 0 } = answer.statistics ?? {};
  return {
    group,
    query,
    columns: [...new Set(rows.flatMap((row) => Object.keys(row)))],
    rows,
    statistics: { matched: recordsMatched, scanned: recordsScanned, bytes: bytesScanned },
  };
}

async function awaitRows(context: Context, queryId: string): Promise<Output<"logs", "GetQueryResults">> {
  const { aws } = context;
  try {
    return await poll<Output<"logs", "GetQueryResults">>(context, {
      id: "insights",
      what: "the query to be done",
      stallSeconds: 900,
      everySeconds: 2,
      look: async () => {
        const answer = await aws.call("logs", "GetQueryResults", { queryId });
        const status = answer.status ?? "Unknown";
        if (status === "Complete") return { done: answer };
        if (status === "Scheduled" || status === "Running") return { waiting: `query ${status.toLowerCase()}` };
        throw awsError({ code: "QueryFailed", message: `CloudWatch ended the query: ${status}.` });
      },
    });
  } catch (error) {
    // Scanning is paid for: what nobody waits for is stopped.
    await aws.call("logs", "StopQuery", { queryId }).catch(() => {});
    throw error;
  }
}

function explain(error: unknown, { query }: InsightsOptions): never {
  if (!isAwsError(error, "MalformedQueryException")) throw error;
  const { queryCompileError } = error as Error & {
    queryCompileError?: { message?: string; location?: { startCharOffset?: number } };
  };
  const at = queryCompileError?.location?.startCharOffset;
  throw usageError({
    code: "MalformedQuery",
    message: `CloudWatch does not understand the query: ${queryCompileError?.message ?? error.message}`,
    why: at === undefined ? undefined : `${query}\n${" ".repeat(at)}^`,
    hint: "ecsctl logs insights 'filter @message like /error/ | stats count(*) by bin(5m)'",
    cause: error,
  });
}
