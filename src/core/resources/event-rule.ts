import type { Aws } from "../aws/aws.ts";
import { unlessMissing } from "../aws/missing.ts";
import { awsError } from "../errors.ts";
import { isTagChange, type LiveParts, type Resource } from "../plan/resource.ts";
import { diffFields, diffTags, type Fields } from "./diff-fields.ts";
import { fromTags, toUpperTags, type Tags } from "./tags.ts";

export interface EventTarget {
  id: string;
  arn: string;
}

export interface EventRuleSpec {
  name: string;
  /** JSON. */
  pattern: string;
  description: string | undefined;
  targets: readonly EventTarget[];
  tags: Tags;
}

export interface EventRuleLive extends LiveParts {
  fields: Fields;
  targetIds: readonly string[];
  outputs: { arn: string };
}

const gone = "ResourceNotFoundException";

function parsePattern(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

const targetsOf = (targets: readonly EventTarget[]): string[] => targets.map(({ id, arn }) => `${id} ${arn}`).sort();

const fieldsOf = (spec: EventRuleSpec): Fields => ({
  pattern: parsePattern(spec.pattern),
  state: "ENABLED",
  description: spec.description,
  targets: targetsOf(spec.targets),
});

async function read(aws: Aws, spec: EventRuleSpec): Promise<EventRuleLive | undefined> {
  const rule = await unlessMissing(aws.call("events", "DescribeRule", { Name: spec.name }), gone);
  if (!rule?.Arn) return undefined;
  const [targets, answer] = await Promise.all([
    unlessMissing(
      aws.all("events", "ListTargetsByRule", { Rule: spec.name }, (page) => page.Targets),
      gone,
    ),
    unlessMissing(aws.call("events", "ListTagsForResource", { ResourceARN: rule.Arn }), gone),
  ]);
  if (!targets || !answer) return undefined;
  const fields: Fields = {
    pattern: parsePattern(rule.EventPattern ?? ""),
    state: rule.State,
    description: rule.Description,
    targets: targetsOf(targets.map(({ Id = "", Arn = "" }) => ({ id: Id, arn: Arn }))),
  };
  const targetIds = targets.map(({ Id = "" }) => Id);
  return { fields, targetIds, tags: fromTags(answer.Tags), outputs: { arn: rule.Arn } };
}

async function put(aws: Aws, spec: EventRuleSpec, tags: Tags | undefined): Promise<string> {
  const { name: Name, pattern: EventPattern, description } = spec;
  const made = await aws.call("events", "PutRule", {
    Name,
    EventPattern,
    State: "ENABLED",
    ...(description === undefined ? {} : { Description: description }),
    ...(tags === undefined ? {} : { Tags: toUpperTags(tags) }),
  });
  const Targets = spec.targets.map(({ id, arn }) => ({ Id: id, Arn: arn }));
  const { FailedEntries = [] } = await aws.call("events", "PutTargets", { Rule: Name, Targets });
  const [failed] = FailedEntries;
  if (failed)
    throw awsError({
      code: failed.ErrorCode ?? "TargetRefused",
      message: `EventBridge refused target ${failed.TargetId} of rule ${Name}: ${failed.ErrorMessage}`,
    });
  return made.RuleArn ?? "";
}

/** An EventBridge rule of the default bus with its targets. */
export const eventRule: Resource<EventRuleSpec, EventRuleLive> = {
  kind: "event-rule",
  read,
  diff: (spec, live) => [...diffFields(fieldsOf(spec), live?.fields), ...diffTags(spec.tags, live?.tags)],
  async create(aws, spec) {
    const arn = await put(aws, spec, spec.tags);
    return { fields: fieldsOf(spec), targetIds: [], tags: spec.tags, outputs: { arn } };
  },
  async update(aws, spec, live, changes) {
    if (!changes.every(isTagChange)) {
      await put(aws, spec, undefined);
      const Ids = live.targetIds.filter((id) => !spec.targets.some((target) => target.id === id));
      if (Ids.length > 0) await aws.call("events", "RemoveTargets", { Rule: spec.name, Ids });
    }
    // PutRule ignores the tags of a rule that exists (PutRule, API reference).
    if (changes.some(isTagChange))
      await aws.call("events", "TagResource", { ResourceARN: live.outputs.arn, Tags: toUpperTags(spec.tags) });
    return live;
  },
  async delete(aws, spec, live) {
    if (live.targetIds.length > 0)
      await unlessMissing(aws.call("events", "RemoveTargets", { Rule: spec.name, Ids: [...live.targetIds] }), gone);
    await unlessMissing(aws.call("events", "DeleteRule", { Name: spec.name }), gone);
  },
};
