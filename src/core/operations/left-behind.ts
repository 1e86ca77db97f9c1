import type { Aws } from "../aws/aws.ts";
import type { AlarmConfig, EventRuleConfig } from "../config/alarm-schema.ts";
import { namesInRule } from "../config/check-alarms.ts";
import type { Config } from "../config/schema.ts";
import { isOwned, type Readings } from "../plan/build.ts";
import { type Node, readNodes } from "../plan/graph.ts";
import type { LiveParts } from "../plan/resource.ts";
import { namesIn, parseArn } from "../resources/tagged-arns.ts";
import { buildAlarmNodes } from "./alarm-graph.ts";
import { buildDashboardNodes, dashboardName } from "./dashboard-graph.ts";
import { buildEventNodes } from "./event-graph.ts";
import { isOfService } from "./is-of-service.ts";
import { listOtherServices } from "./other-services.ts";

/** What watches the service and left `ecsctl.yaml`, with all that only it led to. */
export interface LeftBehind {
  /** What goes, for a client, to stand beside what is wanted. */
  build(aws: Aws, wanted: readonly Node[]): Node[];
  readings: Readings;
}

interface Names {
  alarms: readonly string[];
  topics: readonly string[];
  rules: readonly string[];
  dashboards: readonly string[];
  /** `sqs:NAME`, `logs:NAME`: where rules lead that go, or that lead elsewhere now. */
  ends: readonly string[];
  /** Whether no rule leads to a log group any more, so that EventBridge need not be let in. */
  access: boolean;
}

/** Alarms of step policies go with their policies. */
const stepAlarms = "StepScaling-service/";

function namesLeft(arns: readonly string[], config: Config): Names {
  const { alarms, eventRules = [], notify } = config;
  const without = (found: readonly string[], wanted: readonly (string | undefined)[]): string[] =>
    found.filter((name) => !wanted.includes(name));
  const topics = arns.map(parseArn).filter(({ service }) => service === "sns");
  return {
    alarms: without(
      namesIn(arns, "cloudwatch", "alarm:").filter((name) => !name.startsWith(stepAlarms)),
      alarms.map(({ name }) => name),
    ),
    topics: without(
      topics.map(({ resource }) => resource),
      [notify?.topic],
    ),
    // Rules of other buses have the bus in their name, and are none of ours.
    rules: without(
      namesIn(arns, "events", "rule/").filter((name) => !name.includes("/")),
      eventRules.map(({ name }) => name),
    ),
    dashboards: without(namesIn(arns, "cloudwatch", "dashboard/"), [config.dashboard && dashboardName(config)]),
    ends: [],
    access: false,
  };
}

const isNothing = ({ alarms, topics, rules, dashboards }: Names): boolean =>
  [alarms, topics, rules, dashboards].every((list) => list.length === 0);

/** The same kinds of things as a deploy makes, of which only the name counts: an alarm may be of either kind. */
function buildGhosts(aws: Aws, config: Config, names: Names): Node[] {
  const base = { comparison: ">", threshold: 0, periods: 1 } as const;
  const alarms = names.alarms.flatMap((name): AlarmConfig[] => [
    { ...base, name, metric: "cpu" },
    { ...base, name, rule: "ALARM(any)" },
  ]);
  const ends = names.ends.length > 0 || names.access ? [{ name: "", to: [...names.ends, "logs:-"] }] : [];
  const rules = [...names.rules.map((name) => ({ name, to: [] })), ...ends];
  const eventRules = rules.map((rule): EventRuleConfig => ({ on: "task-stopped", ...rule }));
  const events = buildEventNodes(aws, { ...config, eventRules }).filter(
    ({ kind, name }) => !["", "-"].includes(name) && (kind !== "log-access" || names.access),
  );
  return [
    ...events,
    ...buildAlarmNodes(aws, { ...config, notify: undefined, alarms }),
    ...names.topics.flatMap((topic) =>
      buildAlarmNodes(aws, { ...config, eventRules: [], alarms: [], notify: { topic, emails: [] } }),
    ),
    ...names.dashboards.flatMap((name) =>
      buildDashboardNodes(aws, { ...config, alarms: [], loadBalancer: undefined, dashboard: { name } }),
    ),
  ];
}

const fieldsOf = (live: LiveParts | undefined): Record<string, unknown> =>
  (live as { fields?: Record<string, unknown> } | undefined)?.fields ?? {};

/** The ARNs that a rule leads to. */
const targetsOf = (live: LiveParts | undefined): string[] =>
  ((fieldsOf(live)["targets"] ?? []) as string[]).map((target) => target.slice(target.indexOf(" ") + 1));

/** The queues and log groups of the app to which rules led, and that no rule of the file leads to. */
function endsLeft(arns: readonly string[], config: Config, targets: readonly string[]): Pick<Names, "ends" | "access"> {
  const wanted = (config.eventRules ?? []).flatMap(({ to }) => to);
  const reached = arns.filter((arn) => targets.some((target) => target.replace(/:\*$/, "") === arn));
  const ends = [
    ...namesIn(reached, "sqs", "").map((name) => `sqs:${name}`),
    ...namesIn(reached, "logs", "log-group:").map((name) => `logs:${name}`),
  ].filter((end) => !wanted.includes(end) && end !== `logs:${config.task.logs.group}`);
  const access = targets.some((arn) => arn.includes(":log-group:")) && !wanted.some((end) => end.startsWith("logs:"));
  return { ends, access };
}

/**
 * What bears the app's mark, watches the service or tells of it, and is not in `ecsctl.yaml` (any more). It costs no
 * call where there is nothing of the kind: `aws` knows the app's things by their tags. Where the app has several
 * services, only what names this one counts.
 */
export async function findLeftBehind(
  aws: Aws,
  config: Config,
  known: Promise<Readings>,
): Promise<LeftBehind | undefined> {
  const [arns, readings] = await Promise.all([aws.ownArns(), known]);
  const names = namesLeft(arns, config);
  const shared = !isNothing(names) && (await listOtherServices(aws, arns, config)).length > 0;
  const found = await readOwn(config, buildGhosts(aws, config, names));
  const going = new Map([...found].filter(([id, live]) => !shared || isOfService(config, id, live, found)));
  const rules = [...readings, ...going].filter(([id]) => id.startsWith("event-rule/"));
  const targets = rules.flatMap(([, live]) => targetsOf(live));
  const staying = [...found].filter(([id]) => !going.has(id)).flatMap(([, live]) => targetsOf(live));
  const { ends, access } = endsLeft(
    arns,
    config,
    targets.filter((arn) => !staying.includes(arn)),
  );
  if (isNothing(names) && ends.length === 0 && !access) return undefined;
  const more = { ...names, alarms: [], topics: [], rules: [], dashboards: [], ends, access };
  const along = await readOwn(config, buildGhosts(aws, config, more));
  const all = new Map([...going, ...along]);
  const build = (client: Aws, wanted: readonly Node[]): Node[] => {
    const nodes = [...buildGhosts(client, config, names), ...buildGhosts(client, config, more)].filter(({ id }) =>
      all.has(id),
    );
    const lives = new Map([...readings, ...all]);
    return nodes.map((node) => takeAway(node, [...wanted, ...nodes], lives));
  };
  return all.size > 0 ? { build, readings: all } : undefined;
}

/** Those of the nodes that are there and ours. */
async function readOwn({ app }: Config, nodes: readonly Node[]): Promise<Map<string, LiveParts>> {
  const lives = [...(await readNodes(nodes))];
  return new Map(lives.flatMap(([id, live]) => (live && isOwned(live, app) ? [[id, live] as const] : [])));
}

const notes: Readonly<Record<string, string>> = {
  "sns-topic": "whoever subscribed hears nothing any more, and must confirm again if it comes back",
  "sqs-queue": "with the messages in it",
  "log-group": "with the events in it",
};

/** A node that goes, after what still leads to it. */
function takeAway(node: Node, beside: readonly Node[], lives: Readings): Node {
  const others = beside.filter(({ id }) => id !== node.id);
  const ofKinds = (...kinds: string[]): string[] =>
    others.filter(({ kind }) => kinds.includes(kind)).map(({ id }) => id);
  const needs: Record<string, () => string[]> = {
    "sns-topic": () => ofKinds("alarm", "composite-alarm", "event-rule"),
    "sqs-queue": () => ofKinds("event-rule"),
    "log-group": () => ofKinds("event-rule", "log-access"),
    "log-access": () => ofKinds("event-rule"),
    // CloudWatch deletes no alarm that a composite one still watches (DeleteAlarms, API reference).
    alarm: () => ofKinds("composite-alarm", "ecs-service").filter((id) => isWatching(lives.get(id), node.name)),
    "composite-alarm": () =>
      ofKinds("composite-alarm", "ecs-service").filter((id) => isWatching(lives.get(id), node.name)),
  };
  return {
    ...node,
    title: `${node.title} (no longer in ecsctl.yaml)`,
    wanted: false,
    needs: needs[node.kind]?.() ?? [],
    notes: [notes[node.kind] ?? []].flat(),
  };
}

/** Whether a composite alarm, or a service's rollouts, listen to an alarm. */
function isWatching(live: LiveParts | undefined, alarm: string): boolean {
  const { rule, alarms } = fieldsOf(live);
  return (
    (typeof rule === "string" && namesInRule(rule).includes(alarm)) || (Array.isArray(alarms) && alarms.includes(alarm))
  );
}
