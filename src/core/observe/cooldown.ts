import type { Cooldown } from "../scaling/decide-capacity.ts";
import { isAbove } from "./datapoints.ts";
import type { ActivityView } from "./snapshot.ts";
import type { PolicyState, ServiceState } from "./why-state.ts";

const countOf = (activity: ActivityView | undefined): number | undefined => {
  const count = /to (\d+)/.exec(activity?.description ?? "")?.[1];
  return count === undefined ? undefined : Number(count);
};

/**
 * The cooldown that the newest change by a policy began, over or not; AWS has no call that tells it. Scheduled actions
 * and changes by hand begin none.
 */
export function findCooldown(service: ServiceState, policies: readonly PolicyState[]): Cooldown | undefined {
  const changes = service.activities.filter(({ status }) => status !== "Failed" && status !== "Overridden");
  const at = changes.findIndex(({ cause }) => /in state ALARM triggered policy/.test(cause));
  const last = changes[at];
  const by = policies.find(({ facts }) => last?.cause.includes(`policy ${facts.name}`));
  if (!last || !by) return undefined;
  const to = countOf(last) ?? service.desired;
  const from = countOf(changes[at + 1]);
  const direction = directionOf(last, by, from === undefined ? 0 : to - from);
  const seconds = direction === "out" ? by.facts.scaleOutCooldownSeconds : by.facts.scaleInCooldownSeconds;
  return {
    direction,
    from: from ?? (direction === "out" ? service.min : service.max),
    until: Date.parse(last.at) + seconds * 1000,
  };
}

function directionOf(activity: ActivityView, by: PolicyState, change: number): "out" | "in" {
  const alarm = by.alarms.find(({ name }) => activity.cause.includes(name));
  if (by.facts.type === "target-tracking" && alarm) return isAbove(alarm) ? "out" : "in";
  if (change !== 0) return change > 0 ? "out" : "in";
  return alarm && !isAbove(alarm) ? "in" : "out";
}
