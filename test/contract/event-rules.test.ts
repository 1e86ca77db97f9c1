import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient, PutEventsCommand, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { ConfirmSubscriptionCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { readInbox } from "../../src/sandbox/inbox.ts";
import { fakeCredentials, startSandbox, type TestSandbox } from "../support/sandbox.ts";

let sandbox: TestSandbox;
let events: EventBridgeClient;
let sqs: SQSClient;
let sns: SNSClient;
let QueueUrl = "";
let queueArn = "";

const allow = (service: string, action: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: action, Resource: "*" }],
  });

before(async () => {
  sandbox = await startSandbox();
  const options = { region: "us-east-1", endpoint: sandbox.url, credentials: fakeCredentials };
  events = new EventBridgeClient(options);
  sqs = new SQSClient(options);
  sns = new SNSClient(options);
  const made = await sqs.send(new CreateQueueCommand({ QueueName: "errors" }));
  QueueUrl = made.QueueUrl ?? "";
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
  queueArn = Attributes?.["QueueArn"] ?? "";
});
after(() => sandbox.close());

const take = async () => {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return Messages.map(({ Body }) => Body ?? "");
};

test("a queue keeps what is received hidden until it is deleted or its time is over", async () => {
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "one" }));
  const first = await sqs.send(new ReceiveMessageCommand({ QueueUrl, AttributeNames: ["All"] }));
  assert.equal(first.Messages?.[0]?.Body, "one");
  assert.equal(first.Messages?.[0]?.Attributes?.["ApproximateReceiveCount"], "1");
  assert.deepEqual(await take(), []);
  await sandbox.advance(31);
  assert.deepEqual(await take(), ["one"]);
  await sandbox.advance(31);
  assert.deepEqual(await take(), []);
});

test("a rule hands matching events to its queue, once the queue lets EventBridge in", async () => {
  await events.send(
    new PutRuleCommand({
      Name: "orders",
      EventPattern: '{"source":["shop"],"detail":{"total":[{"numeric":[">",100]}]}}',
    }),
  );
  await events.send(new PutTargetsCommand({ Rule: "orders", Targets: [{ Id: "1", Arn: queueArn }] }));
  const put = async (total: number) => {
    const { FailedEntryCount } = await events.send(
      new PutEventsCommand({ Entries: [{ Source: "shop", DetailType: "order", Detail: JSON.stringify({ total }) }] }),
    );
    assert.equal(FailedEntryCount, 0);
  };
  await put(500);
  assert.deepEqual(await take(), [], "its policy does not let events.amazonaws.com send");
  const { SetQueueAttributesCommand } = await import("@aws-sdk/client-sqs");
  const Policy = allow("events.amazonaws.com", "sqs:SendMessage");
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  await put(500);
  await put(5);
  const [message = "{}", ...more] = await take();
  const { id, time, ...rest } = JSON.parse(message) as Record<string, unknown>;
  assert.match(String(id), /^[0-9a-f-]{36}$/);
  assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.deepEqual(rest, {
    version: "0",
    "detail-type": "order",
    source: "shop",
    account: "123456789012",
    region: "us-east-1",
    resources: [],
    detail: { total: 500 },
  });
  assert.deepEqual(more, []);
});

test("an alarm that changes its state is an event", async () => {
  await events.send(new PutRuleCommand({ Name: "alarms", EventPattern: '{"source":["aws.cloudwatch"]}' }));
  await events.send(new PutTargetsCommand({ Rule: "alarms", Targets: [{ Id: "1", Arn: queueArn }] }));
  const cloudwatch = new CloudWatchClient({ region: "us-east-1", endpoint: sandbox.url, credentials: fakeCredentials });
  const rule = { EvaluationPeriods: 5, Threshold: 1, ComparisonOperator: "GreaterThanThreshold" } as const;
  const metric = { Namespace: "shop", MetricName: "Depth", Statistic: "Sum", Period: 3600 } as const;
  await cloudwatch.send(new PutMetricAlarmCommand({ AlarmName: "deep", ...metric, ...rule }));
  await sandbox.advance(1);
  await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: "deep", StateValue: "ALARM", StateReason: "by hand" }));
  await sandbox.advance(1);
  const [message = "{}"] = await take();
  const { detail, ...event } = JSON.parse(message) as Record<string, unknown> & { detail: Record<string, unknown> };
  assert.equal(event["detail-type"], "CloudWatch Alarm State Change");
  assert.deepEqual(event["resources"], ["arn:aws:cloudwatch:us-east-1:123456789012:alarm:deep"]);
  const { value, reason } = detail["state"] as { value: string; reason: string };
  assert.deepEqual([detail["alarmName"], value, reason], ["deep", "ALARM", "by hand"]);
});

test("what EventBridge refuses is refused in its words", async () => {
  await assert.rejects(events.send(new PutRuleCommand({ Name: "x", EventPattern: '{"source":"a"}' })), {
    name: "InvalidEventPatternException",
    message: 'Event pattern is not valid. Reason: "source" must be an object or an array',
  });
  await assert.rejects(events.send(new PutTargetsCommand({ Rule: "nope", Targets: [{ Id: "1", Arn: queueArn }] })), {
    name: "ResourceNotFoundException",
    message: "Rule nope does not exist on EventBus default.",
  });
  const { DeleteRuleCommand } = await import("@aws-sdk/client-eventbridge");
  await assert.rejects(events.send(new DeleteRuleCommand({ Name: "orders" })), {
    message: "Rule can't be deleted since it has targets.",
  });
  const { Entries } = await events.send(
    new PutEventsCommand({ Entries: [{ Source: "aws.ecs", DetailType: "x", Detail: "{}" }] }),
  );
  assert.equal(Entries?.[0]?.ErrorCode, "NotAuthorizedForSourceException");
});

test("SNS posts its JSON to an address of this computer, which confirms by the link in it", async () => {
  const got: { type: unknown; body: Record<string, string> }[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      got.push({ type: request.headers["x-amz-sns-message-type"], body: JSON.parse(text) as Record<string, string> });
      response.end();
      server.emit("got");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const aws = sandbox.aws();
    const { TopicArn } = await aws.call("sns", "CreateTopic", { Name: "alerts" });
    const signal = AbortSignal.timeout(10_000);
    const asked = once(server, "got", { signal });
    const Endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint }));
    await asked;
    assert.equal(got[0]?.type, "SubscriptionConfirmation");
    const confirmed = await fetch(got[0]?.body["SubscribeURL"] ?? "");
    assert.equal(confirmed.status, 200, await confirmed.text());
    const told = once(server, "got", { signal });
    await sns.send(new PublishCommand({ TopicArn, Subject: "hello", Message: "world" }));
    await told;
    const { Type, Subject, Message } = got[1]?.body ?? {};
    assert.deepEqual({ Type, Subject, Message }, { Type: "Notification", Subject: "hello", Message: "world" });
    const left = await fetch(got[1]?.body["UnsubscribeURL"] ?? "");
    assert.equal(left.status, 200, await left.text());
    const { Subscriptions } = await aws.call("sns", "ListSubscriptionsByTopic", { TopicArn });
    assert.deepEqual(Subscriptions, []);
    assert.deepEqual(
      readInbox(sandbox.world).map(({ kind, subject }) => `${kind} ${subject}`),
      ["SubscriptionConfirmation AWS Notification - Subscription Confirmation", "Notification hello"],
    );
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

test("SNS fills a queue whose policy lets it, and confirms queues by itself", async () => {
  const aws = sandbox.aws();
  const { TopicArn } = await aws.call("sns", "CreateTopic", { Name: "to-queue" });
  await sns.send(
    new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: queueArn, Attributes: { RawMessageDelivery: "true" } }),
  );
  const { SetQueueAttributesCommand } = await import("@aws-sdk/client-sqs");
  const Policy = allow("sns.amazonaws.com", "sqs:*");
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  await sns.send(new PublishCommand({ TopicArn, Message: "raw" }));
  assert.deepEqual(await take(), ["raw"]);
  await assert.rejects(sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token: "nope" })), {
    message: "Invalid parameter: Token",
  });
});

test("what is received too often goes to the dead letters, and a long poll answers as soon as there is something", async () => {
  const running = await startSandbox({ speed: 20 });
  try {
    const client = new SQSClient({ region: "us-east-1", endpoint: running.url, credentials: fakeCredentials });
    await client.send(new CreateQueueCommand({ QueueName: "letters" }));
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: "arn:aws:sqs:us-east-1:123456789012:letters",
      maxReceiveCount: 2,
    });
    const made = await client.send(
      new CreateQueueCommand({ QueueName: "work", Attributes: { RedrivePolicy, VisibilityTimeout: "0" } }),
    );
    const work = { QueueUrl: made.QueueUrl };
    const waiting = client.send(new ReceiveMessageCommand({ ...work, WaitTimeSeconds: 20 }));
    await client.send(new SendMessageCommand({ ...work, MessageBody: "hard" }));
    assert.equal((await waiting).Messages?.[0]?.Body, "hard");
    assert.equal((await client.send(new ReceiveMessageCommand(work))).Messages?.length, 1);
    assert.equal((await client.send(new ReceiveMessageCommand(work))).Messages, undefined);
    const letters = work.QueueUrl?.replace(/work$/, "letters");
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl: letters }));
    assert.equal(Messages?.[0]?.Body, "hard");
  } finally {
    await running.close();
  }
});
