import { putLogLines } from "./logs.ts";
import type { TaskRecord } from "./records/ecs.ts";
import type { LiveContainer } from "./task-handles.ts";
import { containersOf } from "./task-start.ts";
import type { Region } from "./world.ts";

/** Hands what the task's containers wrote since the last pass to CloudWatch Logs, as the awslogs driver does. */
export function collectLogs(region: Region, record: TaskRecord, containers: readonly LiveContainer[]): void {
  for (const live of containers) {
    if (live.lines.length === 0) continue;
    const lines = live.lines;
    live.lines = [];
    const definition = containersOf(region, record).find((one) => one.name === live.name);
    const { logDriver, options } = definition?.logConfiguration ?? {};
    const group = options?.["awslogs-group"];
    if (logDriver !== "awslogs" || group === undefined) continue;
    const prefix = options?.["awslogs-stream-prefix"];
    const stream =
      prefix === undefined ? (live.container?.runtimeId ?? record.id) : `${prefix}/${live.name}/${record.id}`;
    const to = region.world.region(options?.["awslogs-region"] ?? region.name);
    putLogLines(to, group, stream, lines, { fromTask: true });
  }
}
