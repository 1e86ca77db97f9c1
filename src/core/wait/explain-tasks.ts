import type { ServiceEvent, Task } from "@aws-sdk/client-ecs";
import type { Aws } from "../aws/aws.ts";
import { adviseOn } from "./advise.ts";
import { explainFailedCheck } from "./explain-check.ts";

export interface LogPlace {
  group: string;
  streamPrefix: string;
  container: string;
}

/** Why tasks of a deployment end. */
export interface TaskTrouble {
  /** The newest failure: AWS's words, the container's last lines, and what it means. */
  reason: string;
  /** How many tasks failed like the newest one. */
  alike: number;
}

/** How many of the last log lines stand in a reason. */
const lastLines = 20;

/** Why the tasks of a deployment stopped, in AWS's words and the container's; undefined if none failed. */
export async function explainStoppedTasks(
  aws: Aws,
  at: { cluster: string; service: string; deploymentId: string },
  logs: LogPlace,
  events: readonly ServiceEvent[] = [],
): Promise<TaskTrouble | undefined> {
  const { taskArns = [] } = await aws.call("ecs", "ListTasks", {
    cluster: at.cluster,
    serviceName: at.service,
    desiredStatus: "STOPPED",
  });
  if (taskArns.length === 0) return undefined;
  const { tasks = [] } = await aws.call("ecs", "DescribeTasks", { cluster: at.cluster, tasks: taskArns.slice(0, 100) });
  const mine = tasks
    .filter((task) => task.startedBy === at.deploymentId && isFailure(task))
    .sort((a, b) => Number(b.stoppingAt ?? b.createdAt ?? 0) - Number(a.stoppingAt ?? a.createdAt ?? 0));
  const [task] = mine;
  if (!task) return undefined;
  const stop = describeStop(task);
  const [check, lines] = await Promise.all([explainFailedCheck(aws, task, events), readLastLines(aws, task, logs)]);
  const said = [`task ${taskId(task)} ${stop}`, check, lines, adviseOn([stop, check].join(" "))];
  return {
    reason: said.filter(Boolean).join("\n"),
    alike: mine.filter((other) => withoutIds(describeStop(other)) === withoutIds(stop)).length,
  };
}

/** Tasks that a deployment stopped itself (scaling in, being replaced) say nothing about failure. */
const isFailure = (task: Task): boolean =>
  !/^Scaling activity initiated|^Service .* deleted/i.test(task.stoppedReason ?? "");

/** What tells one failure from another like it: ids of tasks, containers and requests, addresses and ports. */
const withoutIds = (reason: string): string => reason.replace(/\b(?=[0-9a-f-]*\d)[0-9a-f-]{8,}\b|:\d{2,5}\b/gi, "…");

const taskId = (task: Task): string => task.taskArn?.split("/").at(-1) ?? "";

function describeStop(task: Task): string {
  const parts = (task.containers ?? [])
    .filter((container) => container.reason || container.exitCode != null)
    .map((container) => {
      const code = container.exitCode == null ? [] : [`exit code ${container.exitCode}`];
      return `container ${container.name}: ${[...code, ...(container.reason ? [container.reason] : [])].join(", ")}`;
    });
  return [`stopped: ${task.stoppedReason ?? "no reason given"}`, ...parts].join("; ");
}

async function readLastLines(aws: Aws, task: Task, logs: LogPlace): Promise<string | undefined> {
  try {
    const { events = [] } = await aws.call("logs", "GetLogEvents", {
      logGroupName: logs.group,
      logStreamName: `${logs.streamPrefix}/${logs.container}/${taskId(task)}`,
      startFromHead: false,
      limit: lastLines,
    });
    const lines = events.slice(-lastLines).map((event) => `  ${event.message ?? ""}`);
    return lines.length > 0 ? ["its last log lines:", ...lines].join("\n") : undefined;
  } catch {
    // No stream (it never started) or no permission to read it: the stopped reason has to do.
    return undefined;
  }
}
