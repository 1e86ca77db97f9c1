import type { Subscription } from "@aws-sdk/client-sns";
import type { Aws } from "../aws/aws.ts";
import { unlessMissing } from "../aws/missing.ts";
import { isTagChange, type LiveParts, type Resource } from "../plan/resource.ts";
import { admitEvents, hasStatement, withStatement } from "./access-policy.ts";
import { diffFields, diffTags } from "./diff-fields.ts";
import { fromTags, toUpperTags, type Tags } from "./tags.ts";

export interface TopicSpec {
  name: string;
  /** The account's event rules publish to it; alarms may without being let in. */
  admitsEvents: boolean;
  tags: Tags;
}

export interface TopicLive extends LiveParts {
  /** Known only where it matters. */
  policy: string | undefined;
  /** Mail and web addresses that it writes to, once their owners have agreed; undefined where nobody asked. */
  confirmed?: readonly string[] | undefined;
  outputs: { arn: string };
}

interface Found {
  arn: string;
  /** Undefined where SNS was not asked for them. */
  subscriptions?: readonly Subscription[];
}

const gone = ["NotFoundException", "ResourceNotFoundException"] as const;

const listSubscriptions = (aws: Aws, TopicArn: string): Promise<Subscription[] | undefined> =>
  unlessMissing(
    aws.all("sns", "ListSubscriptionsByTopic", { TopicArn }, (page) => page.Subscriptions),
    ...gone,
  );

/**
 * A topic of this account by its name. SNS finds by name only in the list of all; one that is known to be ours is asked
 * for its subscriptions, which proves that it is still there and is asked for anyway.
 */
async function findTopic(aws: Aws, name: string): Promise<Found | undefined> {
  const known = (await aws.ownArns()).find((arn) => arn.split(":")[2] === "sns" && arn.endsWith(`:${name}`));
  if (known !== undefined) {
    const subscriptions = await listSubscriptions(aws, known);
    return subscriptions && { arn: known, subscriptions };
  }
  const topics = await aws.all("sns", "ListTopics", {}, (page) => page.Topics);
  const arn = topics.map(({ TopicArn = "" }) => TopicArn).find((one) => one.endsWith(`:${name}`));
  return arn === undefined ? undefined : { arn };
}

const written = ["email", "http", "https"];

const readConfirmed = (subscriptions: readonly Subscription[]): string[] =>
  subscriptions
    .filter(
      ({ Protocol = "", SubscriptionArn = "" }) => written.includes(Protocol) && SubscriptionArn.startsWith("arn:"),
    )
    .map(({ Endpoint = "" }) => Endpoint);

const statementFor = (arn: string) => admitEvents(arn, "sns:Publish");

const admits = ({ policy, outputs }: TopicLive): true | undefined =>
  hasStatement(policy, statementFor(outputs.arn)) || undefined;

async function readPolicy(aws: Aws, spec: TopicSpec, arn: string): Promise<string | undefined> {
  if (!spec.admitsEvents) return undefined;
  const answer = await aws.call("sns", "GetTopicAttributes", { TopicArn: arn });
  return answer.Attributes?.["Policy"];
}

/** A topic's own policy lets alarms of the account in, but not EventBridge; what it says already stays. */
async function admit(aws: Aws, { policy, outputs: { arn } }: TopicLive): Promise<void> {
  const AttributeValue = withStatement(policy, statementFor(arn));
  await aws.call("sns", "SetTopicAttributes", { TopicArn: arn, AttributeName: "Policy", AttributeValue });
}

/** An SNS topic. */
export const snsTopic: Resource<TopicSpec, TopicLive> = {
  kind: "sns-topic",
  async read(aws, spec) {
    const found = await findTopic(aws, spec.name);
    if (!found) return undefined;
    const { arn, subscriptions } = found;
    const answer = await unlessMissing(aws.call("sns", "ListTagsForResource", { ResourceArn: arn }), ...gone);
    const policy = answer && (await readPolicy(aws, spec, arn));
    return (
      answer && {
        tags: fromTags(answer.Tags),
        policy,
        confirmed: subscriptions && readConfirmed(subscriptions),
        outputs: { arn },
      }
    );
  },
  diff: (spec, live) => [
    ...(live ? [] : [{ path: "name", to: spec.name }]),
    ...(spec.admitsEvents ? diffFields({ admitsEvents: true }, live && { admitsEvents: admits(live) }) : []),
    ...diffTags(spec.tags, live?.tags),
  ],
  async create(aws, spec) {
    const made = await aws.call("sns", "CreateTopic", { Name: spec.name, Tags: toUpperTags(spec.tags) });
    const arn = made.TopicArn ?? "";
    const live = { tags: spec.tags, policy: await readPolicy(aws, spec, arn), outputs: { arn } };
    if (spec.admitsEvents) await admit(aws, live);
    return live;
  },
  async update(aws, spec, live, changes) {
    if (!changes.every(isTagChange)) await admit(aws, live);
    if (changes.some(isTagChange))
      await aws.call("sns", "TagResource", { ResourceArn: live.outputs.arn, Tags: toUpperTags(spec.tags) });
    return live;
  },
  async delete(aws, _spec, live) {
    await aws.call("sns", "DeleteTopic", { TopicArn: live.outputs.arn });
  },
};

export interface SubscriptionSpec {
  topic: string;
  topicArn: string;
  /** An email address, or an http(s) address that SNS posts to. */
  endpoint: string;
}

/** The protocol of SNS for an endpoint: `email`, `http`, `https`. */
export const protocolOf = (endpoint: string): string => /^(https?):\/\//.exec(endpoint)?.[1] ?? "email";

export interface SubscriptionLive extends LiveParts {
  /** `PendingConfirmation` until somebody opened the link in the mail. */
  arn: string;
}

/** An address that a topic writes to, once its owner has agreed. It goes with its topic. */
export const snsSubscription: Resource<SubscriptionSpec, SubscriptionLive> = {
  kind: "sns-subscription",
  async read(aws, spec) {
    const topic = await findTopic(aws, spec.topic);
    const all = topic && (topic.subscriptions ?? (await listSubscriptions(aws, topic.arn)));
    const found = all?.find(
      ({ Protocol, Endpoint }) => Protocol === protocolOf(spec.endpoint) && Endpoint === spec.endpoint,
    );
    return found && { arn: found.SubscriptionArn ?? "" };
  },
  diff: (spec, live) => diffFields({ endpoint: spec.endpoint }, live && { endpoint: spec.endpoint }),
  async create(aws, { topicArn: TopicArn, endpoint: Endpoint }) {
    const made = await aws.call("sns", "Subscribe", { TopicArn, Protocol: protocolOf(Endpoint), Endpoint });
    return { arn: made.SubscriptionArn ?? "" };
  },
  update: async (_aws, _spec, live) => live,
  async delete(aws, _spec, live) {
    // What was never confirmed cannot be unsubscribed: it goes with the topic, or after 48 hours.
    if (live.arn.startsWith("arn:")) await aws.call("sns", "Unsubscribe", { SubscriptionArn: live.arn });
  },
};
