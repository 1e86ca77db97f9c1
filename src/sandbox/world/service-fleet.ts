import type { TaskRecord } from "./records/ecs.ts";

export const isRunning = (task: TaskRecord): boolean => task.phase === "RUNNING";

/** Which tasks scale-in takes: those that do not run yet, then those on the fullest instance, then the newest. */
export function leastNeeded(current: readonly TaskRecord[], count: number): TaskRecord[] {
  const taken: TaskRecord[] = [];
  while (taken.length < count) {
    const left = current.filter((task) => !taken.includes(task));
    const neighbours = (task: TaskRecord) =>
      left.filter((other) => other.containerInstanceId === task.containerInstanceId).length;
    const order = left.toSorted(
      (a, b) =>
        Number(isRunning(a)) - Number(isRunning(b)) ||
        neighbours(b) - neighbours(a) ||
        b.task.createdAt.getTime() - a.task.createdAt.getTime(),
    );
    const next = order[0];
    if (!next) break;
    taken.push(next);
  }
  return taken;
}
