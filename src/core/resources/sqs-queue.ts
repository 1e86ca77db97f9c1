import type { Aws } from "../aws/aws.ts";
import { unlessMissing } from "../aws/missing.ts";
import { isTagChange, type LiveParts, type Resource } from "../plan/resource.ts";
import { admitEvents, hasStatement, withStatement } from "./access-policy.ts";
import { diffFields, diffTags } from "./diff-fields.ts";
import { readBack } from "./read-back.ts";
import type { Tags } from "./tags.ts";

export interface QueueSpec {
  name: string;
  tags: Tags;
}

export interface QueueLive extends LiveParts {
  url: string;
  policy: string | undefined;
  /** EventBridge rules of the account may send. */
  admitsEvents: boolean;
  outputs: { arn: string };
}

const missing = ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"] as const;

async function read(aws: Aws, spec: QueueSpec): Promise<QueueLive | undefined> {
  const found = await unlessMissing(aws.call("sqs", "GetQueueUrl", { QueueName: spec.name }), ...missing);
  if (!found?.QueueUrl) return undefined;
  const url = found.QueueUrl;
  const [answer, tags] = await Promise.all([
    unlessMissing(
      aws.call("sqs", "GetQueueAttributes", { QueueUrl: url, AttributeNames: ["QueueArn", "Policy"] }),
      ...missing,
    ),
    unlessMissing(aws.call("sqs", "ListQueueTags", { QueueUrl: url }), ...missing),
  ]);
  const arn = answer?.Attributes?.["QueueArn"];
  if (arn === undefined || !tags) return undefined;
  const policy = answer?.Attributes?.["Policy"];
  const admitsEvents = hasStatement(policy, admitEvents(arn, "sqs:SendMessage"));
  return { url, policy, admitsEvents, tags: tags.Tags ?? {}, outputs: { arn } };
}

async function admit(aws: Aws, live: QueueLive): Promise<void> {
  const Policy = withStatement(live.policy, admitEvents(live.outputs.arn, "sqs:SendMessage"));
  await aws.call("sqs", "SetQueueAttributes", { QueueUrl: live.url, Attributes: { Policy } });
}

/** A queue that the account's event rules may fill. */
export const sqsQueue: Resource<QueueSpec, QueueLive> = {
  kind: "sqs-queue",
  read,
  diff: (spec, live) => [
    ...diffFields({ admitsEvents: true }, live && { admitsEvents: live.admitsEvents || undefined }),
    ...diffTags(spec.tags, live?.tags),
  ],
  async create(aws, spec) {
    await aws.call("sqs", "CreateQueue", { QueueName: spec.name, tags: { ...spec.tags } });
    const made = await readBack(read(aws, spec), `queue ${spec.name}`);
    await admit(aws, made);
    return made;
  },
  async update(aws, spec, live, changes) {
    if (!changes.every(isTagChange)) await admit(aws, live);
    if (changes.some(isTagChange)) await aws.call("sqs", "TagQueue", { QueueUrl: live.url, Tags: { ...spec.tags } });
    return live;
  },
  async delete(aws, _spec, live) {
    await unlessMissing(aws.call("sqs", "DeleteQueue", { QueueUrl: live.url }), ...missing);
  },
  // A name that was deleted rests for a minute (DeleteQueue, API reference).
  passing: (error) => error.name === "NotVisibleYet" || error.name.endsWith("QueueDeletedRecently"),
};
