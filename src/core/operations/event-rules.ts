import { type EventRuleConfig, eventRuleSchema } from "../config/alarm-schema.ts";
import { checkAlarms } from "../config/check-alarms.ts";
import type { Project } from "../config/project.ts";
import type { Config } from "../config/schema.ts";
import { dropEventRule, writeEventRule } from "../config/write-alarms.ts";
import type { Context } from "../context.ts";
import { awsError, usageError } from "../errors.ts";
import { isOwned } from "../plan/build.ts";
import type { EventRuleLive } from "../resources/event-rule.ts";
import { buildAlarmNodes } from "./alarm-graph.ts";
import { withNeeds } from "../plan/graph.ts";
import { applyNodes, deleteNode, refuseForeign } from "./apply-nodes.ts";
import { buildEventNodes, patternOf } from "./event-graph.ts";

export interface ListedRule {
  name: string;
  /** The kind of `ecsctl.yaml`; null for a pattern of one's own. */
  on: string | null;
  /** The event pattern. */
  pattern: unknown;
  to: string[];
  /** ARNs that EventBridge has as targets; empty when the rule is not there. */
  targets: string[];
  /** Null when EventBridge has no such rule. */
  state: "ENABLED" | "DISABLED" | null;
}

/** The document of `event-rule list --json`. */
export interface ListRulesResult {
  rules: ListedRule[];
}

/** The document of `event-rule add --json`. */
export interface AddRuleResult {
  rule: ListedRule;
}

/** Makes a rule and what it leads to, in AWS and then in `ecsctl.yaml`. */
export async function addEventRule(
  context: Context,
  project: Project,
  input: Readonly<Record<string, unknown>>,
): Promise<AddRuleResult> {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const rule = checkRule(project.config, given);
  const others = (project.config.eventRules ?? []).filter(({ name }) => name !== rule.name);
  const config: Config = { ...project.config, eventRules: [...others, rule] };
  const nodes = nodesOf(context, config);
  const own = nodes.find(({ id }) => id === `event-rule/${rule.name}`);
  if (own) await refuseForeign(config, own, "ecsctl event-rule add ANOTHER-NAME …");
  // Permission to write logs is one for all rules: what else it covers is made along with it.
  await applyNodes(context, config, withNeeds(nodes, [`event-rule/${rule.name}`]));
  await writeEventRule(project, given);
  const { rules } = await listEventRules(context, { ...project, config });
  const made = rules.find(({ name }) => name === rule.name);
  if (!made) throw new Error(`EventBridge does not show rule ${rule.name} that it has taken.`);
  return { rule: made };
}

const nodesOf = (context: Context, config: Config) => [
  ...buildAlarmNodes(context.aws, config),
  ...buildEventNodes(context.aws, config),
];

function checkRule(config: Config, input: Readonly<Record<string, unknown>>): EventRuleConfig {
  const parsed = eventRuleSchema.safeParse(input);
  const [issue] = parsed.error?.issues ?? [];
  if (!parsed.success)
    throw usageError({
      code: "InvalidEventRule",
      message: `Event rule ${String(input["name"])}: ${issue?.path.join(".")}: ${issue?.message}.`,
      hint: "ecsctl event-rule add --help",
    });
  const others = (config.eventRules ?? []).filter(({ name }) => name !== parsed.data.name);
  const [fault] = checkAlarms({ ...config, alarms: [], eventRules: [...others, parsed.data] });
  if (!fault) return parsed.data;
  throw usageError({
    code: fault.code,
    message: `${fault.message.replace(/^eventRules\[\d+\]/, `Event rule ${parsed.data.name}`)}.`,
    hint: fault.hint,
  });
}

/** The rules of `ecsctl.yaml`, as EventBridge has them. */
export async function listEventRules(context: Context, { config }: Project): Promise<ListRulesResult> {
  const nodes = nodesOf(context, config);
  const rules = (config.eventRules ?? []).map(async (rule): Promise<ListedRule> => {
    const node = nodes.find(({ id }) => id === `event-rule/${rule.name}`);
    const live = (await node?.read()) as EventRuleLive | undefined;
    const targets = (live?.fields["targets"] as string[] | undefined) ?? [];
    return {
      name: rule.name,
      on: rule.on ?? null,
      pattern: JSON.parse(patternOf(config, rule)) as unknown,
      to: rule.to,
      targets: targets.map((target) => target.slice(target.indexOf(" ") + 1)),
      state: (live?.fields["state"] as ListedRule["state"] | undefined) ?? null,
    };
  });
  return { rules: await Promise.all(rules) };
}

/** The document of `event-rule remove --json`. */
export interface RemoveRuleResult {
  removed: string;
  /** Queues, log groups and permissions that only this rule needed, and that went with it. */
  along: string[];
}

/** Deletes a rule, and what only it led to, in AWS and in `ecsctl.yaml`. Topics stay. */
export async function removeEventRule(context: Context, project: Project, name: string): Promise<RemoveRuleResult> {
  const { config } = project;
  const rules = config.eventRules ?? [];
  if (!rules.some((rule) => rule.name === name))
    throw usageError({
      code: "EventRuleNotFound",
      message: `There is no event rule ${name}.`,
      hint: rules.length > 0 ? `There is: ${rules.map((rule) => rule.name).join(", ")}.` : undefined,
    });
  const rest: Config = { ...config, eventRules: rules.filter((rule) => rule.name !== name) };
  const kept = new Set(nodesOf(context, rest).map(({ id }) => id));
  const leaving = buildEventNodes(context.aws, config).filter(({ id }) => !kept.has(id));
  const removed: string[] = [];
  for (const node of leaving.toReversed()) {
    const live = await node.read();
    if (live && !isOwned(live, config.app)) {
      if (node.kind !== "event-rule") continue;
      throw awsError({ code: "NotOurs", message: `Event rule ${name} was not made by ${config.app}.` });
    }
    if (await deleteNode(context, node)) removed.push(node.id);
  }
  const nodes = nodesOf(context, rest);
  const access = nodes.filter(({ kind }) => kind === "log-access").map(({ id }) => id);
  if (access.length > 0) await applyNodes(context, rest, withNeeds(nodes, access));
  await dropEventRule(project, name);
  return { removed: name, along: removed.filter((id) => !id.startsWith("event-rule/")) };
}
