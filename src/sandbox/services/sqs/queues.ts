import { QueueDeletedRecently, QueueNameExists } from "@aws-sdk/client-sqs";
import type * as sqs from "@aws-sdk/client-sqs";
import { type Handler, meta, page } from "../../wire/api.ts";
import { countMessages, queueDefaults, queueUrl } from "../../world/queues.ts";
import { type QueueRecord, queues } from "../../world/records/sqs.ts";
import { checkAttributes, findQueue, invalidValue, noQueue } from "./find.ts";

/** A name that was deleted cannot be used again for so long (DeleteQueue, API reference). */
const nameRestMs = 60_000;

/** Making a queue that exists gives the one that is there, if its attributes are the same. */
export const createQueue: Handler<typeof sqs, "CreateQueue"> = (input, { region }) => {
  const name = input.QueueName ?? "";
  const now = Math.floor(region.world.clock.now());
  if (name.endsWith(".fifo") || input.Attributes?.["FifoQueue"] === "true")
    throw invalidValue("The sandbox has standard queues only, no FIFO queues.");
  if (!/^[\w-]{1,80}$/.test(name))
    throw invalidValue("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
  checkAttributes(input.Attributes);
  const existing = queues(region).get(name);
  const differs = Object.entries(input.Attributes ?? {}).find(
    ([key, value]) => existing && (existing.attributes[key] ?? queueDefaults[key]) !== value,
  );
  if (differs)
    throw new QueueNameExists({
      message: `A queue already exists with the same name and a different value for attribute ${differs[0]}`,
      ...meta,
    });
  const deletedAt = region.table<{ at: number }>("sqs/deleted").get(name)?.at;
  if (!existing && deletedAt !== undefined && now - deletedAt < nameRestMs)
    throw new QueueDeletedRecently({
      message: "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
      ...meta,
    });
  const attributes = { ...input.Attributes };
  const made: QueueRecord = {
    name,
    arn: region.arn("sqs", name),
    attributes,
    createdAt: now,
    changedAt: now,
    tags: { ...input.tags },
    messages: [],
  };
  if (!existing) queues(region).set(name, made);
  return { QueueUrl: queueUrl(region, name) };
};

export const deleteQueue: Handler<typeof sqs, "DeleteQueue"> = (input, { region }) => {
  const { name } = findQueue(region, input.QueueUrl);
  queues(region).delete(name);
  region.table<{ at: number }>("sqs/deleted").set(name, { at: region.world.clock.now() });
  return {};
};

export const getQueueUrl: Handler<typeof sqs, "GetQueueUrl"> = (input, { region }) => {
  const queue = queues(region).get(input.QueueName ?? "");
  if (!queue) throw noQueue();
  return { QueueUrl: queueUrl(region, queue.name) };
};

export const listQueues: Handler<typeof sqs, "ListQueues"> = (input, { region }) => {
  const named = [...queues(region).values()].filter(({ name }) => name.startsWith(input.QueueNamePrefix ?? ""));
  const { items, next } = page(named, input.NextToken, input.MaxResults ?? 1000);
  const QueueUrls = items.map(({ name }) => queueUrl(region, name));
  return { ...(QueueUrls.length > 0 ? { QueueUrls } : {}), ...(next ? { NextToken: next } : {}) };
};

export const getQueueAttributes: Handler<typeof sqs, "GetQueueAttributes"> = (input, { region }) => {
  const queue = findQueue(region, input.QueueUrl);
  const { visible, hidden, delayed } = countMessages(queue, region.world.clock.now());
  const all: Record<string, string> = {
    ...queueDefaults,
    ...queue.attributes,
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(hidden),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(queue.changedAt / 1000)),
  };
  const names: string[] = input.AttributeNames ?? [];
  if (names.includes("All")) return { Attributes: all };
  return { Attributes: Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name))) };
};

export const setQueueAttributes: Handler<typeof sqs, "SetQueueAttributes"> = (input, { region }) => {
  const queue = findQueue(region, input.QueueUrl);
  checkAttributes(input.Attributes);
  for (const [name, value] of Object.entries(input.Attributes ?? {}))
    if (value === "") delete queue.attributes[name];
    else queue.attributes[name] = value;
  queue.changedAt = Math.floor(region.world.clock.now());
  return {};
};

export const purgeQueue: Handler<typeof sqs, "PurgeQueue"> = (input, { region }) => {
  findQueue(region, input.QueueUrl).messages = [];
  return {};
};

export const tagQueue: Handler<typeof sqs, "TagQueue"> = (input, { region }) => {
  Object.assign(findQueue(region, input.QueueUrl).tags, input.Tags);
  return {};
};

export const untagQueue: Handler<typeof sqs, "UntagQueue"> = (input, { region }) => {
  const { tags } = findQueue(region, input.QueueUrl);
  for (const key of input.TagKeys ?? []) delete tags[key];
  return {};
};

export const listQueueTags: Handler<typeof sqs, "ListQueueTags"> = (input, { region }) => ({
  Tags: { ...findQueue(region, input.QueueUrl).tags },
});
