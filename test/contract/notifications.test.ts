import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ConfirmSubscriptionCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import type { Aws } from "../../src/core/aws/aws.ts";
import { messages, subscriptions } from "../../src/sandbox/world/records/sns.ts";
import { fakeCredentials, startSandbox, type TestSandbox } from "../support/sandbox.ts";

let sandbox: TestSandbox;
let aws: Aws;
let sns: SNSClient;
let TopicArn = "";

before(async () => {
  sandbox = await startSandbox();
  aws = sandbox.aws();
  sns = new SNSClient({ region: "us-east-1", endpoint: sandbox.url, credentials: fakeCredentials });
  const made = await aws.call("sns", "CreateTopic", {
    Name: "alerts",
    Tags: [{ Key: "TeamName", Value: "awslearner" }],
  });
  TopicArn = made.TopicArn ?? "";
});
after(() => sandbox.close());

const inbox = () => [...messages(sandbox.region).values()];

test("an email subscription is pending until somebody confirms it", async () => {
  const answer = await aws.call("sns", "Subscribe", { TopicArn, Protocol: "email", Endpoint: "me@example.com" });
  assert.equal(answer.SubscriptionArn, "pending confirmation");
  const { Subscriptions = [] } = await aws.call("sns", "ListSubscriptionsByTopic", { TopicArn });
  assert.equal(Subscriptions[0]?.SubscriptionArn, "PendingConfirmation");
  assert.equal(inbox()[0]?.kind, "SubscriptionConfirmation");
  await sns.send(new PublishCommand({ TopicArn, Message: "too early" }));
  assert.deepEqual(inbox().at(-1)?.sentTo, []);
  const [pending] = subscriptions(sandbox.region).values();
  await sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token: pending?.token }));
  await sns.send(new PublishCommand({ TopicArn, Message: "hello" }));
  assert.deepEqual(inbox().at(-1)?.sentTo, ["me@example.com"]);
});

test("an alarm that changes its state notifies its topic", async () => {
  await aws.call("ecs", "CreateCluster", {
    clusterName: "shop",
    settings: [{ name: "containerInsights", value: "enabled" }],
  });
  await aws.call("cloudwatch", "PutMetricAlarm", {
    AlarmName: "services",
    Namespace: "ECS/ContainerInsights",
    MetricName: "ServiceCount",
    Dimensions: [{ Name: "ClusterName", Value: "shop" }],
    Statistic: "Maximum",
    Period: 60,
    EvaluationPeriods: 1,
    ComparisonOperator: "LessThanThreshold",
    Threshold: 1,
    AlarmActions: [TopicArn],
  });
  await sandbox.advance(150);
  const sent = inbox().at(-1);
  assert.equal(sent?.subject, 'ALARM: "services" in us-east-1');
  const message = JSON.parse(sent?.message ?? "{}") as { NewStateValue: string; OldStateValue: string };
  assert.deepEqual([message.OldStateValue, message.NewStateValue], ["INSUFFICIENT_DATA", "ALARM"]);
  const { AlarmHistoryItems = [] } = await aws.call("cloudwatch", "DescribeAlarmHistory", { AlarmName: "services" });
  assert.ok(AlarmHistoryItems.some((item) => item.HistorySummary === `Successfully executed action ${TopicArn}`));
});

test("a topic goes with its subscriptions; what is not there is refused in SNS's words", async () => {
  await aws.call("sns", "DeleteTopic", { TopicArn });
  await aws.call("sns", "DeleteTopic", { TopicArn });
  assert.equal(subscriptions(sandbox.region).size, 0);
  await assert.rejects(aws.call("sns", "ListSubscriptionsByTopic", { TopicArn }), {
    name: "NotFoundException",
    message: "Topic does not exist",
  });
  await assert.rejects(aws.call("sns", "CreateTopic", { Name: "no way" }), {
    message: "Invalid parameter: Topic Name",
  });
});
