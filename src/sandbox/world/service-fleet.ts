import type { TaskRecord } from "./records/ecs.ts";

export const isRunning = (task: TaskRecord): boolean => task.phase === "RUNNING";

interface Candidate {
  task: TaskRecord;
  running: boolean;
  createdMs: number;
  /** Its place in the service: decides where nothing else does. */
  place: number;
}

const byAge = (a: Candidate, b: Candidate): number => b.createdMs - a.createdMs || a.place - b.place;

/**
 * Which tasks scale-in takes, one after the other: those that do not run yet, then those on the instance that is the
 * fullest by then, then the newest. Each instance's candidates stand in order, so that thousands go at once.
 */
export function leastNeeded(current: readonly TaskRecord[], count: number): TaskRecord[] {
  const candidates = current.map((task, place): Candidate => {
    return { task, running: isRunning(task), createdMs: task.task.createdAt.getTime(), place };
  });
  const instanceOf = ({ task }: Candidate): string => task.containerInstanceId ?? "";
  const left = new Map([...Map.groupBy(candidates, instanceOf)].map(([id, { length }]) => [id, length]));
  const neighbours = (candidate: Candidate): number => left.get(instanceOf(candidate)) ?? 0;
  const queues = [...Map.groupBy(candidates, (one) => `${one.running} ${instanceOf(one)}`).values()];
  for (const queue of queues) queue.sort((a, b) => -byAge(a, b));
  const taken: TaskRecord[] = [];
  while (taken.length < count) {
    let best: Candidate[] | undefined;
    for (const queue of queues) if (goesBefore(queue.at(-1), best?.at(-1), neighbours)) best = queue;
    const next = best?.pop();
    if (!next) break;
    left.set(instanceOf(next), neighbours(next) - 1);
    taken.push(next.task);
  }
  return taken;
}

function goesBefore(
  one: Candidate | undefined,
  other: Candidate | undefined,
  neighbours: (candidate: Candidate) => number,
): boolean {
  if (!one || !other) return one !== undefined;
  if (one.running !== other.running) return !one.running;
  return (neighbours(other) - neighbours(one) || byAge(one, other)) < 0;
}
