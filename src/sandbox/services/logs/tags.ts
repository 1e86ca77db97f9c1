import type * as logs from "@aws-sdk/client-cloudwatch-logs";
import type { Handler } from "../../wire/api.ts";
import { findGroup } from "./groups.ts";

export const tagResource: Handler<typeof logs, "TagResource"> = (input, { region }) => {
  Object.assign(findGroup(region, input.resourceArn).tags, input.tags);
  return {};
};

export const untagResource: Handler<typeof logs, "UntagResource"> = (input, { region }) => {
  const { tags } = findGroup(region, input.resourceArn);
  for (const key of input.tagKeys ?? []) delete tags[key];
  return {};
};

export const listTagsForResource: Handler<typeof logs, "ListTagsForResource"> = (input, { region }) => ({
  tags: { ...findGroup(region, input.resourceArn).tags },
});
