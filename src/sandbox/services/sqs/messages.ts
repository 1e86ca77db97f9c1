import { setTimeout as sleep } from "node:timers/promises";
import { InvalidMessageContents, MessageNotInflight, ReceiptHandleIsInvalid } from "@aws-sdk/client-sqs";
import type * as sqs from "@aws-sdk/client-sqs";
import type { Message } from "@aws-sdk/client-sqs";
import { type Handler, meta } from "../../wire/api.ts";
import { enqueue, numberOf, receive } from "../../world/queues.ts";
import type { QueueMessage, QueueRecord } from "../../world/records/sqs.ts";
import { accountId } from "../../world/world.ts";
import { findQueue, invalidValue } from "./find.ts";

/** How often a long poll looks, in ms of ours. */
const lookMs = 25;

function checkBody(queue: QueueRecord, body: string): void {
  if (body === "")
    throw new InvalidMessageContents({ message: "The request must contain the parameter MessageBody.", ...meta });
  const limit = numberOf(queue, "MaximumMessageSize");
  if (Buffer.byteLength(body) > limit)
    throw invalidValue(`One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`);
}

export const sendMessage: Handler<typeof sqs, "SendMessage"> = (input, { region }) => {
  const queue = findQueue(region, input.QueueUrl);
  const body = input.MessageBody ?? "";
  checkBody(queue, body);
  const { id, md5 } = enqueue(region, queue, { body, attributes: input.MessageAttributes, delay: input.DelaySeconds });
  return { MessageId: id, MD5OfMessageBody: md5 };
};

export const sendMessageBatch: Handler<typeof sqs, "SendMessageBatch"> = (input, { region }) => {
  const queue = findQueue(region, input.QueueUrl);
  const Successful = (input.Entries ?? []).map(({ Id, MessageBody = "", MessageAttributes, DelaySeconds }) => {
    checkBody(queue, MessageBody);
    const sent = enqueue(region, queue, { body: MessageBody, attributes: MessageAttributes, delay: DelaySeconds });
    return { Id, MessageId: sent.id, MD5OfMessageBody: sent.md5 };
  });
  return { Successful, Failed: [] };
};

const systemAttributes = (message: QueueMessage): Record<string, string> => ({
  SenderId: accountId,
  SentTimestamp: String(message.sentAt),
  ApproximateReceiveCount: String(message.receivedCount),
  ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
});

const describe = (message: QueueMessage, names: readonly string[]): Message => ({
  MessageId: message.id,
  ReceiptHandle: message.receiptHandle,
  Body: message.body,
  MD5OfBody: message.md5,
  ...(Object.keys(message.attributes).length > 0 ? { MessageAttributes: message.attributes } : {}),
  ...(names.length === 0
    ? {}
    : {
        Attributes: Object.fromEntries(
          Object.entries(systemAttributes(message)).filter(([name]) => names.includes("All") || names.includes(name)),
        ),
      }),
});

/** With a wait time it answers as soon as there is a message; a stepped world does not wait, as nothing moves it on. */
export const receiveMessage: Handler<typeof sqs, "ReceiveMessage"> = async (input, { region }) => {
  const queue = findQueue(region, input.QueueUrl);
  const limit = input.MaxNumberOfMessages ?? 1;
  if (limit < 1 || limit > 10)
    throw invalidValue(
      `Value ${limit} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`,
    );
  const visibility = input.VisibilityTimeout ?? numberOf(queue, "VisibilityTimeout");
  const { clock } = region.world;
  const until = clock.now() + (input.WaitTimeSeconds ?? numberOf(queue, "ReceiveMessageWaitTimeSeconds")) * 1000;
  let found = receive(region, queue, limit, visibility);
  while (found.length === 0 && !clock.stepped && clock.now() < until) {
    await sleep(lookMs);
    found = receive(region, queue, limit, visibility);
  }
  const names: string[] = [...(input.MessageSystemAttributeNames ?? []), ...(input.AttributeNames ?? [])];
  return found.length === 0 ? {} : { Messages: found.map((message) => describe(message, names)) };
};

export const deleteMessage: Handler<typeof sqs, "DeleteMessage"> = (input, { region }) => {
  const queue = findQueue(region, input.QueueUrl);
  if (!/^[0-9a-f]{64}$/.test(input.ReceiptHandle ?? ""))
    throw new ReceiptHandleIsInvalid({
      message: `The input receipt handle "${input.ReceiptHandle}" is not a valid receipt handle.`,
      ...meta,
    });
  queue.messages = queue.messages.filter(({ receiptHandle }) => receiptHandle !== input.ReceiptHandle);
  return {};
};

export const deleteMessageBatch: Handler<typeof sqs, "DeleteMessageBatch"> = (input, { region }) => {
  const queue = findQueue(region, input.QueueUrl);
  const handles = new Set((input.Entries ?? []).map(({ ReceiptHandle }) => ReceiptHandle));
  queue.messages = queue.messages.filter(
    ({ receiptHandle }) => receiptHandle === undefined || !handles.has(receiptHandle),
  );
  return { Successful: (input.Entries ?? []).map(({ Id }) => ({ Id })), Failed: [] };
};

export const changeMessageVisibility: Handler<typeof sqs, "ChangeMessageVisibility"> = (input, { region }) => {
  const queue = findQueue(region, input.QueueUrl);
  const message = queue.messages.find(({ receiptHandle }) => receiptHandle === input.ReceiptHandle);
  if (!message)
    throw new ReceiptHandleIsInvalid({
      message: `The input receipt handle "${input.ReceiptHandle}" is not a valid receipt handle.`,
      ...meta,
    });
  const now = region.world.clock.now();
  if (message.visibleAt <= now)
    throw new MessageNotInflight({ message: "The message referred to is not in flight.", ...meta });
  message.visibleAt = now + (input.VisibilityTimeout ?? 0) * 1000;
  return {};
};
