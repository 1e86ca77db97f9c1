import { clamp, type Cooldown, type Decision, type Proposal } from "../scaling/decide-capacity.ts";
import { isAbove, newestPoint } from "./datapoints.ts";
import type { Look, PolicyState, Seen, Why } from "./why-state.ts";
import { aboutTime, figure, metricName, verb } from "./why-words.ts";

/** `CPU 62 % is over 50 %`. */
export const lead = ({ facts }: PolicyState, { alarm, newest }: Seen): string =>
  `${metricName(facts, alarm)} ${figure(facts, newest.value)} ${verb(alarm, newest.value)} ${figure(facts, alarm.threshold)}`;

/** How old, in ms, what AWS said may be to speak of now: an alarm that stays on is acted on again each minute. */
const freshMs = 150_000;

/** Reasons that only AWS knows, because it looks further than one policy's figures. */
export function toldByAws({ policy, service }: Look, what: string): Why | undefined {
  const newest = service.notScaled.find(({ cause }) => cause.includes(`policy ${policy.facts.name}`));
  if (!newest || service.now - Date.parse(newest.at) > freshMs) return undefined;
  if (newest.code === "AutoScalingAnticipatedFlapping")
    return { cause: "flapping", text: `${what}: held, removing a task would push it over the target again` };
  if (newest.code === "TargetServicePutResourceAsUnscalable")
    return { cause: "rollout", text: `${what}: held, ECS lets nothing scale while a rollout is under way` };
  return undefined;
}

interface Held {
  what: string;
  decision: Decision;
  cooldown: Cooldown | undefined;
}

/** Why nothing changes although the policy's alarm is on, or would be in so many seconds. */
export function explainHeld(look: Look, proposal: Proposal, { what, decision, cooldown }: Held): Why {
  const { service } = look;
  const code = decision.kind === "not-scaled" ? decision.code : decision.kind === "hold" ? decision.why : "";
  // Whatever else holds it: there is nothing to remove.
  if (proposal.direction === "in" && service.desired <= service.min) return atMinimum(look, what);
  const left = cooldown ? aboutTime((cooldown.until - service.now) / 1000) : "";
  switch (code) {
    case "AlreadyAtMaxCapacity":
      return atMaximum(look, proposal, what);
    case "AlreadyAtMinCapacity":
      return atMinimum(look, what);
    case "scale-out-cooldown":
      return { cause: "scale-out-cooldown", text: `${what}: held, scale-out cooldown for another ${left}` };
    case "scale-in-cooldown":
      return { cause: "scale-in-cooldown", text: `${what}: held, scale-in cooldown for another ${left}` };
    case "suspended":
      return suspended(proposal.direction === "in" ? "in" : "out", what);
    case "other-policy":
      return {
        cause: "other-policy",
        text: `${what}: another policy keeps it from scaling in: ${describeVeto(look, decision)}`,
      };
    case "TargetServicePutResourceAsUnscalable":
      return { cause: "rollout", text: `${what}: held, nothing scales in while a rollout is under way` };
    case "AutoScalingAnticipatedFlapping":
      return { cause: "flapping", text: `${what}: held, removing a task would push it over the target again` };
    default:
      if (proposal.direction === "in")
        return { cause: "no-task", text: `${what}: held, nothing scales in while no task runs` };
      return {
        cause: "enough",
        text: `${what}: ${service.desired === 1 ? "the task that is wanted already is" : `the ${service.desired} tasks that are wanted already are`} what it asks for`,
      };
  }
}

const atMinimum = ({ service }: Look, what: string): Why => ({
  cause: "at-minimum",
  text: `${what}: at the minimum of ${service.min}, nothing to remove`,
});

const suspended = (direction: "in" | "out", what: string): Why => ({
  cause: direction === "in" ? "scale-in-suspended" : "scale-out-suspended",
  text: `${what}: scale-${direction} is suspended; resume it with: ecsctl scale resume ${direction}`,
});

function atMaximum({ service }: Look, proposal: Proposal, what: string): Why {
  const want = proposal.want(Math.min(service.running, service.desired));
  const asks = want > clamp(service, want) ? `: raise it, the policy asks for ${want}` : "";
  return { cause: "at-maximum", text: `${what}: at the maximum of ${service.max}${asks}` };
}

function describeVeto({ all, service }: Look, decision: Decision): string {
  const other = all.find(({ facts }) => decision.kind === "hold" && facts.name === decision.policy);
  const alarm = other?.alarms.find((one) => !isAbove(one)) ?? other?.alarms[0];
  const newest = alarm && newestPoint(alarm, service.now);
  if (!other || !alarm) return "one of them";
  return newest ? `${other.facts.name} (${lead(other, { alarm, newest })})` : `${other.facts.name} (it has no data)`;
}
