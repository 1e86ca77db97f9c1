import type { Aws } from "../aws/aws.ts";
import type { NotifyConfig } from "../config/alarm-schema.ts";
import { namesInRule } from "../config/check-alarms.ts";
import { parseDuration } from "../config/duration.ts";
import type { AlarmConfig, Config } from "../config/schema.ts";
import { bindNode, type Node } from "../plan/graph.ts";
import { alarm, type AlarmSpec } from "../resources/alarm.ts";
import { compositeAlarm } from "../resources/composite-alarm.ts";
import { snsSubscription, snsTopic } from "../resources/sns-topic.ts";
import { ownTags } from "../resources/tags.ts";

/** The alarms on the service, the topic that they notify, and the addresses that it writes to. */
export function buildAlarmNodes(aws: Aws, config: Config): Node[] {
  const { notify } = config;
  const topic = notify && buildTopicNode(aws, config, notify.topic);
  const subscribers = topic && notify ? listEndpoints(notify).map((one) => buildSubscriberNode(aws, topic, one)) : [];
  const alarms = config.alarms.map((one) => buildAlarmNode(aws, config, one, topic?.id));
  return [...(topic ? [topic] : []), ...subscribers, ...alarms];
}

/** Whom a topic writes to. */
const listEndpoints = ({ emails, urls = [] }: NotifyConfig): string[] => [...emails, ...urls];

/** Whether event rules lead to the topic. */
const tellsEvents = ({ eventRules = [] }: Config): boolean => eventRules.some(({ to }) => to.includes("notify"));

function buildTopicNode(aws: Aws, config: Config, name: string): Node {
  return bindNode(snsTopic, aws, {
    name,
    title: `SNS topic ${name}`,
    spec: () => ({ name, admitsEvents: tellsEvents(config), tags: ownTags(config.app, config.tags) }),
  });
}

function buildSubscriberNode(aws: Aws, topic: Node, endpoint: string): Node {
  const asks = endpoint.includes("://") ? "posts a request" : "sends a mail";
  return bindNode(snsSubscription, aws, {
    name: `${topic.name}/${endpoint}`,
    title: `subscription of ${endpoint} to ${topic.name}`,
    needs: [topic.id],
    notes: [`AWS ${asks} that asks for confirmation; nothing comes before that`],
    spec: (outputs) => ({ topic: topic.name, topicArn: outputs(topic.id, "arn"), endpoint }),
  });
}

/** An alarm on a metric, or on other alarms of this configuration, which are then made first. */
function buildAlarmNode(aws: Aws, config: Config, wanted: AlarmConfig, topic: string | undefined): Node {
  const told = wanted.notify === false ? undefined : topic;
  const tags = ownTags(config.app, config.tags);
  const { name, rule, description } = wanted;
  const arns = (state: "alarm" | "ok" | "insufficient-data", arn: string): string[] =>
    (wanted.notifyOn ?? ["alarm"]).includes(state) ? [arn] : [];
  const actions = (arn: string | undefined) => ({
    actions: arn === undefined ? [] : arns("alarm", arn),
    okActions: arn === undefined ? [] : arns("ok", arn),
    insufficientDataActions: arn === undefined ? [] : arns("insufficient-data", arn),
  });
  const needs = told === undefined ? [] : [told];
  if (rule !== undefined) {
    const watched = config.alarms.filter((other) => other.name !== name && namesInRule(rule).includes(other.name));
    return bindNode(compositeAlarm, aws, {
      name,
      needs: [...needs, ...watched.map((other) => alarmId(other))],
      spec: (outputs) => ({ name, rule, description, tags, ...actions(told && outputs(told, "arn")) }),
    });
  }
  return bindNode(alarm, aws, {
    name,
    needs,
    spec: (outputs) => ({ ...specOf(config, wanted), tags, ...actions(told && outputs(told, "arn")) }),
  });
}

/** The node that makes an alarm. */
export const alarmId = ({ name, rule }: AlarmConfig): string =>
  `${rule === undefined ? "alarm" : "composite-alarm"}/${name}`;

type Actions = "actions" | "okActions" | "insufficientDataActions" | "tags";

function specOf(config: Config, wanted: AlarmConfig): Omit<AlarmSpec, Actions> {
  const { name, comparison, threshold = 0, periods, description, missing, statistic, datapoints } = wanted;
  const service = { ClusterName: config.cluster.name, ServiceName: config.service.name };
  const metric = readMetric(wanted.metric ?? "cpu");
  const ofService = ["AWS/ECS", "ECS/ContainerInsights"].includes(metric.namespace);
  return {
    name,
    namespace: metric.namespace,
    metric: metric.name,
    statistic: statistic ?? metric.statistic,
    dimensions: wanted.dimensions ?? (ofService ? service : {}),
    comparison,
    threshold,
    period: parseDuration(wanted.period ?? "60s") ?? 60,
    periods,
    datapoints,
    missing,
    description,
  };
}

/** Plain AWS/ECS does not publish how many tasks run; Container Insights does, once a minute. */
const shorthands: Readonly<Record<string, { namespace: string; name: string; statistic: string }>> = {
  cpu: { namespace: "AWS/ECS", name: "CPUUtilization", statistic: "Average" },
  memory: { namespace: "AWS/ECS", name: "MemoryUtilization", statistic: "Average" },
  "running-tasks": { namespace: "ECS/ContainerInsights", name: "RunningTaskCount", statistic: "Maximum" },
};

function readMetric(metric: string): { namespace: string; name: string; statistic: string } {
  const slash = metric.lastIndexOf("/");
  return (
    shorthands[metric] ?? { namespace: metric.slice(0, slash), name: metric.slice(slash + 1), statistic: "Average" }
  );
}
