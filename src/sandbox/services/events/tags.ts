import type * as events from "@aws-sdk/client-eventbridge";
import type { Handler } from "../../wire/api.ts";
import { eventRules, type RuleRecord } from "../../world/records/events.ts";
import type { Region } from "../../world/world.ts";
import { notFound } from "./errors.ts";

function findTagged(region: Region, arn = ""): RuleRecord {
  const rule = [...eventRules(region).values()].find((one) => one.arn === arn);
  if (!rule) throw notFound(`Rule ${arn.slice(arn.lastIndexOf("/") + 1)} does not exist on EventBus default.`);
  return rule;
}

export const tagResource: Handler<typeof events, "TagResource"> = (input, { region }) => {
  const { tags } = findTagged(region, input.ResourceARN);
  for (const { Key = "", Value = "" } of input.Tags ?? []) tags[Key] = Value;
  return {};
};

export const untagResource: Handler<typeof events, "UntagResource"> = (input, { region }) => {
  const { tags } = findTagged(region, input.ResourceARN);
  for (const key of input.TagKeys ?? []) delete tags[key];
  return {};
};

export const listTagsForResource: Handler<typeof events, "ListTagsForResource"> = (input, { region }) => ({
  Tags: Object.entries(findTagged(region, input.ResourceARN).tags).map(([Key, Value]) => ({ Key, Value })),
});
