import type { Tag } from "@aws-sdk/client-sns";
import type { Region } from "../world.ts";

export interface TopicRecord {
  arn: string;
  name: string;
  attributes: Record<string, string>;
  tags: Tag[];
}

export interface SubscriptionRecord {
  arn: string;
  topicArn: string;
  protocol: string;
  endpoint: string;
  /** Somebody opened the link in the mail. Only then does it get notifications. */
  confirmed: boolean;
  token: string;
}

/** Something that SNS sent: a notification, or the request to confirm a subscription. */
export interface MessageRecord {
  id: string;
  at: Date;
  topicArn: string;
  kind: "Notification" | "SubscriptionConfirmation";
  subject: string;
  message: string;
  /** Addresses that it went to. */
  sentTo: string[];
}

/** By ARN. */
export const topics = (region: Region): Map<string, TopicRecord> => region.table("sns/topics");
/** By ARN. */
export const subscriptions = (region: Region): Map<string, SubscriptionRecord> => region.table("sns/subscriptions");
/** By id, oldest first. */
export const messages = (region: Region): Map<string, MessageRecord> => region.table("sns/messages");
