import type { Aws } from "../aws/aws.ts";
import type { EventKind, EventRuleConfig } from "../config/alarm-schema.ts";
import type { Config } from "../config/schema.ts";
import { bindNode, type Node, type Outputs } from "../plan/graph.ts";
import { eventRule } from "../resources/event-rule.ts";
import { logAccess } from "../resources/log-access.ts";
import { logGroup } from "../resources/log-group.ts";
import { sqsQueue } from "../resources/sqs-queue.ts";
import { ownTags } from "../resources/tags.ts";

/** Days that events are kept in the log groups that rules lead to. */
const retentionDays = 14;

/** The rules on the service's events, and the queues and log groups that they lead to. */
export function buildEventNodes(aws: Aws, config: Config): Node[] {
  const rules = config.eventRules ?? [];
  const ends = [...new Set(rules.flatMap(({ to }) => to))];
  const queues = namesOf(ends, "sqs:").map((name) => buildQueueNode(aws, config, name));
  const groups = namesOf(ends, "logs:");
  const access = groups.length > 0 ? [buildAccessNode(aws, config, groups)] : [];
  return [
    ...queues,
    ...groups.map((name) => buildGroupNode(aws, config, name)),
    ...access,
    ...rules.map((rule) => buildRuleNode(aws, config, rule)),
  ];
}

const namesOf = (ends: readonly string[], prefix: string): string[] =>
  ends.filter((end) => end.startsWith(prefix)).map((end) => end.slice(prefix.length));

const buildQueueNode = (aws: Aws, config: Config, name: string): Node =>
  bindNode(sqsQueue, aws, {
    name,
    title: `SQS queue ${name}`,
    spec: () => ({ name, tags: ownTags(config.app, config.tags) }),
  });

const buildGroupNode = (aws: Aws, config: Config, name: string): Node =>
  bindNode(logGroup, aws, {
    name,
    title: `log group ${name}`,
    spec: () => ({ name, retentionDays, tags: ownTags(config.app, config.tags) }),
  });

const accessName = (config: Config): string => `ecsctl-events-${config.app}`;

const buildAccessNode = (aws: Aws, config: Config, groups: readonly string[]): Node =>
  bindNode(logAccess, aws, {
    name: accessName(config),
    title: `permission of EventBridge to write logs of ${config.app}`,
    needs: groups.map((name) => `log-group/${name}`),
    spec: (outputs) => ({
      name: accessName(config),
      groups: groups.map((name) => outputs(`log-group/${name}`, "arn")),
    }),
  });

function buildRuleNode(aws: Aws, config: Config, rule: EventRuleConfig): Node {
  const ends = rule.to.map((end) => ({ end, node: nodeOf(config, end) }));
  const writes = rule.to.some((end) => end.startsWith("logs:"));
  return bindNode(eventRule, aws, {
    name: rule.name,
    title: `event rule ${rule.name}`,
    needs: [...ends.map(({ node }) => node), ...(writes ? [`log-access/${accessName(config)}`] : [])],
    spec: (outputs: Outputs) => ({
      name: rule.name,
      pattern: patternOf(config, rule),
      description: describeRule(config, rule),
      targets: ends.map(({ end, node }) => ({ id: targetId(end), arn: outputs(node, "arn") })),
      tags: ownTags(config.app, config.tags),
    }),
  });
}

function nodeOf(config: Config, end: string): string {
  if (end === "notify") return `sns-topic/${config.notify?.topic ?? ""}`;
  const name = end.slice(end.indexOf(":") + 1);
  return end.startsWith("sqs:") ? `sqs-queue/${name}` : `log-group/${name}`;
}

/** EventBridge takes letters, digits, dots, dashes and underscores, at most 64. */
const targetId = (end: string): string => end.replaceAll(/[^.\-_A-Za-z0-9]/g, "-").slice(-64);

const meanings: Readonly<Record<EventKind, string>> = {
  "task-stopped": "a task stopped with an error",
  "deployment-failed": "a deployment failed",
  "service-impaired": "the service cannot start or place tasks",
};

const describeRule = ({ service }: Config, { on }: EventRuleConfig): string | undefined =>
  on === undefined ? undefined : `${service.name}: ${meanings[on]}; made by ecsctl`;

/** The event pattern of a rule, as JSON text. */
export function patternOf(config: Config, rule: EventRuleConfig): string {
  if (rule.pattern !== undefined) return rule.pattern;
  return JSON.stringify(patterns[rule.on ?? "task-stopped"](config));
}

/** ARNs are told by their ends, so that the account need not be known. */
const ofService = ({ cluster, service }: Config) => [{ suffix: `:service/${cluster.name}/${service.name}` }];

/** ECS's own events ("Amazon ECS events", developer guide). */
const patterns: Readonly<Record<EventKind, (config: Config) => object>> = {
  "task-stopped": ({ cluster, service }) => ({
    source: ["aws.ecs"],
    "detail-type": ["ECS Task State Change"],
    detail: {
      clusterArn: [{ suffix: `:cluster/${cluster.name}` }],
      group: [`service:${service.name}`],
      lastStatus: ["STOPPED"],
      // What the scheduler stops (a scale-in, a rollout) is no error, but for tasks that failed their health checks.
      $or: [
        { stopCode: ["EssentialContainerExited", "TaskFailedToStart", "TerminationNotice"] },
        { stoppedReason: [{ prefix: "Task failed" }] },
      ],
    },
  }),
  "deployment-failed": (config) => ({
    source: ["aws.ecs"],
    "detail-type": ["ECS Deployment State Change"],
    resources: ofService(config),
    detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED"] },
  }),
  "service-impaired": (config) => ({
    source: ["aws.ecs"],
    "detail-type": ["ECS Service Action"],
    resources: ofService(config),
    detail: { eventType: ["WARN", "ERROR"] },
  }),
};
