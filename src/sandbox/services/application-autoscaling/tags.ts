import { ResourceNotFoundException } from "@aws-sdk/client-application-auto-scaling";
import type * as aas from "@aws-sdk/client-application-auto-scaling";
import { meta, type Handler } from "../../wire/api.ts";
import { scalableTargets, type TargetRecord } from "../../world/records/application-autoscaling.ts";
import type { Region } from "../../world/world.ts";

function findByArn(region: Region, arn: string | undefined): TargetRecord {
  const found = [...scalableTargets(region).values()].find(({ target }) => target.ScalableTargetARN === arn);
  if (!found)
    throw new ResourceNotFoundException({
      message: "The specified resource doesn't exist.",
      ResourceName: arn,
      ...meta,
    });
  return found;
}

export const tagResource: Handler<typeof aas, "TagResource"> = (input, { region }) => {
  Object.assign(findByArn(region, input.ResourceARN).tags, input.Tags);
  return {};
};

export const untagResource: Handler<typeof aas, "UntagResource"> = (input, { region }) => {
  const { tags } = findByArn(region, input.ResourceARN);
  for (const key of input.TagKeys ?? []) delete tags[key];
  return {};
};

export const listTagsForResource: Handler<typeof aas, "ListTagsForResource"> = (input, { region }) => ({
  Tags: { ...findByArn(region, input.ResourceARN).tags },
});
