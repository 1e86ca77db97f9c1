import type * as sns from "@aws-sdk/client-sns";
import type { Tag } from "@aws-sdk/client-sns";
import { type Handler, page } from "../../wire/api.ts";
import { publish as publishTo } from "../../world/notifications.ts";
import { subscriptions, type TopicRecord, topics } from "../../world/records/sns.ts";
import { accountId, type Region } from "../../world/world.ts";
import { findTopic, invalid } from "./find.ts";

const sorted = (tags: readonly Tag[]): string => JSON.stringify(tags.map(({ Key, Value }) => [Key, Value]).sort());

/** Making a topic that exists gives the one that is there, if it was made with the same tags. */
export const createTopic: Handler<typeof sns, "CreateTopic"> = (input, { region }) => {
  const name = input.Name ?? "";
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(name)) throw invalid("Topic Name");
  const arn = region.arn("sns", name);
  const existing = topics(region).get(arn);
  if (existing && input.Tags && sorted(input.Tags) !== sorted(existing.tags))
    throw invalid("Tags Reason: Topic already exists with different tags");
  const record: TopicRecord = { arn, name, attributes: { ...input.Attributes }, tags: input.Tags ?? [] };
  if (!existing) topics(region).set(arn, record);
  return { TopicArn: arn };
};

/** Subscriptions go with their topic; deleting what has gone succeeds. */
export const deleteTopic: Handler<typeof sns, "DeleteTopic"> = (input, { region }) => {
  topics(region).delete(input.TopicArn ?? "");
  for (const [arn, one] of subscriptions(region))
    if (one.topicArn === input.TopicArn) subscriptions(region).delete(arn);
  return {};
};

export const listTopics: Handler<typeof sns, "ListTopics"> = (input, { region }) => {
  const { items, next } = page([...topics(region).values()], input.NextToken, 100);
  return { Topics: items.map(({ arn }) => ({ TopicArn: arn })), NextToken: next };
};

const publishing = [
  "GetTopicAttributes",
  "SetTopicAttributes",
  "AddPermission",
  "RemovePermission",
  "DeleteTopic",
  "Subscribe",
  "ListSubscriptionsByTopic",
  "Publish",
];

/** The account's own may do everything; services of AWS that act for nobody (EventBridge) may not publish. */
const defaultPolicy = (arn: string): string =>
  JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: publishing.map((action) => `SNS:${action}`),
        Resource: arn,
        Condition: { StringEquals: { "AWS:SourceOwner": accountId } },
      },
    ],
  });

export const getTopicAttributes: Handler<typeof sns, "GetTopicAttributes"> = (input, { region }) => {
  const topic = findTopic(region, input.TopicArn);
  const own = [...subscriptions(region).values()].filter((one) => one.topicArn === topic.arn);
  const confirmed = own.filter((one) => one.confirmed).length;
  return {
    Attributes: {
      TopicArn: topic.arn,
      Owner: accountId,
      DisplayName: "",
      SubscriptionsConfirmed: String(confirmed),
      SubscriptionsPending: String(own.length - confirmed),
      SubscriptionsDeleted: "0",
      Policy: defaultPolicy(topic.arn),
      ...topic.attributes,
    },
  };
};

export const setTopicAttributes: Handler<typeof sns, "SetTopicAttributes"> = (input, { region }) => {
  findTopic(region, input.TopicArn).attributes[input.AttributeName ?? ""] = input.AttributeValue ?? "";
  return {};
};

export const publish: Handler<typeof sns, "Publish"> = (input, { region }) => {
  const topic = findTopic(region, input.TopicArn ?? input.TargetArn);
  if (!input.Message) throw invalid("Empty message");
  return { MessageId: publishTo(region, topic.arn, input.Subject, input.Message)?.id };
};

const taggable = (region: Region, arn: string | undefined): TopicRecord => findTopic(region, arn);

export const tagResource: Handler<typeof sns, "TagResource"> = (input, { region }) => {
  const topic = taggable(region, input.ResourceArn);
  const added = input.Tags ?? [];
  topic.tags = [...topic.tags.filter((tag) => !added.some((one) => one.Key === tag.Key)), ...added];
  return {};
};

export const untagResource: Handler<typeof sns, "UntagResource"> = (input, { region }) => {
  const topic = taggable(region, input.ResourceArn);
  topic.tags = topic.tags.filter((tag) => !input.TagKeys?.includes(tag.Key ?? ""));
  return {};
};

export const listTagsForResource: Handler<typeof sns, "ListTagsForResource"> = (input, { region }) => ({
  Tags: taggable(region, input.ResourceArn).tags,
});
