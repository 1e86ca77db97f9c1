import type { AddRuleResult, ListedRule, ListRulesResult } from "../operations/event-rules.ts";
import { formatTable } from "./columns.ts";
import { nextCommands } from "./next.ts";

const whatFor = ({ on, pattern }: ListedRule): string => on ?? JSON.stringify(pattern);

/** The rule that was put in force, and where it leads. */
export function formatAddedRule({ rule }: AddRuleResult): string {
  return [
    `Event rule ${rule.name} sends ${whatFor(rule)} to ${rule.to.join(", ")}; it is in ecsctl.yaml too.`,
    ...rule.targets.map((arn) => `  ${arn}`),
    "",
    nextCommands([["ecsctl event-rule list", "see every rule"]]),
  ].join("\n");
}

/** Every rule in a line. */
export function formatRules({ rules }: ListRulesResult): string {
  if (rules.length === 0)
    return `No event of this service goes anywhere.\n\n${nextCommands([
      ["ecsctl event-rule add crashed --on task-stopped --to notify", "let one"],
    ])}`;
  return formatTable(
    rules.map((rule) => [
      rule.name,
      rule.state === null ? "not there yet: ecsctl deploy" : rule.state.toLowerCase(),
      whatFor(rule),
      `→ ${rule.to.join(", ")}`,
    ]),
  ).join("\n");
}
