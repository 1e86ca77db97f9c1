import type { Aws } from "../aws/aws.ts";
import { type Change, isTagChange, type LiveParts } from "../plan/resource.ts";
import type { Fields } from "./diff-fields.ts";
import { fromTags, toUpperTags, type Tags } from "./tags.ts";

/** An alarm of any kind, as it is. */
export interface AlarmLive extends LiveParts {
  fields: Fields;
  outputs: { arn: string };
}

/** An alarm that was found, with its tags, which DescribeAlarms does not tell. */
export async function readTagged(aws: Aws, arn: string, fields: Fields): Promise<AlarmLive> {
  const { Tags } = await aws.call("cloudwatch", "ListTagsForResource", { ResourceARN: arn });
  return { fields, tags: fromTags(Tags), outputs: { arn } };
}

/** Puts an alarm anew where more than its tags changed: putting ignores the tags of one that exists (PutMetricAlarm, API reference). */
export async function updateAlarm<Live extends AlarmLive>(
  aws: Aws,
  tags: Tags,
  { live, changes, put }: { live: Live; changes: readonly Change[]; put: () => Promise<unknown> },
): Promise<Live> {
  if (!changes.every(isTagChange)) await put();
  if (changes.some(isTagChange))
    await aws.call("cloudwatch", "TagResource", { ResourceARN: live.outputs.arn, Tags: toUpperTags(tags) });
  return live;
}

/** Deletes an alarm; CloudWatch does not mind when it is not there. */
export async function deleteAlarm(aws: Aws, { name }: { name: string }): Promise<void> {
  await aws.call("cloudwatch", "DeleteAlarms", { AlarmNames: [name] });
}
