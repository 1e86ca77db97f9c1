import type * as events from "@aws-sdk/client-eventbridge";
import type { Target } from "@aws-sdk/client-eventbridge";
import { type Handler, page } from "../../wire/api.ts";
import { readTarget, targetServices } from "../../world/event-targets.ts";
import type { Region } from "../../world/world.ts";
import { findRule, invalid, tooMany } from "./errors.ts";

/** Targets that a rule takes (EventBridge quotas). */
const mostTargets = 5;

function checkTarget(region: Region, target: Target): void {
  const arn = target.Arn ?? "";
  if (!/^arn:aws[\w-]*:[\w-]+:[\w-]*:\d*:.+/.test(arn))
    throw invalid(`Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`);
  const { service } = readTarget(region, arn);
  if (!targetServices.includes(service))
    throw invalid(`The sandbox's rules lead to ${targetServices.join(", ")}; it cannot deliver to ${service}.`);
  const ways = [target.Input, target.InputPath, target.InputTransformer].filter((way) => way !== undefined);
  if (ways.length > 1)
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${target.Id}.`);
}

/** A target of an id that is there is replaced. */
export const putTargets: Handler<typeof events, "PutTargets"> = (input, { region }) => {
  const rule = findRule(region, input.Rule, input.EventBusName);
  const added = input.Targets ?? [];
  for (const target of added) checkTarget(region, target);
  const kept = rule.targets.filter(({ Id }) => !added.some((one) => one.Id === Id));
  if (kept.length + added.length > mostTargets) throw tooMany();
  rule.targets = [...kept, ...added];
  return { FailedEntryCount: 0, FailedEntries: [] };
};

export const removeTargets: Handler<typeof events, "RemoveTargets"> = (input, { region }) => {
  const rule = findRule(region, input.Rule, input.EventBusName);
  rule.targets = rule.targets.filter(({ Id = "" }) => !input.Ids?.includes(Id));
  return { FailedEntryCount: 0, FailedEntries: [] };
};

export const listTargetsByRule: Handler<typeof events, "ListTargetsByRule"> = (input, { region }) => {
  const { targets } = findRule(region, input.Rule, input.EventBusName);
  const { items, next } = page(targets, input.NextToken, input.Limit ?? 100);
  return { Targets: items, ...(next ? { NextToken: next } : {}) };
};
