import type { Aws } from "../aws/aws.ts";
import type { AlarmConfig, Config } from "../config/schema.ts";
import { bindNode, type Node } from "../plan/graph.ts";
import { alarm } from "../resources/alarm.ts";
import { snsSubscription, snsTopic } from "../resources/sns-topic.ts";
import { ownTags } from "../resources/tags.ts";

/** The alarms on the service, the topic that they notify, and the addresses that it writes to. */
export function buildAlarmNodes(aws: Aws, config: Config): Node[] {
  const topic = config.notify && buildTopicNode(aws, config, config.notify.topic);
  const addresses = topic ? (config.notify?.emails ?? []).map((email) => buildAddressNode(aws, topic, email)) : [];
  const alarms = config.alarms.map((one) => buildAlarmNode(aws, config, one, topic?.id));
  return [...(topic ? [topic] : []), ...addresses, ...alarms];
}

function buildTopicNode(aws: Aws, config: Config, name: string): Node {
  return bindNode(snsTopic, aws, {
    name,
    title: `SNS topic ${name}`,
    spec: () => ({ name, tags: ownTags(config.app, config.tags) }),
  });
}

function buildAddressNode(aws: Aws, topic: Node, email: string): Node {
  return bindNode(snsSubscription, aws, {
    name: `${topic.name}/${email}`,
    title: `subscription of ${email} to ${topic.name}`,
    needs: [topic.id],
    notes: ["AWS sends a mail that asks for confirmation; nothing comes before that"],
    spec: (outputs) => ({ topic: topic.name, topicArn: outputs(topic.id, "arn"), email }),
  });
}

function buildAlarmNode(aws: Aws, config: Config, wanted: AlarmConfig, topic: string | undefined): Node {
  const { name, metric, comparison, threshold, periods, description } = wanted;
  return bindNode(alarm, aws, {
    name,
    needs: topic === undefined ? [] : [topic],
    spec: (outputs) => ({
      name,
      clusterName: config.cluster.name,
      service: config.service.name,
      metric,
      comparison,
      threshold,
      periods,
      description,
      actions: topic === undefined ? [] : [outputs(topic, "arn")],
      tags: ownTags(config.app, config.tags),
    }),
  });
}
