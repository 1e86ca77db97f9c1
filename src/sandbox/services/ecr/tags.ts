import type * as ecr from "@aws-sdk/client-ecr";
import type { Handler } from "../../wire/api.ts";
import { requireRepositoryByArn } from "./failures.ts";

export const tagResource: Handler<typeof ecr, "TagResource"> = (input, call) => {
  const record = requireRepositoryByArn(call, input.resourceArn);
  const given = input.tags ?? [];
  record.tags = [...record.tags.filter((tag) => !given.some(({ Key }) => Key === tag.Key)), ...given];
  return {};
};

export const untagResource: Handler<typeof ecr, "UntagResource"> = (input, call) => {
  const record = requireRepositoryByArn(call, input.resourceArn);
  record.tags = record.tags.filter((tag) => !input.tagKeys?.includes(tag.Key ?? ""));
  return {};
};

export const listTagsForResource: Handler<typeof ecr, "ListTagsForResource"> = (input, call) => ({
  tags: [...requireRepositoryByArn(call, input.resourceArn).tags],
});
