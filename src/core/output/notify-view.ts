import type { AddSubscriberResult, Subscriber, SubscribersResult } from "../operations/subscribers.ts";
import { formatTable } from "./columns.ts";
import { nextCommands } from "./next.ts";

const states = { confirmed: "confirmed", pending: "not confirmed yet", none: "not subscribed: ecsctl deploy" };

const describe = ({ state }: Subscriber): string => states[state ?? "none"];

/** Who was subscribed, and what its owner has to do. */
export function formatAddedSubscriber({ topic, subscriber }: AddSubscriberResult): string {
  const way = subscriber.protocol === "email" ? "a mail with a link" : "a request with a link";
  const rest =
    subscriber.state === "confirmed"
      ? "  It has confirmed already."
      : `  It gets ${way}, which must be followed first. In the sandbox: ecsctl sandbox inbox --confirm ${subscriber.endpoint}`;
  return [
    `${subscriber.endpoint} hears of topic ${topic.name}; it is in ecsctl.yaml too.`,
    rest,
    "",
    nextCommands([["ecsctl notify list", "see who has confirmed"]]),
  ].join("\n");
}

/** Everybody who hears of it, a line each. */
export function formatSubscribers({ topic, subscribers }: SubscribersResult): string {
  if (!topic || subscribers.length === 0)
    return `Nobody hears of this service.\n\n${nextCommands([["ecsctl notify add EMAIL", "let somebody"]])}`;
  const rows = subscribers.map((one) => [
    `  ${one.endpoint}`,
    one.protocol,
    describe(one),
    one.inFile ? "" : "not in ecsctl.yaml",
  ]);
  return [`Topic ${topic.name}${topic.arn === null ? ", not there yet" : ""}:`, ...formatTable(rows)].join("\n");
}
