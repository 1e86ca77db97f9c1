import { type Cooldown, decideCapacity, type Decision, type Proposal } from "../scaling/decide-capacity.ts";
import { proposeStep, proposeTracking } from "../scaling/propose.ts";
import { findCooldown } from "./cooldown.ts";
import { isAbove, newestPoint } from "./datapoints.ts";
import type { PolicyFacts } from "./policy-facts.ts";
import type { Look, PolicyState, Seen, ServiceState } from "./why-state.ts";

/** The alarms of a policy that have data lately, each with the newest. */
export const seenOf = ({ alarms }: PolicyState, now: number): Seen[] =>
  alarms.flatMap((alarm) => {
    const newest = newestPoint(alarm, now);
    return newest ? [{ alarm, newest }] : [];
  });

/** The one that makes its policy act now. */
export const findActing = (seen: readonly Seen[]): Seen | undefined =>
  seen.find(({ alarm }) => alarm.state === "ALARM" && alarm.actionsEnabled);

/** What a target tracking policy asks for when that alarm is on; nothing when there is none, or no data. */
function track(facts: PolicyFacts, seen: Seen | undefined, metric: number | undefined): Proposal {
  return proposeTracking({
    policy: facts.name,
    target: facts.target ?? seen?.alarm.threshold ?? 0,
    metric,
    high: seen !== undefined && isAbove(seen.alarm),
    low: seen !== undefined && !isAbove(seen.alarm),
    scaleOutCooldown: facts.scaleOutCooldownSeconds,
    scaleInCooldown: facts.scaleInCooldownSeconds,
    disableScaleIn: facts.disableScaleIn,
  });
}

/** What a policy asks for when that alarm is on; undefined when no step is meant for that figure. */
export function proposalOf({ facts }: PolicyState, seen: Seen, service: ServiceState): Proposal | undefined {
  const { alarm, newest } = seen;
  if (!facts.steps) return track(facts, seen, newest.value);
  return proposeStep({
    policy: facts.name,
    steps: facts.steps,
    threshold: alarm.threshold,
    metric: newest.value,
    desired: service.desired,
    cooldownSeconds: facts.scaleOutCooldownSeconds,
  });
}

/** What the other policies ask for at this moment. */
function proposalsOfOthers({ policy, all, service }: Look): Proposal[] {
  return all.flatMap((other): Proposal[] => {
    if (other === policy || other.alarms.length === 0 || other.facts.type === "predictive") return [];
    const seen = seenOf(other, service.now);
    const acting = findActing(seen);
    if (acting) return [proposalOf(other, acting, service) ?? []].flat();
    // Step policies that rest keep nobody from anything.
    return other.facts.steps ? [] : [track(other.facts, undefined, seen[0]?.newest.value)];
  });
}

/** The decision of Application Auto Scaling if this policy's alarm were on, `seconds` from now. */
export function decide(
  look: Look,
  proposal: Proposal,
  seconds: number,
): { decision: Decision; cooldown: Cooldown | undefined } {
  const { service, all } = look;
  const cooldown = findCooldown(service, all);
  const decision = decideCapacity(
    {
      bounds: { min: service.min, max: service.max },
      desired: service.desired,
      running: service.running,
      deploying: service.deploying,
      now: service.now + seconds * 1000,
      cooldown,
      suspended: service.suspended,
    },
    [proposal, ...proposalsOfOthers(look)],
  );
  return { decision, cooldown };
}
