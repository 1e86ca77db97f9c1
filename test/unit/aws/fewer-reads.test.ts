import assert from "node:assert/strict";
import { test } from "node:test";
import { Aws } from "../../../src/core/aws/aws.ts";
import { gatherReads } from "../../../src/core/aws/gathered-reads.ts";
import { knowTags } from "../../../src/core/aws/known-tags.ts";
import { shareReads } from "../../../src/core/aws/shared-reads.ts";
import { ecrRepository } from "../../../src/core/resources/ecr-repository.ts";
import { snsSubscription, snsTopic } from "../../../src/core/resources/sns-topic.ts";

type Answers = Readonly<Record<string, (input: Record<string, unknown>) => unknown>>;

/** A client that answers from a table and notes what it was asked. */
function fakeAws(answers: Answers): { aws: Aws; asked: string[] } {
  const asked: string[] = [];
  const aws = new Aws({ region: "us-east-1", credentials: { accessKeyId: "x", secretAccessKey: "y" } });
  const call = async (service: string, operation: string, input: Record<string, unknown>): Promise<unknown> => {
    asked.push(`${service}:${operation} ${JSON.stringify(input)}`);
    return answers[operation]?.(input) ?? {};
  };
  Object.defineProperty(aws, "call", { value: call });
  return { aws, asked };
}

const alarms: Answers = {
  DescribeAlarms: ({ AlarmNames }) => ({
    MetricAlarms: ((AlarmNames ?? []) as string[])
      .filter((name) => name !== "gone")
      .map((AlarmName) => ({ AlarmName })),
  }),
};

test("the order of parameters makes no other question", async () => {
  const { aws, asked } = fakeAws({});
  const shared = shareReads(aws);
  const [service, operation] = ["application-autoscaling", "DescribeScalableTargets"] as const;
  await shared.call(service, operation, { ServiceNamespace: "ecs", ResourceIds: ["a"] });
  await shared.call(service, operation, { ResourceIds: ["a"], ServiceNamespace: "ecs" });
  assert.equal(asked.length, 1);
});

test("alarms that are asked for in the same moment are asked for at once, and each gets its own", async () => {
  const { aws, asked } = fakeAws(alarms);
  const gathered = gatherReads(aws);
  const read = (name: string) => gathered.call("cloudwatch", "DescribeAlarms", { AlarmNames: [name] });
  const answers = await Promise.all([read("a"), read("gone"), read("b")]);
  assert.deepEqual(asked, ['cloudwatch:DescribeAlarms {"AlarmNames":["a","gone","b"]}']);
  assert.deepEqual(
    answers.map(({ MetricAlarms }) => MetricAlarms?.map(({ AlarmName }) => AlarmName)),
    [["a"], [], ["b"]],
  );
  await read("a");
  assert.equal(asked.length, 2, "later is another moment");
});

test("other kinds of alarms, and more names than a call takes, are other questions", async () => {
  const { aws, asked } = fakeAws(alarms);
  const gathered = gatherReads(aws);
  await Promise.all([
    gathered.call("cloudwatch", "DescribeAlarms", { AlarmNames: ["a"] }),
    gathered.call("cloudwatch", "DescribeAlarms", { AlarmNames: ["a"], AlarmTypes: ["CompositeAlarm"] }),
    gathered.call("cloudwatch", "DescribeAlarms", { AlarmNamePrefix: "a" }),
  ]);
  assert.equal(asked.length, 3);
  const names = Array.from({ length: 150 }, (_, index) => `alarm-${index}`);
  const found = await Promise.all(
    names.map((name) => gathered.call("cloudwatch", "DescribeAlarms", { AlarmNames: [name] })),
  );
  assert.equal(asked.length, 5);
  assert.deepEqual(
    found.map(({ MetricAlarms }) => MetricAlarms?.[0]?.AlarmName),
    names,
  );
});

test("an error reaches everybody who asked", async () => {
  const { aws } = fakeAws({
    DescribeAlarms: () => {
      throw new Error("throttled");
    },
  });
  const gathered = gatherReads(aws);
  const read = (name: string) => gathered.call("cloudwatch", "DescribeAlarms", { AlarmNames: [name] });
  const outcomes = await Promise.allSettled([read("a"), read("b")]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ["rejected", "rejected"],
  );
});

const mark = { key: "ecsctl:app", value: "web" };
const group = "arn:aws:logs:us-east-1:123456789012:log-group:/ecs/web";

test("the tags of what bears the mark come from one call, others are asked for theirs", async () => {
  const { aws, asked } = fakeAws({
    GetResources: () => ({
      ResourceTagMappingList: [{ ResourceARN: group, Tags: [{ Key: "ecsctl:app", Value: "web" }] }],
    }),
    ListTagsForResource: () => ({ tags: { owner: "somebody" } }),
  });
  const knowing = knowTags(aws, mark);
  const read = (resourceArn: string) => knowing.call("logs", "ListTagsForResource", { resourceArn });
  assert.deepEqual((await read(group)).tags, { "ecsctl:app": "web" });
  assert.deepEqual((await read(group)).tags, { "ecsctl:app": "web" });
  assert.deepEqual((await read(`${group}-2`)).tags, { owner: "somebody" });
  assert.deepEqual(await knowing.ownArns(), [group]);
  assert.equal(asked.length, 2);
  assert.doesNotMatch(asked.join(), /"ecs"|"ec2"/, "revisions of task definitions would be a page for every hundred");
});

const topic = "arn:aws:sns:us-east-1:123456789012:alerts";
const mail = { Protocol: "email", Endpoint: "me@example.com", SubscriptionArn: `${topic}:1` };
const topicSpec = { name: "alerts", admitsEvents: false, tags: {} };
const marked = (ResourceARN: string) => () => ({
  ResourceTagMappingList: [{ ResourceARN, Tags: [{ Key: "ecsctl:app", Value: "web" }] }],
});

test("a topic that is known by its tag is asked for its subscriptions, which prove that it is there", async () => {
  const { aws, asked } = fakeAws({
    GetResources: marked(topic),
    ListSubscriptionsByTopic: () => ({ Subscriptions: [mail] }),
  });
  const knowing = knowTags(shareReads(aws), mark);
  const endpoint = "me@example.com";
  const [live, subscription] = await Promise.all([
    snsTopic.read(knowing, topicSpec),
    snsSubscription.read(knowing, { topic: "alerts", topicArn: "", endpoint }),
  ]);
  assert.deepEqual(live?.outputs, { arn: topic });
  assert.deepEqual(live?.confirmed, ["me@example.com"]);
  assert.equal(subscription?.arn, mail.SubscriptionArn);
  assert.deepEqual(
    asked.map((line) => line.split(" ")[0]),
    ["tagging:GetResources", "sns:ListSubscriptionsByTopic"],
  );
});

test("a topic or a repository that went and that the tags still name is gone", async () => {
  const missing = (name: string) => () => {
    throw Object.assign(new Error("not there"), { name });
  };
  const { aws } = fakeAws({
    GetResources: marked(topic),
    ListSubscriptionsByTopic: missing("NotFoundException"),
  });
  assert.equal(await snsTopic.read(knowTags(aws, mark), topicSpec), undefined);
  const registry = fakeAws({
    GetResources: marked("arn:aws:ecr:us-east-1:123456789012:repository/web"),
    DescribeImages: missing("RepositoryNotFoundException"),
    DescribeRepositories: missing("RepositoryNotFoundException"),
  });
  const spec = { name: "web", tags: {}, image: { imageTag: "latest" } };
  assert.equal(await ecrRepository.read(knowTags(registry.aws, mark), spec), undefined);
});

test("who may not ask for all tags asks for each", async () => {
  const { aws, asked } = fakeAws({
    GetResources: () => {
      throw Object.assign(new Error("not authorized"), { name: "AccessDeniedException" });
    },
    ListTagsForResource: () => ({ tags: { "ecsctl:app": "web" } }),
  });
  const knowing = knowTags(aws, mark);
  assert.deepEqual((await knowing.call("logs", "ListTagsForResource", { resourceArn: group })).tags, {
    "ecsctl:app": "web",
  });
  assert.equal(asked.length, 2);
});
