import type { Aws } from "../aws/aws.ts";
import { unlessMissing } from "../aws/missing.ts";
import { accepted, type Found } from "./found.ts";
import { namesIn } from "./tagged-arns.ts";

/** DescribeAlarms and DeleteAlarms take so many names. */
const alarmBatch = 100;

/** Alarms and rules first: they must not ring while the rest goes. What they notify after them. */
export async function findWatching(aws: Aws, arns: readonly string[]): Promise<Found[]> {
  const found = await Promise.all([
    findRules(aws, namesIn(arns, "events", "rule/")),
    findAlarms(aws, namesIn(arns, "cloudwatch", "alarm:")),
    findDashboards(aws, namesIn(arns, "cloudwatch", "dashboard/")),
    findTopics(
      aws,
      arns.filter((arn) => arn.split(":")[2] === "sns"),
    ),
    findQueues(aws, namesIn(arns, "sqs", "")),
  ]);
  return found.flat();
}

async function findRules(aws: Aws, names: readonly string[]): Promise<Found[]> {
  const rules = await Promise.all(
    names.map((Name) => unlessMissing(aws.call("events", "DescribeRule", { Name }), "ResourceNotFoundException")),
  );
  const remove = async (Rule: string): Promise<void> => {
    const targets = await aws.all("events", "ListTargetsByRule", { Rule }, (page) => page.Targets);
    const Ids = targets.map(({ Id = "" }) => Id);
    if (Ids.length > 0) await aws.call("events", "RemoveTargets", { Rule, Ids });
    await aws.call("events", "DeleteRule", { Name: Rule });
  };
  return rules.flatMap((rule) =>
    rule?.Name === undefined
      ? []
      : [{ id: `event-rule/${rule.Name}`, remove: () => accepted(remove(rule.Name ?? "")) }],
  );
}

async function findAlarms(aws: Aws, names: readonly string[]): Promise<Found[]> {
  const found: Found[] = [];
  for (let from = 0; from < names.length; from += alarmBatch) {
    const { MetricAlarms = [], CompositeAlarms = [] } = await aws.call("cloudwatch", "DescribeAlarms", {
      AlarmNames: names.slice(from, from + alarmBatch),
      AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
    });
    // Those that watch others before the others.
    for (const { AlarmName = "" } of CompositeAlarms) found.push(alarm(aws, "composite-alarm", AlarmName));
    for (const { AlarmName = "" } of MetricAlarms) found.push(alarm(aws, "alarm", AlarmName));
  }
  return found;
}

const alarm = (aws: Aws, kind: string, name: string): Found => ({
  id: `${kind}/${name}`,
  remove: () => accepted(aws.call("cloudwatch", "DeleteAlarms", { AlarmNames: [name] })),
});

async function findDashboards(aws: Aws, names: readonly string[]): Promise<Found[]> {
  const gone = ["ResourceNotFound", "DashboardNotFoundError", "ResourceNotFoundException"];
  const found = await Promise.all(
    names.map((DashboardName) => unlessMissing(aws.call("cloudwatch", "GetDashboard", { DashboardName }), ...gone)),
  );
  return names
    .filter((_name, index) => found[index])
    .map((name) => ({
      id: `dashboard/${name}`,
      remove: () => accepted(aws.call("cloudwatch", "DeleteDashboards", { DashboardNames: [name] })),
    }));
}

async function findTopics(aws: Aws, arns: readonly string[]): Promise<Found[]> {
  const found = await Promise.all(
    arns.map((TopicArn) => unlessMissing(aws.call("sns", "GetTopicAttributes", { TopicArn }), "NotFoundException")),
  );
  return arns
    .filter((_arn, index) => found[index])
    .map((arn) => ({
      id: `sns-topic/${arn.slice(arn.lastIndexOf(":") + 1)}`,
      remove: () => accepted(aws.call("sns", "DeleteTopic", { TopicArn: arn })),
    }));
}

async function findQueues(aws: Aws, names: readonly string[]): Promise<Found[]> {
  const gone = ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"];
  const found = await Promise.all(
    names.map((QueueName) => unlessMissing(aws.call("sqs", "GetQueueUrl", { QueueName }), ...gone)),
  );
  return found.flatMap((answer, index) =>
    answer?.QueueUrl === undefined
      ? []
      : [
          {
            id: `sqs-queue/${names[index]}`,
            remove: () => accepted(aws.call("sqs", "DeleteQueue", { QueueUrl: answer.QueueUrl })),
          },
        ],
  );
}
