import type * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Tag } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Handler } from "../../wire/api.ts";
import { elbTags } from "../../world/records/elb.ts";
import type { Region } from "../../world/world.ts";
import { validationError } from "./errors.ts";
import { findBalancer, findGroup, findListener } from "./find.ts";

/** The tags of what an ARN names, which must be there. */
function readTags(region: Region, arn: string): Tag[] {
  if (arn.includes(":loadbalancer/")) findBalancer(region, arn);
  else if (arn.includes(":targetgroup/")) findGroup(region, arn);
  else if (arn.includes(":listener/")) findListener(region, arn);
  else throw validationError(`'${arn}' is not a valid load balancer ARN`);
  return elbTags(region).get(arn) ?? [];
}

export const addTags: Handler<typeof elb, "AddTags"> = (input, { region }) => {
  const added = input.Tags ?? [];
  for (const arn of input.ResourceArns ?? []) {
    const kept = readTags(region, arn).filter((tag) => !added.some((one) => one.Key === tag.Key));
    elbTags(region).set(arn, [...kept, ...added]);
  }
  return {};
};

export const removeTags: Handler<typeof elb, "RemoveTags"> = (input, { region }) => {
  for (const arn of input.ResourceArns ?? []) {
    const kept = readTags(region, arn).filter((tag) => !input.TagKeys?.includes(tag.Key ?? ""));
    elbTags(region).set(arn, kept);
  }
  return {};
};

export const describeTags: Handler<typeof elb, "DescribeTags"> = (input, { region }) => ({
  TagDescriptions: (input.ResourceArns ?? []).map((arn) => ({ ResourceArn: arn, Tags: readTags(region, arn) })),
});
