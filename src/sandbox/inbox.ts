import { messages, type MessageRecord, subscriptions } from "./world/records/sns.ts";
import type { World } from "./world/world.ts";

/** A message of the inbox: what SNS sent, and to whom. */
export interface InboxMessage {
  id: string;
  /** ISO, the world's time. */
  at: string;
  region: string;
  topic: string;
  kind: MessageRecord["kind"];
  subject: string;
  message: string;
  deliveries: MessageRecord["deliveries"];
}

const regionsOf = (world: World): string[] => [...world.store.table<{ name: string }>("world/regions").keys()];

/** Everything that SNS sent, oldest first. */
export function readInbox(world: World): InboxMessage[] {
  return regionsOf(world)
    .flatMap((name) => [...messages(world.region(name)).values()].map((message) => describe(name, message)))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

const describe = (
  region: string,
  { id, at, topicArn, kind, subject, message, deliveries }: MessageRecord,
): InboxMessage => ({
  id,
  at: at.toISOString(),
  region,
  topic: topicArn.slice(topicArn.lastIndexOf(":") + 1),
  kind,
  subject: subject ?? "AWS Notification Message",
  message,
  deliveries: deliveries.map((one) => ({ ...one })),
});

/** Follows the link in the mails to an address, or to everybody (`all`): returns the addresses that are confirmed now. */
function confirm(world: World, address: string): string[] {
  const pending = regionsOf(world)
    .flatMap((name) => [...subscriptions(world.region(name)).values()])
    .filter((one) => !one.confirmed && (address === "all" || one.endpoint === address));
  for (const one of pending) one.confirmed = true;
  if (pending.length > 0) world.store.revision++;
  return [...new Set(pending.map(({ endpoint }) => endpoint))];
}

/** `GET /_sandbox/inbox`, and `POST` with `{"confirm": ADDRESS}` or `{"clear": true}`. */
export function controlInbox(world: World, method: string, body: Buffer): object | undefined {
  if (method === "GET") return { messages: readInbox(world), confirmed: [] };
  if (method !== "POST") return undefined;
  const request = JSON.parse(body.toString() || "{}") as { confirm?: string; clear?: boolean };
  const confirmed = request.confirm === undefined ? [] : confirm(world, request.confirm);
  if (request.clear) {
    for (const name of regionsOf(world)) messages(world.region(name)).clear();
    world.store.revision++;
  }
  return { messages: readInbox(world), confirmed };
}
