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
  /** Raw message delivery: without SNS's envelope. */
  raw?: boolean | undefined;
}

/** How a message came to one subscription. */
export interface DeliveryRecord {
  protocol: string;
  endpoint: string;
  /** `shown`: nobody was written to, the inbox shows it. */
  state: "shown" | "sending" | "delivered" | "failed";
  detail?: string;
}

/** Something that SNS sent: a notification, or the request to confirm a subscription. */
export interface MessageRecord {
  id: string;
  at: Date;
  topicArn: string;
  kind: "Notification" | "SubscriptionConfirmation";
  /** Undefined when the publisher gave none: a mail says "AWS Notification Message". */
  subject: string | undefined;
  message: string;
  /** Addresses that it went to. */
  sentTo: string[];
  /** One for each address. */
  deliveries: DeliveryRecord[];
}

/** By ARN. */
export const topics = (region: Region): Map<string, TopicRecord> => region.table("sns/topics");
/** By ARN. */
export const subscriptions = (region: Region): Map<string, SubscriptionRecord> => region.table("sns/subscriptions");
/** By id, oldest first. */
export const messages = (region: Region): Map<string, MessageRecord> => region.table("sns/messages");
