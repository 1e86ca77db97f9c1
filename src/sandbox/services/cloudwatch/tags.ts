import { ResourceNotFoundException } from "@aws-sdk/client-cloudwatch";
import type * as cloudwatch from "@aws-sdk/client-cloudwatch";
import { meta, type Handler } from "../../wire/api.ts";
import { alarms, cloudwatchTags, compositeAlarms } from "../../world/records/cloudwatch.ts";
import { dashboards } from "../../world/records/dashboards.ts";
import type { Region } from "../../world/world.ts";

/** The tags of an alarm or a dashboard by its ARN, which may be changed in place. */
function openTags(region: Region, arn: string | undefined): Record<string, string> {
  const dashboard = [...dashboards(region).values()].find((one) => one.arn === arn);
  if (dashboard) return dashboard.tags;
  const known = [...alarms(region).values(), ...compositeAlarms(region).values()].some(
    ({ alarm }) => alarm.AlarmArn === arn,
  );
  if (!known || arn === undefined)
    throw new ResourceNotFoundException({
      message: "The named resource does not exist.",
      ResourceType: "Alarm",
      ResourceId: arn,
      ...meta,
    });
  const tags = cloudwatchTags(region).get(arn) ?? {};
  cloudwatchTags(region).set(arn, tags);
  return tags;
}

export const tagResource: Handler<typeof cloudwatch, "TagResource"> = (input, { region }) => {
  const tags = openTags(region, input.ResourceARN);
  for (const { Key, Value } of input.Tags ?? []) tags[Key ?? ""] = Value ?? "";
  return {};
};

export const untagResource: Handler<typeof cloudwatch, "UntagResource"> = (input, { region }) => {
  const tags = openTags(region, input.ResourceARN);
  for (const key of input.TagKeys ?? []) delete tags[key];
  return {};
};

export const listTagsForResource: Handler<typeof cloudwatch, "ListTagsForResource"> = (input, { region }) => ({
  Tags: Object.entries(openTags(region, input.ResourceARN)).map(([Key, Value]) => ({ Key, Value })),
});
