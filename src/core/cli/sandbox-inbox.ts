import { styleText } from "node:util";
import { usageError } from "../errors.ts";
import { nextCommands } from "../output/next.ts";
import type { RunningSandbox } from "./sandbox-socket.ts";

export interface InboxMessage {
  id: string;
  /** ISO, the sandbox's time. */
  at: string;
  region: string;
  topic: string;
  kind: "Notification" | "SubscriptionConfirmation";
  subject: string;
  message: string;
  deliveries: {
    protocol: string;
    endpoint: string;
    /** `shown`: nobody was written to, only this inbox has it. */
    state: "shown" | "sending" | "delivered" | "failed";
    detail?: string;
  }[];
}

/** The document of `sandbox inbox`. */
export interface InboxResult {
  /** Oldest first. */
  messages: InboxMessage[];
  /** Addresses that `--confirm` confirmed. */
  confirmed: string[];
}

export interface InboxRequest {
  confirm?: string | undefined;
  clear: boolean;
}

/** Reads what the sandbox sent, after confirming an address or emptying it. */
export async function openInbox(
  { endpoint }: RunningSandbox,
  { confirm, clear }: InboxRequest,
  signal: AbortSignal,
): Promise<InboxResult> {
  const changes = confirm !== undefined || clear;
  const request = changes ? { method: "POST", body: JSON.stringify({ confirm, clear }) } : {};
  const answer = await fetch(`${endpoint}/_sandbox/inbox`, { ...request, signal });
  if (!answer.ok) throw new Error(`the sandbox answered ${answer.status}: ${await answer.text()}`);
  const result = (await answer.json()) as InboxResult;
  if (confirm !== undefined && result.confirmed.length === 0)
    throw usageError({
      code: "NothingToConfirm",
      message: confirm === "all" ? "Nobody was asked to confirm." : `${confirm} was not asked to confirm, or has.`,
      hint: "ecsctl notify list",
    });
  return result;
}

/** The inbox as text: each message with whom it went to and how that went. */
export function describeInbox({ messages, confirmed }: InboxResult, full: boolean): string {
  const said = confirmed.length > 0 ? [`Confirmed: ${confirmed.join(", ")}.`, ""] : [];
  if (messages.length === 0) return [...said, "The inbox is empty."].join("\n");
  const dim = (text: string): string => styleText("dim", text, { stream: process.stdout });
  const lines = messages.flatMap((one) => [
    `${dim(`${one.at.slice(0, 10)} ${one.at.slice(11, 19)}`)}  ${one.subject}`,
    ...(one.deliveries.length === 0 ? ["    to nobody: no subscription is confirmed"] : []),
    ...one.deliveries.map(
      ({ endpoint, state, detail }) => `    to ${endpoint}: ${[state, detail].filter(Boolean).join(", ")}`,
    ),
    ...(full || one.kind === "SubscriptionConfirmation" ? body(one.message) : []),
  ]);
  const asked = messages.some(({ kind }) => kind === "SubscriptionConfirmation");
  const next = asked
    ? ["", nextCommands([["ecsctl sandbox inbox --confirm ADDRESS", "follow the link in its mail"]])]
    : [];
  return [...said, ...lines, ...next].join("\n");
}

/** JSON is laid out; everything is set in. */
function body(message: string): string[] {
  let text = message;
  try {
    text = JSON.stringify(JSON.parse(message), undefined, 2);
  } catch {
    // A text is shown as it is.
  }
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `    | ${line}`);
}
