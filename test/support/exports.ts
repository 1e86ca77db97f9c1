import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { Aws } from "../../src/core/aws/aws.ts";
import { configSchema, type Config } from "../../src/core/config/schema.ts";
import { recordCreation } from "../../src/core/export/recorded-calls.ts";
import type { ExportSubject, Source } from "../../src/core/export/source.ts";
import { buildDeployGraph, type DeployFacts } from "../../src/core/operations/deploy-graph.ts";
import { blindFacts } from "../../src/core/operations/blind-facts.ts";
import type { LiveParts } from "../../src/core/plan/resource.ts";

const account = "123456789012";
const image = `${account}.dkr.ecr.us-east-1.amazonaws.com/web@sha256:${"a".repeat(64)}`;

const facts: DeployFacts = {
  ...blindFacts,
  surroundings: {
    vpcId: "vpc-0123456789abcdef0",
    subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    zones: ["us-east-1a", "us-east-1b"],
    instanceType: { cpu: 1024, memoryMiB: 2048 },
    image: { id: "ami-0123456789abcdef0", rootDevice: "/dev/xvda" },
  },
  network: {
    vpcId: "vpc-0123456789abcdef0",
    subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
  },
  image,
};

/** A template's configuration. */
export const readTemplate = (name: string): Config =>
  configSchema.parse(parse(readFileSync(new URL(`../../templates/${name}/ecsctl.yaml`, import.meta.url), "utf8")));

/** What AWS would tell about a thing that exists: ids in the shape of its kind. */
function inventLive(kind: string, name: string): LiveParts & Record<string, unknown> {
  const arn = `arn:aws:service:us-east-1:${account}:${kind}/${name}`;
  const id = { "security-group": "sg-0123456789abcdef0", "launch-template": "lt-0123456789abcdef0" }[kind];
  return {
    arn,
    desiredCount: 2,
    url: `https://sqs.us-east-1.amazonaws.com/${account}/${name}`,
    outputs: {
      arn,
      ...(id ? { id } : {}),
      version: "1",
      uri: image,
      dnsName: "lb.example",
      metricName: `${kind}/${name}`,
      deployment: "x",
      url: arn,
    },
  };
}

/** Everything that a deploy of the configuration makes, as an exporter gets it; no AWS is asked. */
export async function describeExport(
  config: Config,
  options: { live?: boolean; adopted?: readonly string[] } = {},
): Promise<ExportSubject> {
  const aws = new Aws({ region: "us-east-1", credentials: { accessKeyId: "x", secretAccessKey: "y" } });
  const recorded = await recordCreation(aws, { account }, (client) => buildDeployGraph(client, config, facts));
  const sources = buildDeployGraph(aws, config, facts).flatMap(({ id, kind, name, title, needs }): Source[] => {
    const calls = recorded.get(id);
    const adopted = options.adopted?.includes(kind) ?? false;
    const live = options.live || adopted ? inventLive(kind, name) : undefined;
    return calls ? [{ id, kind, name, title, needs, calls, live, adopted }] : [];
  });
  return { app: config.app, region: "us-east-1", sources };
}

/** The API with all that ecsctl.yaml can say about scaling, alarms and secrets. */
export function everything(): Config {
  const api = readTemplate("api");
  const track = { name: "track", type: "target-tracking" } as const;
  const policies = [
    { ...track, name: "cpu", metric: "cpu", target: 50, fast: true },
    { ...track, name: "requests", metric: "requests", target: 1000 },
    { name: "surge", type: "step", metric: "requests", steps: ["5000:+2"], cooldown: "60s" },
    { ...track, name: "backlog", target: 10, metrics: backlog },
    { name: "steps", type: "step", metric: "cpu", steps: ["80:+2", "95:+4", "20:-1"], cooldown: "60s" },
    {
      name: "morning",
      type: "scheduled",
      schedule: "cron(0 8 ? * MON-FRI *)",
      timezone: "Europe/Berlin",
      min: 2,
      max: 9,
    },
    { name: "forecast", type: "predictive", metric: "cpu", target: 50, mode: "forecast-only" },
  ];
  return configSchema.parse({
    ...api,
    scaling: { min: 1, max: 9, policies },
    alarms: [...api.alarms, { name: "both", rule: `ALARM(${api.alarms[0]?.name}) AND ALARM(${api.alarms[1]?.name})` }],
    notify: { topic: "alerts", emails: ["me@example.com"] },
    dashboard: {},
    eventRules: [
      { name: "stopped", on: "task-stopped", to: ["notify", "sqs:jobs"] },
      { name: "failed", on: "deployment-failed", to: ["logs:/events/web"] },
    ],
  });
}

const backlog = [
  {
    id: "queue",
    metric: "AWS/SQS/ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: "jobs" },
    statistic: "Sum",
  },
  { id: "tasks", metric: "running-tasks" },
  { id: "each", expression: "queue / tasks", label: "waiting for each task", returnData: true },
];
