import type { Project } from "../config/project.ts";
import { dropSubscriber, writeSubscriber } from "../config/write-alarms.ts";
import type { Context } from "../context.ts";
import { usageError } from "../errors.ts";
import { readNodes, withNeeds } from "../plan/graph.ts";
import { protocolOf } from "../resources/sns-topic.ts";
import { unlessMissing } from "../aws/missing.ts";
import { buildAlarmNodes } from "./alarm-graph.ts";
import { applyNodes, deleteNode } from "./apply-nodes.ts";

export interface Subscriber {
  endpoint: string;
  protocol: string;
  /** `pending` until its owner has followed the link; null when SNS does not know it. */
  state: "confirmed" | "pending" | null;
  /** Whether `ecsctl.yaml` names it. */
  inFile: boolean;
}

/** The document of `notify list --json`. */
export interface SubscribersResult {
  /** Null when `ecsctl.yaml` has none. */
  topic: { name: string; arn: string | null } | null;
  subscribers: Subscriber[];
}

/** The document of `notify add --json`. */
export interface AddSubscriberResult {
  topic: { name: string; arn: string | null };
  subscriber: Subscriber;
}

/** Subscribes an address to the app's topic, which is made if missing, in AWS and then in `ecsctl.yaml`. */
export async function addSubscriber(
  context: Context,
  project: Project,
  endpoint: string,
): Promise<AddSubscriberResult> {
  checkEndpoint(endpoint);
  const before = project.config.notify ?? { topic: `${project.config.app}-alerts`, emails: [], urls: [] };
  const { emails, urls = [] } = before;
  const notify = endpoint.includes("://")
    ? { ...before, urls: [...new Set([...urls, endpoint])] }
    : { ...before, emails: [...new Set([...emails, endpoint])] };
  const config = { ...project.config, notify };
  const nodes = buildAlarmNodes(context.aws, config);
  const own = `sns-subscription/${notify.topic}/${endpoint}`;
  // A first address makes a topic: alarms that are there already are to tell it from now on.
  const alarms = nodes.filter(({ kind }) => kind === "alarm" || kind === "composite-alarm");
  const there = await readNodes(project.config.notify ? [] : alarms);
  const existing = [...there].filter(([, live]) => live).map(([id]) => id);
  await applyNodes(context, config, withNeeds(nodes, [own, ...existing]));
  await writeSubscriber(project, notify.topic, endpoint);
  const { topic, subscribers } = await listSubscribers(context, { ...project, config });
  const subscriber = subscribers.find((one) => one.endpoint === endpoint);
  if (!topic || !subscriber) throw new Error(`SNS does not list ${endpoint}, which it has subscribed.`);
  return { topic, subscriber };
}

function checkEndpoint(endpoint: string): void {
  const isUrl = /^https?:\/\//.test(endpoint) && URL.canParse(endpoint);
  if (isUrl || /^[^@\s:/]+@[^@\s:/]+$/.test(endpoint)) return;
  throw usageError({
    code: "InvalidEndpoint",
    message: `${JSON.stringify(endpoint)} is neither an email address nor an http(s) address.`,
    hint: "ecsctl notify add me@example.com",
  });
}

/** The topic's subscriptions as SNS has them, and those of `ecsctl.yaml` that it has not. */
export async function listSubscribers({ aws }: Context, { config }: Project): Promise<SubscribersResult> {
  const { notify } = config;
  if (!notify) return { topic: null, subscribers: [] };
  const wanted = [...notify.emails, ...(notify.urls ?? [])];
  const topics = await aws.all("sns", "ListTopics", {}, (page) => page.Topics);
  const arn = topics.map(({ TopicArn = "" }) => TopicArn).find((one) => one.endsWith(`:${notify.topic}`));
  const found =
    arn === undefined
      ? []
      : ((await unlessMissing(
          aws.all("sns", "ListSubscriptionsByTopic", { TopicArn: arn }, (page) => page.Subscriptions),
          "NotFoundException",
        )) ?? []);
  const known = found.map(({ Endpoint = "", Protocol = "", SubscriptionArn = "" }): Subscriber => {
    const state = SubscriptionArn.startsWith("arn:") ? "confirmed" : "pending";
    return { endpoint: Endpoint, protocol: Protocol, state, inFile: wanted.includes(Endpoint) };
  });
  const missing = wanted
    .filter((endpoint) => !known.some((one) => one.endpoint === endpoint))
    .map((endpoint): Subscriber => ({ endpoint, protocol: protocolOf(endpoint), state: null, inFile: true }));
  return { topic: { name: notify.topic, arn: arn ?? null }, subscribers: [...known, ...missing] };
}

/** The document of `notify remove --json`. */
export interface RemoveSubscriberResult {
  removed: string;
  /** AWS cannot take back what nobody confirmed: it is forgotten after 48 hours, or with the topic. */
  pending: boolean;
}

/** Ends a subscription in AWS and in `ecsctl.yaml`. Throws a usage error when neither has it. */
export async function removeSubscriber(
  context: Context,
  project: Project,
  endpoint: string,
): Promise<RemoveSubscriberResult> {
  const { config } = project;
  const { subscribers, topic } = await listSubscribers(context, project);
  const found = subscribers.find((one) => one.endpoint === endpoint);
  if (!found || !topic || !config.notify)
    throw usageError({
      code: "SubscriberNotFound",
      message: `Nobody notifies ${endpoint}.`,
      hint: subscribers.length > 0 ? `There is: ${subscribers.map((one) => one.endpoint).join(", ")}.` : undefined,
    });
  const alone = { ...config, notify: { topic: topic.name, emails: [endpoint] }, alarms: [] };
  const node = buildAlarmNodes(context.aws, alone).find(({ kind }) => kind === "sns-subscription");
  if (node && found.state !== null) await deleteNode(context, node);
  await dropSubscriber(project, endpoint);
  return { removed: endpoint, pending: found.state === "pending" };
}
