import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { Region } from "../world.ts";

export interface QueueMessage {
  id: string;
  body: string;
  md5: string;
  attributes: Record<string, MessageAttributeValue>;
  /** ms since the epoch. */
  sentAt: number;
  /** Nobody receives it before. */
  visibleAt: number;
  receivedCount: number;
  firstReceivedAt?: number;
  /** Of the newest receipt. */
  receiptHandle?: string;
}

export interface QueueRecord {
  name: string;
  arn: string;
  /** As SetQueueAttributes takes them: text. */
  attributes: Record<string, string>;
  createdAt: number;
  changedAt: number;
  tags: Record<string, string>;
  /** Oldest first. */
  messages: QueueMessage[];
}

/** By name. */
export const queues = (region: Region): Map<string, QueueRecord> => region.table("sqs/queues");
