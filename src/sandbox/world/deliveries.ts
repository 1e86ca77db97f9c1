import { setTimeout as sleep } from "node:timers/promises";
import { enqueue } from "./queues.ts";
import type { DeliveryRecord, MessageRecord, SubscriptionRecord } from "./records/sns.ts";
import { queues } from "./records/sqs.ts";
import { allowsService } from "./resource-policy.ts";
import type { Region } from "./world.ts";

/** SNS tries an address that fails again at once, three times (SNS message delivery retries, "immediate retry"). */
const attempts = 4;
const pauseMs = 100;
/** SNS gives an address 15 s to answer; nothing on this computer needs as long. */
const answerMs = 5_000;

/** Only this computer: the sandbox writes to nobody else. */
const isLoopback = (url: URL): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);

/** Sends a message to one subscription, and returns how that went or goes; an address is told behind our back. */
export function deliver(region: Region, message: MessageRecord, to: SubscriptionRecord): DeliveryRecord {
  const { protocol, endpoint } = to;
  if (protocol === "sqs") return { protocol, endpoint, ...deliverToQueue(region, message, to) };
  if (protocol !== "http" && protocol !== "https") return { protocol, endpoint, state: "shown" };
  const url = new URL(endpoint);
  if (!isLoopback(url))
    return { protocol, endpoint, state: "shown", detail: "the sandbox posts to this computer only" };
  const delivery: DeliveryRecord = { protocol, endpoint, state: "sending" };
  void post(region, { url, message, to }, delivery);
  return delivery;
}

function deliverToQueue(
  region: Region,
  message: MessageRecord,
  to: SubscriptionRecord,
): Pick<DeliveryRecord, "state" | "detail"> {
  const [, , , home = "", , name = ""] = to.endpoint.split(":");
  const at = region.world.region(home);
  const queue = queues(at).get(name);
  if (!queue) return { state: "failed", detail: "the queue does not exist" };
  if (!allowsService(queue.attributes["Policy"], "sns.amazonaws.com", "sqs:SendMessage"))
    return { state: "failed", detail: "the queue's policy does not let sns.amazonaws.com send" };
  enqueue(at, queue, { body: to.raw ? message.message : JSON.stringify(envelopeOf(region, message, to)) });
  return { state: "delivered" };
}

interface Posting {
  url: URL;
  message: MessageRecord;
  to: SubscriptionRecord;
}

/** The world holds the record, so that whoever looks later sees how it went. */
async function post(region: Region, posting: Posting, delivery: DeliveryRecord): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const fault = await tryToPost(region, posting);
    delivery.state = fault === undefined ? "delivered" : attempt === attempts ? "failed" : "sending";
    if (fault === undefined) delete delivery.detail;
    else delivery.detail = fault;
    region.world.store.revision++;
    if (fault === undefined) return;
    await sleep(pauseMs, undefined, { ref: false });
  }
}

/** Why the address did not take it; undefined when it did. */
async function tryToPost(region: Region, { url, message, to }: Posting): Promise<string | undefined> {
  const raw = to.raw && message.kind === "Notification";
  const headers = {
    "content-type": "text/plain; charset=UTF-8",
    "user-agent": "Amazon Simple Notification Service Agent",
    "x-amz-sns-message-type": message.kind,
    "x-amz-sns-message-id": message.id,
    "x-amz-sns-topic-arn": message.topicArn,
    ...(message.kind === "Notification" ? { "x-amz-sns-subscription-arn": to.arn } : {}),
    ...(raw ? { "x-amz-sns-rawdelivery": "true" } : {}),
  };
  const body = raw ? message.message : JSON.stringify(envelopeOf(region, message, to));
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(answerMs),
    });
    await answer.body?.cancel();
    return answer.status < 300 ? undefined : `it answered ${answer.status}`;
  } catch (error) {
    const { cause, message: said } = error as Error;
    return cause instanceof Error ? cause.message : said;
  }
}

/** Where a subscription is confirmed: whoever has the token may, without keys. */
export const confirmUrl = (region: Region, { topicArn, token }: SubscriptionRecord): string =>
  `http://${region.world.endpoint()}/?${new URLSearchParams({ Action: "ConfirmSubscription", Version: "2010-03-31", TopicArn: topicArn, Token: token }).toString()}`;

/** The JSON that SNS posts ("HTTP/HTTPS notification JSON format"). The sandbox signs nothing. */
function envelopeOf(region: Region, message: MessageRecord, to: SubscriptionRecord): object {
  const isRequest = message.kind === "SubscriptionConfirmation";
  const base = `http://${region.world.endpoint()}/`;
  return {
    Type: message.kind,
    MessageId: message.id,
    ...(isRequest ? { Token: to.token } : {}),
    TopicArn: message.topicArn,
    ...(isRequest || message.subject === undefined ? {} : { Subject: message.subject }),
    Message: isRequest
      ? `You have chosen to subscribe to the topic ${message.topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`
      : message.message,
    ...(isRequest ? { SubscribeURL: confirmUrl(region, to) } : {}),
    Timestamp: message.at.toISOString(),
    SignatureVersion: "1",
    Signature: "",
    SigningCertURL: "",
    ...(isRequest
      ? {}
      : {
          UnsubscribeURL: `${base}?${new URLSearchParams({ Action: "Unsubscribe", Version: "2010-03-31", SubscriptionArn: to.arn }).toString()}`,
        }),
  };
}
