import type { Aws } from "../aws/aws.ts";
import { diffFields, diffTags } from "./diff-fields.ts";
import type { LiveParts, Resource } from "../plan/resource.ts";
import { unlessMissing } from "../aws/missing.ts";
import { readBack } from "./read-back.ts";
import type { Tags } from "./tags.ts";

export interface LogGroupSpec {
  name: string;
  retentionDays: number;
  tags: Tags;
}

export interface LogGroupLive extends LiveParts {
  retentionDays: number | undefined;
  outputs: { arn: string };
}

async function read(aws: Aws, spec: LogGroupSpec): Promise<LogGroupLive | undefined> {
  const groups = await aws.all("logs", "DescribeLogGroups", { logGroupNamePrefix: spec.name }, (p) => p.logGroups);
  const group = groups.find((candidate) => candidate.logGroupName === spec.name);
  if (!group) return undefined;
  const arn = group.logGroupArn ?? group.arn?.replace(/:\*$/, "") ?? "";
  const answer = await unlessMissing(
    aws.call("logs", "ListTagsForResource", { resourceArn: arn }),
    "ResourceNotFoundException",
  );
  return answer && { retentionDays: group.retentionInDays, tags: answer.tags ?? {}, outputs: { arn } };
}

/** A CloudWatch log group with a retention. */
export const logGroup: Resource<LogGroupSpec, LogGroupLive> = {
  kind: "log-group",
  read,
  diff: (spec, live) => [
    ...diffFields({ retentionDays: spec.retentionDays }, live && { retentionDays: live.retentionDays }),
    ...diffTags(spec.tags, live?.tags),
  ],
  async create(aws, spec) {
    await unlessMissing(
      aws.call("logs", "CreateLogGroup", { logGroupName: spec.name, tags: { ...spec.tags } }),
      "ResourceAlreadyExistsException",
    );
    await aws.call("logs", "PutRetentionPolicy", { logGroupName: spec.name, retentionInDays: spec.retentionDays });
    return readBack(read(aws, spec), `log group ${spec.name}`);
  },
  async update(aws, spec, live, changes) {
    if (changes.some((change) => change.path === "retentionDays"))
      await aws.call("logs", "PutRetentionPolicy", { logGroupName: spec.name, retentionInDays: spec.retentionDays });
    if (changes.some((change) => change.path.startsWith("tags.")))
      await aws.call("logs", "TagResource", { resourceArn: live.outputs.arn, tags: { ...spec.tags } });
    return readBack(read(aws, spec), `log group ${spec.name}`);
  },
  async delete(aws, spec) {
    await unlessMissing(aws.call("logs", "DeleteLogGroup", { logGroupName: spec.name }), "ResourceNotFoundException");
  },
  passing: (error) => error.name === "NotVisibleYet" || error.name === "OperationAbortedException",
};
