import type { Aws } from "../aws/aws.ts";
import { awsError } from "../errors.ts";

/** One line of a container's output. */
export interface LogLine {
  /** ISO, as the writer says. */
  at: string;
  /** Id of the task; null for a stream that is no task's. */
  task: string | null;
  container: string | null;
  stream: string;
  message: string;
}

export interface LogQuery {
  group: string;
  /** ms, inclusive. */
  from: number;
  /** A filter pattern of CloudWatch Logs. */
  filter: string | undefined;
  /** Beginning of the streams' names. */
  prefix: string | undefined;
}

/** A line with what tells it apart from every other. */
export interface ReadLine {
  id: string;
  /** ms. */
  at: number;
  line: LogLine;
}

/** Throws an AWS error (exit 4) when there is no such group. Its answer also tells the server's time, which windows count from. */
export async function requireLogGroup(aws: Aws, group: string, signal: AbortSignal): Promise<void> {
  const { logGroups = [] } = await aws.call("logs", "DescribeLogGroups", { logGroupNamePrefix: group }, signal);
  if (logGroups.some(({ logGroupName }) => logGroupName === group)) return;
  throw awsError({
    code: "LogGroupNotFound",
    message: `There is no log group ${group} in ${aws.region}.`,
    hint: "ecsctl deploy",
  });
}

/** The awslogs driver names streams PREFIX/CONTAINER/TASK. */
function readStream(stream: string): Pick<LogLine, "task" | "container"> {
  const match = /^.+\/([^/]+)\/([0-9a-f]{32})$/.exec(stream);
  return { container: match?.[1] ?? null, task: match?.[2] ?? null };
}

/** Lines in the order of their time, page by page. */
export async function* readLogs(aws: Aws, query: LogQuery, signal: AbortSignal): AsyncGenerator<ReadLine[]> {
  const { group, from, filter, prefix } = query;
  const input = {
    logGroupName: group,
    startTime: Math.max(0, Math.floor(from)),
    ...(filter === undefined ? {} : { filterPattern: filter }),
    ...(prefix === undefined ? {} : { logStreamNamePrefix: prefix }),
  };
  for await (const page of aws.pages("logs", "FilterLogEvents", input, signal))
    yield (page.events ?? []).map(({ eventId = "", timestamp = 0, logStreamName: stream = "", message = "" }) => ({
      id: eventId,
      at: timestamp,
      line: { at: new Date(timestamp).toISOString(), ...readStream(stream), stream, message: message.trimEnd() },
    }));
}
