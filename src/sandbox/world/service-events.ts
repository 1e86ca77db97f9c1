import { type ServiceRecord, type TaskRecord, uuid } from "./records/ecs.ts";
import type { Placement, Shortage } from "./placement.ts";
import type { Region } from "./world.ts";

/** ECS shows the 100 newest events of a service. */
const kept = 100;
/** The same complaint is told again only after six hours (AWS: "Service event messages"). */
const repeatMs = 6 * 3600_000;
const guide = "For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.";

/** Adds an event; `text` is what follows `(service NAME) `. */
export function tellEvent(region: Region, service: ServiceRecord, text: string, now: number): void {
  // Told in one pass, events still have an order that survives sorting by time.
  const at = Math.max(now, Number(service.events[0]?.createdAt ?? 0) + 1);
  service.events.unshift({ id: uuid(region), createdAt: new Date(at), message: `(service ${service.name}) ${text}` });
  service.events.length = Math.min(service.events.length, kept);
}

/** Adds an event about something that keeps being wrong, unless the same was told in the last six hours. */
export function complain(region: Region, service: ServiceRecord, text: string, now: number): void {
  const last = service.complaint;
  if (last && last.message === text && now - last.at < repeatMs) return;
  service.complaint = { message: text, at: now };
  tellEvent(region, service, text, now);
}

const listTasks = (tasks: readonly TaskRecord[]): string => tasks.map((task) => `(task ${task.id})`).join(" ");

export function tellStarted(region: Region, service: ServiceRecord, tasks: readonly TaskRecord[], now: number): void {
  if (tasks.length > 0) tellEvent(region, service, `has started ${tasks.length} tasks: ${listTasks(tasks)}.`, now);
}

export function tellStopped(region: Region, service: ServiceRecord, tasks: readonly TaskRecord[], now: number): void {
  if (tasks.length === 0) return;
  tellEvent(region, service, `has stopped ${tasks.length} running tasks: ${listTasks(tasks)}.`, now);
}

const shortages: Record<Shortage, string> = {
  cpu: "has insufficient CPU units available.",
  memory: "has insufficient memory available.",
  ports: "is already using a port required by your task.",
  agent: "doesn't have the agent connected.",
  constraint: 'encountered error "MemberOf placement constraint unsatisfied.".',
};

/** The sentence with which ECS explains that it found no room. */
export function explainNoPlace(place: Placement): string {
  const start = "was unable to place a task because no container instance met all of its requirements.";
  const closest = place.instance ? undefined : place.closest;
  if (!closest) return `${start} Reason: No Container Instances were found in your cluster. ${guide}`;
  return `${start} The closest matching (container-instance ${closest.instance.id}) ${shortages[closest.lacks]} ${guide}`;
}

export const cannotStartConsistently = `is unable to consistently start tasks successfully. ${guide}`;
