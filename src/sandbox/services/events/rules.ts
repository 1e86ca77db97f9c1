import type * as events from "@aws-sdk/client-eventbridge";
import type { Rule } from "@aws-sdk/client-eventbridge";
import { type Handler, page } from "../../wire/api.ts";
import { eventRules, type RuleRecord } from "../../world/records/events.ts";
import { checkBus, checkPattern, findRule, invalid, tooMany } from "./errors.ts";

/** Rules that a bus takes (EventBridge quotas). */
const mostRules = 300;

const describe = (rule: RuleRecord): Rule => ({
  Name: rule.name,
  Arn: rule.arn,
  EventPattern: rule.pattern,
  State: rule.state,
  ...(rule.description === undefined ? {} : { Description: rule.description }),
  EventBusName: "default",
});

/** Makes a rule or changes one; its targets stay. Tags count only for a new one (PutRule, API reference). */
export const putRule: Handler<typeof events, "PutRule"> = (input, { region }) => {
  checkBus(input.EventBusName);
  const name = input.Name ?? "";
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(name))
    throw invalid(
      `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+`,
    );
  if (input.ScheduleExpression) throw invalid("The sandbox does not run rules on a schedule; it matches events.");
  if (!input.EventPattern) throw invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.");
  checkPattern(input.EventPattern);
  const table = eventRules(region);
  const existing = table.get(name);
  if (!existing && table.size >= mostRules) throw tooMany();
  const rule: RuleRecord = {
    name,
    arn: region.arn("events", `rule/${name}`),
    state: input.State === "DISABLED" ? "DISABLED" : "ENABLED",
    description: input.Description,
    pattern: input.EventPattern,
    targets: existing?.targets ?? [],
    tags: existing?.tags ?? Object.fromEntries((input.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])),
  };
  table.set(name, rule);
  return { RuleArn: rule.arn };
};

/** A rule goes when its targets are gone; one that is not there is no fault. */
export const deleteRule: Handler<typeof events, "DeleteRule"> = (input, { region }) => {
  checkBus(input.EventBusName);
  const rule = eventRules(region).get(input.Name ?? "");
  if (rule && rule.targets.length > 0) throw invalid("Rule can't be deleted since it has targets.");
  eventRules(region).delete(input.Name ?? "");
  return {};
};

export const describeRule: Handler<typeof events, "DescribeRule"> = (input, { region }) =>
  describe(findRule(region, input.Name, input.EventBusName));

export const listRules: Handler<typeof events, "ListRules"> = (input, { region }) => {
  checkBus(input.EventBusName);
  const named = [...eventRules(region).values()]
    .filter(({ name }) => name.startsWith(input.NamePrefix ?? ""))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const { items, next } = page(named, input.NextToken, input.Limit ?? 100);
  return { Rules: items.map((rule) => describe(rule)), ...(next ? { NextToken: next } : {}) };
};

export const enableRule: Handler<typeof events, "EnableRule"> = (input, { region }) => {
  findRule(region, input.Name, input.EventBusName).state = "ENABLED";
  return {};
};

export const disableRule: Handler<typeof events, "DisableRule"> = (input, { region }) => {
  findRule(region, input.Name, input.EventBusName).state = "DISABLED";
  return {};
};

export const listRuleNamesByTarget: Handler<typeof events, "ListRuleNamesByTarget"> = (input, { region }) => {
  checkBus(input.EventBusName);
  const led = [...eventRules(region).values()].filter(({ targets }) =>
    targets.some(({ Arn }) => Arn === input.TargetArn),
  );
  const { items, next } = page(led, input.NextToken, input.Limit ?? 100);
  return { RuleNames: items.map(({ name }) => name), ...(next ? { NextToken: next } : {}) };
};
