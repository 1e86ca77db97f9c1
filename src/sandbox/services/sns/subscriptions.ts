import type * as sns from "@aws-sdk/client-sns";
import type { Subscription } from "@aws-sdk/client-sns";
import { type Handler, page } from "../../wire/api.ts";
import { askToConfirm } from "../../world/notifications.ts";
import { uuid } from "../../world/records/ecs.ts";
import { type SubscriptionRecord, subscriptions } from "../../world/records/sns.ts";
import { accountId, type Region } from "../../world/world.ts";
import { findSubscription, findTopic, invalid } from "./find.ts";

/** An address that was not confirmed has no ARN of its own to the outside. */
const describe = (one: SubscriptionRecord): Subscription => ({
  SubscriptionArn: one.confirmed ? one.arn : "PendingConfirmation",
  Owner: accountId,
  Protocol: one.protocol,
  Endpoint: one.endpoint,
  TopicArn: one.topicArn,
});

const protocols = ["email", "email-json", "http", "https", "sqs"];

/** In SNS's words, but for protocols that need the world outside. */
function checkEndpoint(protocol: string, endpoint: string): void {
  if (!protocols.includes(protocol))
    throw invalid(`The sandbox sends to the protocols ${protocols.join(", ")} only, not ${protocol}`);
  if (protocol.startsWith("email") && !/^[^@\s]+@[^@\s]+$/.test(endpoint)) throw invalid("Email address");
  if (protocol === "sqs" && !/^arn:aws[\w-]*:sqs:[\w-]+:\d{12}:[\w-]+$/.test(endpoint))
    throw invalid("SQS endpoint ARN");
  if (!protocol.startsWith("http")) return;
  if (!endpoint.startsWith(`${protocol}://`)) throw invalid("Endpoint must match the specified protocol");
  if (!URL.canParse(endpoint)) throw invalid("HTTP(S) endpoint");
}

/** Subscribing again finds the first subscription; an address gets a mail and is pending until it says yes. */
export const subscribe: Handler<typeof sns, "Subscribe"> = (input, { region }) => {
  const topic = findTopic(region, input.TopicArn);
  const { Protocol: protocol = "", Endpoint: endpoint = "" } = input;
  checkEndpoint(protocol, endpoint);
  const known = [...subscriptions(region).values()].find(
    (one) => one.topicArn === topic.arn && one.protocol === protocol && one.endpoint === endpoint,
  );
  const made: SubscriptionRecord = known ?? {
    arn: `${topic.arn}:${uuid(region)}`,
    topicArn: topic.arn,
    protocol,
    endpoint,
    // What belongs to the same account need not be asked.
    confirmed: protocol === "sqs",
    token: region.id("", 64),
  };
  if (input.Attributes?.["RawMessageDelivery"] === "true") made.raw = true;
  subscriptions(region).set(made.arn, made);
  if (!made.confirmed) askToConfirm(region, made);
  const shown = made.confirmed || input.ReturnSubscriptionArn;
  return { SubscriptionArn: shown ? made.arn : "pending confirmation" };
};

/** A link in a mail carries no signature, and with it no region: the ARN in it does. */
function regionIn(region: Region, arn = ""): Region {
  const name = arn.split(":")[3] ?? "";
  return /^[a-z]{2}(-[a-z]+)+-\d$/.test(name) ? region.world.region(name) : region;
}

export const confirmSubscription: Handler<typeof sns, "ConfirmSubscription"> = (input, call) => {
  const region = regionIn(call.region, input.TopicArn);
  const topic = findTopic(region, input.TopicArn);
  const found = [...subscriptions(region).values()].find(
    (one) => one.topicArn === topic.arn && one.token === input.Token,
  );
  if (!found) throw invalid("Token");
  found.confirmed = true;
  return { SubscriptionArn: found.arn };
};

export const unsubscribe: Handler<typeof sns, "Unsubscribe"> = (input, call) => {
  const arn = input.SubscriptionArn ?? "";
  const region = regionIn(call.region, arn);
  if (!/^arn:aws[\w-]*:sns:/.test(arn))
    throw invalid(`SubscriptionArn Reason: An ARN must have at least 6 elements, not ${arn.split(":").length}`);
  subscriptions(region).delete(arn);
  return {};
};

export const listSubscriptions: Handler<typeof sns, "ListSubscriptions"> = (input, { region }) => {
  const { items, next } = page([...subscriptions(region).values()], input.NextToken, 100);
  return { Subscriptions: items.map(describe), NextToken: next };
};

export const listSubscriptionsByTopic: Handler<typeof sns, "ListSubscriptionsByTopic"> = (input, { region }) => {
  const topic = findTopic(region, input.TopicArn);
  const own = [...subscriptions(region).values()].filter((one) => one.topicArn === topic.arn);
  const { items, next } = page(own, input.NextToken, 100);
  return { Subscriptions: items.map(describe), NextToken: next };
};

export const getSubscriptionAttributes: Handler<typeof sns, "GetSubscriptionAttributes"> = (input, { region }) => {
  const one = findSubscription(region, input.SubscriptionArn);
  return {
    Attributes: {
      SubscriptionArn: one.arn,
      TopicArn: one.topicArn,
      Protocol: one.protocol,
      Endpoint: one.endpoint,
      Owner: accountId,
      PendingConfirmation: String(!one.confirmed),
      ConfirmationWasAuthenticated: "false",
      RawMessageDelivery: String(one.raw ?? false),
    },
  };
};

/** Raw delivery is what the sandbox has; filters would be silently wrong, so they are refused. */
export const setSubscriptionAttributes: Handler<typeof sns, "SetSubscriptionAttributes"> = (input, { region }) => {
  const one = findSubscription(region, input.SubscriptionArn);
  if (input.AttributeName !== "RawMessageDelivery")
    throw invalid(`AttributeName Reason: the sandbox has RawMessageDelivery only, not ${input.AttributeName}`);
  one.raw = input.AttributeValue === "true";
  return {};
};
