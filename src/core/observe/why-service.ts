import type { ScheduledAction } from "@aws-sdk/client-application-auto-scaling";
import type { GroupView } from "./read-groups.ts";
import type { ServiceNote } from "./snapshot.ts";

/** What decides about the service as a whole, apart from its policies. */
export interface ServiceFacts {
  desired: number;
  running: number;
  /** Tasks that wait for an instance: PROVISIONING, or not even made. */
  waiting: number;
  /** Neither a scalable target nor policies: nothing scales it. */
  scalable: boolean;
  policies: number;
  suspended: readonly string[];
  /** Undefined when nobody waits, because then nobody asked. */
  groups: readonly GroupView[] | undefined;
  instances: number;
  scheduled: readonly ScheduledAction[];
  /** Messages of the newest service events, newest first, none older than a few minutes. */
  events: readonly string[];
}

const tasks = (count: number): string => (count === 1 ? "1 task waits" : `${count} tasks wait`);

/** Notes about the service in the order of their weight; none when all is as it should be. */
export function explainService(facts: ServiceFacts): ServiceNote[] {
  const starting = facts.running < facts.desired ? explainStops(facts.events) : undefined;
  return [
    ...(facts.waiting > 0 ? [explainWaiting(facts)] : []),
    ...(starting ? [starting] : []),
    ...explainRules(facts),
    ...facts.scheduled.map(explainSchedule),
  ];
}

function explainRules({ scalable, policies, scheduled, suspended }: ServiceFacts): ServiceNote[] {
  const add = "add one with: ecsctl scale policy add";
  if (!scalable)
    return [{ cause: "no-scalable-target", text: `no policy scales it, and it has no scalable target; ${add}` }];
  if (policies + scheduled.length === 0) return [{ cause: "no-policy", text: `no policy scales it; ${add}` }];
  if (suspended.length === 0) return [];
  return [{ cause: "suspended", text: `suspended: ${suspended.join(", ")}; go on with: ecsctl scale resume` }];
}

function explainWaiting(facts: ServiceFacts): ServiceNote {
  const what = `${tasks(facts.waiting)} for an instance`;
  const groups = facts.groups ?? [];
  const failed = groups.find(({ failure }) => failure !== null);
  if (failed)
    return { cause: "instance-launch-failed", text: `${what}: ${failed.name} could not launch one: ${failed.failure}` };
  const stuck = groups.find(({ suspended }) => suspended.includes("Launch"));
  if (stuck) return { cause: "group-suspended", text: `${what}: the process Launch of ${stuck.name} is suspended` };
  const [group] = groups.toSorted((a, b) => b.max - b.desired - (a.max - a.desired));
  if (!group)
    return {
      cause: "no-capacity",
      text: `${what}: ${placement(facts) ?? "the cluster has no capacity provider that could add one"}`,
    };
  if (group.desired > facts.instances || group.launching > 0)
    return {
      cause: "instance-starting",
      text: `${what}: ${group.name} goes to ${group.desired}, ${facts.instances} registered so far`,
    };
  if (group.desired >= group.max)
    return {
      cause: "group-at-maximum",
      text: `${what}: the group is at its maximum of ${group.max}; raise cluster.capacity.max`,
    };
  if (!group.managedScaling)
    return {
      cause: "managed-scaling-off",
      text: `${what}: managed scaling of the capacity provider is off, so nothing makes ${group.name} grow`,
    };
  return {
    cause: "group-about-to-grow",
    text: `${what}: ${group.name} has ${group.desired} of at most ${group.max} and grows when CapacityProviderReservation is next looked at, once its newest instance is warm (instanceWarmup)`,
  };
}

/** What the scheduler lately said that was missing. */
const placement = ({ events }: ServiceFacts): string | undefined =>
  events
    .find((message) => /unable to place a task/.test(message))
    ?.replace(/^.*?because /, "")
    .replace(/\. For more information.*$/, "");

function explainStops(events: readonly string[]): ServiceNote | undefined {
  if (!events.some((message) => /unable to consistently start tasks/.test(message))) return undefined;
  return {
    cause: "tasks-keep-stopping",
    text: "tasks keep stopping soon after they start, so ECS starts them more and more slowly; see: ecsctl events --kind task --explain",
  };
}

/** A time zone moves a moment by less than that; ms. */
const mostOffset = 15 * 3_600_000;

/** Whether a schedule may run after `now` (ms): AWS keeps those whose one moment or end has passed. */
export function mayStillRun({ Schedule = "", Timezone, EndTime }: ScheduledAction, now: number): boolean {
  const once = /^at\((.+)\)$/.exec(Schedule)?.[1];
  const offset = Timezone === undefined || Timezone === "UTC" ? 0 : mostOffset;
  const last = Math.min(
    EndTime?.getTime() ?? Infinity,
    once === undefined ? Infinity : Date.parse(`${once}Z`) + offset,
  );
  return !(last <= now);
}

function explainSchedule(action: ScheduledAction): ServiceNote {
  const { MinCapacity: min, MaxCapacity: max } = action.ScalableTargetAction ?? {};
  const range = [min === undefined ? "" : `the minimum to ${min}`, max === undefined ? "" : `the maximum to ${max}`];
  const zone = action.Timezone ? ` ${action.Timezone}` : "";
  return {
    cause: "scheduled-action",
    text: `scheduled action ${action.ScheduledActionName} sets ${range.filter(Boolean).join(" and ")}: ${action.Schedule}${zone}`,
  };
}
