import { isBreaching, measureProgress } from "./datapoints.ts";
import { decide, findActing, proposalOf, seenOf } from "./decide-next.ts";
import type { PolicyFacts } from "./policy-facts.ts";
import { explainHeld, lead, toldByAws } from "./why-held.ts";
import type { Look, PolicyState, Seen, ServiceState, Why } from "./why-state.ts";
import { aboutTime, alarmWord, clockMinute, figure, metricName } from "./why-words.ts";

/** What each policy is about to do and why, from its alarms, their datapoints, what happened, and the arithmetic of scaling. */
export const explainPolicies = (service: ServiceState, all: readonly PolicyState[]): Why[] =>
  all.map((policy) => explainPolicy({ policy, all, service }));

function explainPolicy(look: Look): Why {
  const { facts, alarms } = look.policy;
  if (facts.type === "predictive") return explainForecast(facts);
  if (alarms.length === 0)
    return {
      cause: "no-alarms",
      text: "its alarms do not exist: nothing triggers it; make them again with: ecsctl deploy",
    };
  if (alarms.every((alarm) => !alarm.actionsEnabled)) return explainDisabled(alarms);
  const { now } = look.service;
  const seen = seenOf(look.policy, now);
  if (seen.length === 0) return explainNoData(look);
  const on = findActing(seen);
  if (on) return explainOn(look, on);
  const near = seen.find(({ alarm, newest }) => isBreaching(alarm, newest.value));
  return near ? explainNear(look, near) : explainQuiet(look, seen[0]);
}

const explainDisabled = (alarms: readonly { name: string }[]): Why => ({
  cause: "alarms-disabled",
  text: `the actions of ${alarms.map(({ name }) => alarmWord(name)).join(" and ")} are disabled: nothing triggers it`,
});

const explainForecast = ({ forecastOnly }: PolicyFacts): Why =>
  forecastOnly
    ? { cause: "forecast-only", text: "it forecasts only: it never changes the number of tasks" }
    : { cause: "forecasting", text: "it raises the minimum ahead of the load that it forecasts" };

/** Where the first datapoint of a metric will come from. */
function comingOf(metric: string): string {
  if (metric === "metric math") return "not all that it is made of has data";
  return metric.includes("/") ? "nothing has published it" : "the first comes about a minute after a task runs";
}

function explainNoData({ policy, service }: Look): Why {
  const metric = metricName(policy.facts, policy.alarms[0]);
  const began = policy.alarms.some(({ points, periodSeconds }) =>
    points.some(({ at }) => Date.parse(at) + periodSeconds * 1000 > service.now),
  );
  const last = policy.alarms
    .flatMap(({ points }) => points.map(({ at }) => at))
    .toSorted()
    .at(-1);
  const since = last ? `no ${metric} data since ${clockMinute(last)} UTC` : `no ${metric} datapoint`;
  if (service.running === 0) {
    const start = service.desired === 0 ? "; start one with: ecsctl scale set 1" : "";
    return {
      cause: "no-data-no-task",
      text: `${since}: the service has no running task, and nothing scales without data${start}`,
    };
  }
  if (began)
    return {
      cause: "no-data-yet",
      text: `no whole ${metric} datapoint yet: the time of the first is not over, and nothing scales without data`,
    };
  if (last)
    return {
      cause: "no-data",
      text: `${since}: nothing publishes the metric any more, and nothing scales without data`,
    };
  return {
    cause: "no-data-yet",
    text: `no ${metric} datapoint yet: ${comingOf(metric)}, and nothing scales without data`,
  };
}

function explainOn(look: Look, seen: Seen): Why {
  const proposal = proposalOf(look.policy, seen, look.service);
  const what = lead(look.policy, seen);
  if (!isBreaching(seen.alarm, seen.newest.value))
    return { cause: "falling", text: `${what}, but its alarm is still on; it ends with the next look` };
  if (!proposal) return { cause: "no-step", text: `${what}: no step of the policy is meant for that figure` };
  const outcome = decide(look, proposal, 0);
  if (outcome.decision.kind !== "scale") return explainHeld(look, proposal, { what, ...outcome });
  const told = toldByAws(look, what);
  if (told) return told;
  const goes = `desired goes from ${look.service.desired} to ${outcome.decision.to} within a minute`;
  return {
    cause: proposal.direction === "out" ? "scaling-out" : "scaling-in",
    text: `${what} for long enough: ${goes}`,
  };
}

function explainNear(look: Look, seen: Seen): Why {
  if (!seen.alarm.actionsEnabled) return explainDisabled([seen.alarm]);
  const proposal = proposalOf(look.policy, seen, look.service);
  const { breaching, needed, more, seconds } = measureProgress(seen.alarm, look.service.now);
  const counted = needed === 1 ? "the one datapoint" : `${breaching} of the ${needed} datapoints`;
  const what = `${lead(look.policy, seen)} for ${counted} needed`;
  if (!proposal) return { cause: "no-step", text: `${what}: no step of the policy is meant for that figure` };
  const outcome = decide(look, proposal, seconds);
  if (outcome.decision.kind !== "scale") return explainHeld(look, proposal, { what, ...outcome });
  const cause = proposal.direction === "out" ? "waiting-to-scale-out" : "waiting-to-scale-in";
  const goes = `desired goes from ${look.service.desired} to ${outcome.decision.to}`;
  if (more === 0) return { cause, text: `${what}: ${goes} ${withNextLook(seen)}` };
  const condition = more === 1 ? "if the next one is too" : `if the next ${more} are too`;
  return { cause, text: `${what}; ${condition}, ${goes} in about ${aboutTime(seconds)}` };
}

/**
 * CloudWatch looks at alarms once a minute, at those with shorter periods every ten seconds, and invokes policies when they
 * go on; of those that are on, once a minute, however short the period.
 */
const withNextLook = ({ alarm }: Seen): string => `within ${alarm.periodSeconds < 60 ? "10 s" : "a minute"}`;

/** Between its alarms, or with nothing that could remove tasks. */
function explainQuiet(look: Look, seen: Seen | undefined): Why {
  if (!seen) return explainNoData(look);
  const { facts } = look.policy;
  const { service } = look;
  const now = `${metricName(facts, seen.alarm)} ${figure(facts, seen.newest.value)}`;
  if (facts.target === null) return { cause: "steady", text: `${now}: no alarm is near` };
  const low = 0.9 * facts.target;
  if (facts.disableScaleIn && seen.newest.value < low) {
    const under = `${now} is under the target of ${figure(facts, facts.target)}`;
    return service.desired > service.min
      ? { cause: "scale-in-disabled", text: `${under}, but scale-in is disabled for this policy` }
      : { cause: "at-minimum", text: `${under}: at the minimum of ${service.min}, nothing to remove` };
  }
  return {
    cause: "steady",
    text: `${now} is near enough to the target of ${figure(facts, facts.target)}: nothing to do`,
  };
}
