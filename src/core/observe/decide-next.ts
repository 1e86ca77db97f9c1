import { type Cooldown, decideCapacity, type Decision, type Proposal } from "../scaling/decide-capacity.ts";
import { applyStep, findStep } from "../scaling/step-scaling.ts";
import { gradualCapacity, proportionalCapacity } from "../scaling/target-tracking.ts";
import { findCooldown } from "./cooldown.ts";
import { isAbove, newestPoint } from "./datapoints.ts";
import type { Look, PolicyState, Seen, ServiceState } from "./why-state.ts";

/** The direction in which an alarm makes its policy act, and what it then asks for; undefined when no step is meant for that figure. */
export function proposalOf(policy: PolicyState, { alarm, newest }: Seen, service: ServiceState): Proposal | undefined {
  const { facts } = policy;
  if (facts.steps) {
    const { steps } = facts;
    const step = findStep(steps.steps, newest.value, alarm.threshold);
    if (!step) return undefined;
    const want = (capacity: number): number => applyStep(steps, step, capacity);
    const direction = want(service.desired) < service.desired ? "in" : "out";
    return {
      policy: facts.name,
      direction,
      want,
      cooldownSeconds: facts.scaleOutCooldownSeconds,
      vetoesScaleIn: false,
    };
  }
  const target = facts.target ?? alarm.threshold;
  const direction = isAbove(alarm) ? "out" : "in";
  const arithmetic = direction === "out" ? proportionalCapacity : gradualCapacity;
  return {
    policy: facts.name,
    direction,
    want: (capacity) => arithmetic(capacity, newest.value, target),
    cooldownSeconds: direction === "out" ? facts.scaleOutCooldownSeconds : facts.scaleInCooldownSeconds,
    vetoesScaleIn: !facts.disableScaleIn,
  };
}

/** What the other policies ask for at this moment. */
function proposalsOfOthers({ policy, all, service }: Look): Proposal[] {
  return all.flatMap((other): Proposal[] => {
    if (other === policy || other.alarms.length === 0 || other.facts.type === "predictive") return [];
    const seen = other.alarms.flatMap((alarm) => {
      const newest = newestPoint(alarm, service.now);
      return newest ? [{ alarm, newest }] : [];
    });
    const idle = { policy: other.facts.name, want: (now: number) => now, cooldownSeconds: 0 };
    const vetoesScaleIn = other.facts.type === "target-tracking" && !other.facts.disableScaleIn;
    const on = seen.find(({ alarm }) => alarm.state === "ALARM" && alarm.actionsEnabled);
    const proposal = on && proposalOf(other, on, service);
    return [proposal ?? { ...idle, vetoesScaleIn, direction: seen.length === 0 ? "blind" : "steady" }];
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
