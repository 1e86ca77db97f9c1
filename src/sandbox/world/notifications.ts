import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { uuid } from "./records/ecs.ts";
import { type MessageRecord, messages, subscriptions, type SubscriptionRecord, topics } from "./records/sns.ts";
import { accountId, type Region } from "./world.ts";

/** The newest messages that are kept. */
const keptMessages = 1000;

function send(region: Region, message: Omit<MessageRecord, "id" | "at">): MessageRecord {
  const sent: MessageRecord = { ...message, id: uuid(region), at: new Date(Math.floor(region.world.clock.now())) };
  const table = messages(region);
  table.set(sent.id, sent);
  for (const id of table.keys()) {
    if (table.size <= keptMessages) break;
    table.delete(id);
  }
  return sent;
}

/** Sends a notification to every confirmed subscription of a topic; undefined when there is no such topic. */
export function publish(region: Region, topicArn: string, subject: string, message: string): MessageRecord | undefined {
  if (!topics(region).has(topicArn)) return undefined;
  const sentTo = [...subscriptions(region).values()]
    .filter((one) => one.topicArn === topicArn && one.confirmed)
    .map((one) => one.endpoint);
  return send(region, { topicArn, kind: "Notification", subject, message, sentTo });
}

/** The mail that asks whether somebody wants to be notified; its token confirms. */
export function askToConfirm(region: Region, { topicArn, endpoint, token }: SubscriptionRecord): void {
  const message =
    `You have chosen to subscribe to the topic: ${topicArn}\n` +
    `To confirm this subscription: aws sns confirm-subscription --topic-arn ${topicArn} --token ${token}\n`;
  const subject = "AWS Notification - Subscription Confirmation";
  send(region, { topicArn, kind: "SubscriptionConfirmation", subject, message, sentTo: [endpoint] });
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
