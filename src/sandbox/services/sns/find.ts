import { InvalidParameterException, NotFoundException } from "@aws-sdk/client-sns";
import { meta } from "../../wire/api.ts";
import { type SubscriptionRecord, subscriptions, type TopicRecord, topics } from "../../world/records/sns.ts";
import type { Region } from "../../world/world.ts";

export const invalid = (message: string): InvalidParameterException =>
  new InvalidParameterException({ message: `Invalid parameter: ${message}`, ...meta });

export function findTopic(region: Region, arn = ""): TopicRecord {
  if (!/^arn:aws[\w-]*:sns:[^:]+:\d{12}:.+$/.test(arn)) throw invalid("TopicArn");
  const found = topics(region).get(arn);
  if (found) return found;
  throw new NotFoundException({ message: "Topic does not exist", ...meta });
}

export function findSubscription(region: Region, arn = ""): SubscriptionRecord {
  const found = subscriptions(region).get(arn);
  if (found) return found;
  throw new NotFoundException({ message: "Subscription does not exist", ...meta });
}
