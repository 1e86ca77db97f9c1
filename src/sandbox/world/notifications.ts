import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { confirmUrl, deliver } from "./deliveries.ts";
import { uuid } from "./records/ecs.ts";
import { type MessageRecord, messages, subscriptions, type SubscriptionRecord, topics } from "./records/sns.ts";
import { accountId, type Region } from "./world.ts";

/** The newest messages that are kept. */
const keptMessages = 1000;

function send(
  region: Region,
  parts: Pick<MessageRecord, "topicArn" | "kind" | "subject" | "message">,
  to: readonly SubscriptionRecord[],
): MessageRecord {
  const sentTo = to.map(({ endpoint }) => endpoint);
  const sent: MessageRecord = {
    ...parts,
    sentTo,
    deliveries: [],
    id: uuid(region),
    at: new Date(Math.floor(region.world.clock.now())),
  };
  sent.deliveries = to.map((one) => deliver(region, sent, one));
  const table = messages(region);
  table.set(sent.id, sent);
  for (const id of table.keys()) {
    if (table.size <= keptMessages) break;
    table.delete(id);
  }
  return sent;
}

/** Sends a notification to every confirmed subscription of a topic; undefined when there is no such topic. */
export function publish(
  region: Region,
  topicArn: string,
  subject: string | undefined,
  message: string,
): MessageRecord | undefined {
  if (!topics(region).has(topicArn)) return undefined;
  const subscribed = [...subscriptions(region).values()].filter((one) => one.topicArn === topicArn && one.confirmed);
  return send(region, { topicArn, kind: "Notification", subject, message }, subscribed);
}

/** Asks an address whether it wants to be notified, by a mail or a request; the token in it confirms. */
export function askToConfirm(region: Region, subscription: SubscriptionRecord): void {
  const { topicArn } = subscription;
  const message =
    `You have chosen to subscribe to the topic: ${topicArn}\n` +
    `To confirm this subscription, visit this link: ${confirmUrl(region, subscription)}\n`;
  const subject = "AWS Notification - Subscription Confirmation";
  send(region, { topicArn, kind: "SubscriptionConfirmation", subject, message }, [subscription]);
}

/** Tells a topic that an alarm changed its state, as CloudWatch does; false when there is no such topic. */
export function notifyOfAlarm(region: Region, topicArn: string, alarm: MetricAlarm, old: string): boolean {
  const subject = `${alarm.StateValue}: "${alarm.AlarmName}" in ${region.name}`;
  const message = {
    AlarmName: alarm.AlarmName,
    AlarmDescription: alarm.AlarmDescription ?? null,
    AWSAccountId: accountId,
    NewStateValue: alarm.StateValue,
    NewStateReason: alarm.StateReason,
    StateChangeTime: alarm.StateUpdatedTimestamp?.toISOString().replace("Z", "+0000"),
    Region: region.name,
    AlarmArn: alarm.AlarmArn,
    OldStateValue: old,
    OKActions: alarm.OKActions ?? [],
    AlarmActions: alarm.AlarmActions ?? [],
    InsufficientDataActions: alarm.InsufficientDataActions ?? [],
    Trigger: describeTrigger(alarm),
  };
  return publish(region, topicArn, subject.slice(0, 100), JSON.stringify(message)) !== undefined;
}

const describeTrigger = (alarm: MetricAlarm): object => ({
  ...(alarm.Metrics?.length
    ? { Metrics: alarm.Metrics }
    : {
        MetricName: alarm.MetricName,
        Namespace: alarm.Namespace,
        StatisticType: "Statistic",
        Statistic: alarm.Statistic?.toUpperCase(),
        Unit: alarm.Unit ?? null,
        Dimensions: (alarm.Dimensions ?? []).map(({ Name, Value }) => ({ value: Value, name: Name })),
        Period: alarm.Period,
      }),
  EvaluationPeriods: alarm.EvaluationPeriods,
  DatapointsToAlarm: alarm.DatapointsToAlarm,
  ComparisonOperator: alarm.ComparisonOperator,
  Threshold: alarm.Threshold,
  TreatMissingData: alarm.TreatMissingData ?? "missing",
});
