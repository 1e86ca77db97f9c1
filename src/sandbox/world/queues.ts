import { createHash } from "node:crypto";
import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { recordMetric } from "./metrics.ts";
import { uuid } from "./records/ecs.ts";
import { type QueueMessage, type QueueRecord, queues } from "./records/sqs.ts";
import { accountId, type Region } from "./world.ts";

/** Messages that a queue keeps at most. The sandbox is no archive. */
const keptMessages = 10_000;
const minuteMs = 60_000;

/** SQS's defaults (SetQueueAttributes, API reference). */
export const queueDefaults: Readonly<Record<string, string>> = {
  VisibilityTimeout: "30",
  MaximumMessageSize: "262144",
  MessageRetentionPeriod: "345600",
  DelaySeconds: "0",
  ReceiveMessageWaitTimeSeconds: "0",
  SqsManagedSseEnabled: "true",
};

/** An attribute of a queue as a number, its default when it was not set. */
export const numberOf = (queue: QueueRecord, name: string): number =>
  Number(queue.attributes[name] ?? queueDefaults[name] ?? 0);

/** `http://127.0.0.1:4566/123456789012/jobs`: where the sandbox listens now, which may change with a restart. */
export const queueUrl = (region: Region, name: string): string =>
  `http://${region.world.endpoint()}/${accountId}/${name}`;

export interface NewMessage {
  body: string;
  attributes?: Record<string, MessageAttributeValue> | undefined;
  /** Seconds until it can be received; the queue's own when absent. */
  delay?: number | undefined;
}

/** Puts a message into a queue. */
export function enqueue(
  region: Region,
  queue: QueueRecord,
  { body, attributes = {}, delay }: NewMessage,
): QueueMessage {
  const now = Math.floor(region.world.clock.now());
  const message: QueueMessage = {
    id: uuid(region),
    body,
    md5: createHash("md5").update(body).digest("hex"),
    attributes,
    sentAt: now,
    visibleAt: now + (delay ?? numberOf(queue, "DelaySeconds")) * 1000,
    receivedCount: 0,
  };
  queue.messages.push(message);
  if (queue.messages.length > keptMessages) queue.messages.splice(0, queue.messages.length - keptMessages);
  return message;
}

/** Takes up to so many visible messages; they are hidden for `visibility` seconds, or go to the dead-letter queue. */
export function receive(region: Region, queue: QueueRecord, limit: number, visibility: number): QueueMessage[] {
  const now = region.world.clock.now();
  const received: QueueMessage[] = [];
  for (const message of queue.messages.filter(({ visibleAt }) => visibleAt <= now)) {
    if (received.length >= limit) break;
    if (moveToDeadLetters(region, queue, message)) continue;
    message.visibleAt = now + visibility * 1000;
    message.receivedCount++;
    message.firstReceivedAt ??= Math.floor(now);
    message.receiptHandle = region.id("", 64);
    received.push(message);
  }
  return received;
}

/** What was received as often as the redrive policy allows goes to the dead-letter queue. */
function moveToDeadLetters(region: Region, queue: QueueRecord, message: QueueMessage): boolean {
  const policy = readRedrive(queue.attributes["RedrivePolicy"]);
  if (!policy || message.receivedCount < policy.maxReceiveCount) return false;
  const letters = queues(region).get(policy.deadLetterTargetArn.split(":").at(-1) ?? "");
  if (!letters) return false;
  queue.messages.splice(queue.messages.indexOf(message), 1);
  letters.messages.push({ ...message, receivedCount: 0, visibleAt: region.world.clock.now() });
  return true;
}

function readRedrive(text: string | undefined): { deadLetterTargetArn: string; maxReceiveCount: number } | undefined {
  if (text === undefined || text === "") return undefined;
  const { deadLetterTargetArn = "", maxReceiveCount = 0 } = JSON.parse(text) as Record<string, string | undefined>;
  return { deadLetterTargetArn: String(deadLetterTargetArn), maxReceiveCount: Number(maxReceiveCount) };
}

/** How many messages wait, are being worked on, and are not due yet. */
export function countMessages(queue: QueueRecord, now: number): { visible: number; hidden: number; delayed: number } {
  const hidden = queue.messages.filter((one) => one.visibleAt > now);
  const delayed = hidden.filter((one) => one.receivedCount === 0).length;
  return { visible: queue.messages.length - hidden.length, hidden: hidden.length - delayed, delayed };
}

/** Drops what is too old, and tells CloudWatch every minute what every queue holds. */
export function stepQueues(region: Region, now: number): void {
  if (queues(region).size === 0) return;
  const table = region.table<{ slot: number }>("sqs/metric-slots");
  const slot = Math.floor(now / minuteMs);
  if (table.get("last")?.slot === slot) return;
  table.set("last", { slot });
  const at = new Date(slot * minuteMs - minuteMs / 2);
  for (const queue of queues(region).values()) {
    const oldest = now - numberOf(queue, "MessageRetentionPeriod") * 1000;
    queue.messages = queue.messages.filter(({ sentAt }) => sentAt >= oldest);
    const { visible, hidden, delayed } = countMessages(queue, now);
    const put = (name: string, value: number, unit: "Count" | "Seconds" = "Count"): void =>
      recordMetric(region, { namespace: "AWS/SQS", name, dimensions: { QueueName: queue.name }, at, value, unit });
    put("ApproximateNumberOfMessagesVisible", visible);
    put("ApproximateNumberOfMessagesNotVisible", hidden);
    put("ApproximateNumberOfMessagesDelayed", delayed);
    put("ApproximateAgeOfOldestMessage", visible ? (now - (queue.messages[0]?.sentAt ?? now)) / 1000 : 0, "Seconds");
  }
}
