import type { Service, Task } from "@aws-sdk/client-ecs";

/** How old, in ms, a complaint of the scheduler may be to speak of now: it repeats itself while it cannot place a task. */
const freshMs = 5 * 60_000;

/** Messages of the service's events of the last minutes, newest first; `now` in ms. */
export const recentEvents = (service: Service, now: number): string[] =>
  (service.events ?? [])
    .filter(({ createdAt }) => now - (createdAt?.getTime() ?? 0) < freshMs)
    .map(({ message }) => message ?? "");

/**
 * Tasks that wait for an instance: those of a capacity provider are PROVISIONING until one has room for them; of the EC2
 * launch type they are not even made, and the scheduler says that it was unable to place them.
 */
export function waitingTasks(service: Service, tasks: readonly Task[], now: number): number {
  const isFargate = (task: Task) => task.launchType === "FARGATE" || task.capacityProviderName?.startsWith("FARGATE");
  const provisioning = tasks.filter(
    (task) => task.lastStatus === "PROVISIONING" && !task.containerInstanceArn && !isFargate(task),
  ).length;
  const unmade = (service.desiredCount ?? 0) - tasks.length;
  const [newest] = recentEvents(service, now);
  return provisioning + (unmade > 0 && /unable to place a task/.test(newest ?? "") ? unmade : 0);
}
