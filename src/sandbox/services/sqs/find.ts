import { InvalidAttributeName, InvalidAttributeValue, QueueDoesNotExist } from "@aws-sdk/client-sqs";
import { ApiError, meta } from "../../wire/api.ts";
import { type QueueRecord, queues } from "../../world/records/sqs.ts";
import type { Region } from "../../world/world.ts";

export const noQueue = (): QueueDoesNotExist =>
  new QueueDoesNotExist({ message: "The specified queue does not exist.", ...meta });
export const invalidValue = (message: string): ApiError => new ApiError("InvalidParameterValue", message);

/** The queue of a URL, whatever host it names. */
export function findQueue(region: Region, url = ""): QueueRecord {
  const queue = queues(region).get(url.slice(url.lastIndexOf("/") + 1));
  if (!queue) throw noQueue();
  return queue;
}

const ranges: Readonly<Record<string, readonly [number, number]>> = {
  DelaySeconds: [0, 900],
  MaximumMessageSize: [1024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  VisibilityTimeout: [0, 43_200],
};
const others = ["Policy", "RedrivePolicy", "RedriveAllowPolicy", "SqsManagedSseEnabled", "KmsMasterKeyId"];

/** Throws SQS's refusal of attributes that it does not know or whose values are out of range. */
export function checkAttributes(attributes: Readonly<Record<string, string>> = {}): void {
  for (const [name, value] of Object.entries(attributes)) {
    const range = ranges[name];
    if (!range && !others.includes(name))
      throw new InvalidAttributeName({ message: `Unknown Attribute ${name}.`, ...meta });
    const refused = range ? !(Number(value) >= range[0] && Number(value) <= range[1]) : !isPolicy(name, value);
    if (refused) throw new InvalidAttributeValue({ message: `Invalid value for the parameter ${name}.`, ...meta });
  }
}

function isPolicy(name: string, value: string): boolean {
  if (!name.endsWith("Policy") || value === "") return true;
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}
