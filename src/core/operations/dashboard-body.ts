import type { Config } from "../config/schema.ts";

/** What the dashboard names that stands in no file. */
export interface DashboardFacts {
  region: string;
  /** What metrics call it: `app/NAME/ID`; undefined without a load balancer. */
  balancer: string | undefined;
  /** `targetgroup/NAME/ID`. */
  group: string | undefined;
  /** ARNs. */
  alarms: readonly string[];
}

type Metric = readonly unknown[];

interface WidgetParts {
  title: string;
  metrics: readonly Metric[];
  stat?: string;
  max?: number;
  /** A line across, with its name. */
  line?: { label: string; value: number } | undefined;
}

/** CloudWatch's grid is 24 wide; three widgets a row. */
const width = 8;
const height = 6;

/** The body of the app's dashboard ("Dashboard body structure and syntax", CloudWatch API reference). Pure. */
export function buildDashboardBody(config: Config, facts: DashboardFacts): string {
  const charts = [...utilisation(config), counts(config), ...requests(config, facts)].map((parts) =>
    metricWidget(parts, facts.region),
  );
  const alarms = facts.alarms.length > 0 ? [alarmWidget(facts.alarms)] : [];
  const placed = [...charts, ...alarms, logWidget(config, facts.region)].map((widget, index) => ({
    x: (index % 3) * width,
    y: 2 + Math.floor(index / 3) * height,
    width,
    height,
    ...widget,
  }));
  const heading = {
    type: "text",
    x: 0,
    y: 0,
    width: 24,
    height: 2,
    properties: { markdown: `# ${config.service.name}\nMade by ecsctl from the ecsctl.yaml of ${config.app}.` },
  };
  return JSON.stringify({ widgets: [heading, ...placed] });
}

function metricWidget({ title, metrics, stat = "Average", max, line }: WidgetParts, region: string): object {
  return {
    type: "metric",
    properties: {
      title,
      region,
      metrics,
      stat,
      period: 60,
      view: "timeSeries",
      stacked: false,
      yAxis: { left: { min: 0, ...(max === undefined ? {} : { max }) } },
      ...(line ? { annotations: { horizontal: [line] } } : {}),
    },
  };
}

const ofService = ({ cluster, service }: Config): string[] => [
  "ClusterName",
  cluster.name,
  "ServiceName",
  service.name,
];

/** CPU and memory, each against the target of the policy that tracks it. */
function utilisation(config: Config): WidgetParts[] {
  const target = (metric: string): WidgetParts["line"] => {
    const policy = config.scaling?.policies.find((one) => "metric" in one && one.metric === metric);
    const value = policy && "target" in policy ? policy.target : undefined;
    return typeof value === "number" ? { label: `target ${value} %`, value } : undefined;
  };
  const widget = (title: string, name: string, metric: string): WidgetParts => ({
    title,
    metrics: [
      ["AWS/ECS", name, ...ofService(config), { label: "average" }],
      ["AWS/ECS", name, ...ofService(config), { label: "maximum", stat: "Maximum" }],
    ],
    line: target(metric),
  });
  return [widget("CPU, percent", "CPUUtilization", "cpu"), widget("Memory, percent", "MemoryUtilization", "memory")];
}

/**
 * Without Container Insights, the number of a metric's samples in a minute is the number of running tasks; of one that
 * comes every 20 seconds it would be three times as many, and those periods are kept for three hours only.
 */
function counts(config: Config): WidgetParts {
  const insights = (name: string, label: string): Metric => [
    "ECS/ContainerInsights",
    name,
    ...ofService(config),
    { label, stat: "Maximum" },
  ];
  const max = config.scaling?.max;
  const line = max === undefined ? undefined : { label: `maximum ${max}`, value: max };
  if (config.cluster.containerInsights)
    return {
      title: "Tasks",
      metrics: [
        insights("DesiredTaskCount", "desired"),
        insights("RunningTaskCount", "running"),
        insights("PendingTaskCount", "pending"),
      ],
      line,
    };
  const isFast = (metric: string): boolean =>
    config.scaling?.policies.some((policy) => policy.fast && policy.metric === metric) ?? false;
  const [name, period] = isFast("cpu")
    ? (["MemoryUtilization", isFast("memory") ? 20 : 60] as const)
    : ["CPUUtilization", 60];
  const running: Metric = [
    "AWS/ECS",
    name,
    ...ofService(config),
    { label: "running", stat: "SampleCount", ...(period === 60 ? {} : { period }) },
  ];
  return { title: "Tasks", metrics: [running], line };
}

function requests(_config: Config, { balancer, group }: DashboardFacts): WidgetParts[] {
  if (balancer === undefined || group === undefined) return [];
  const dimensions = ["LoadBalancer", balancer, "TargetGroup", group];
  const metric = (name: string, options: object): Metric => ["AWS/ApplicationELB", name, ...dimensions, options];
  return [
    {
      title: "Requests a minute",
      stat: "Sum",
      metrics: [
        metric("RequestCount", { label: "all" }),
        metric("HTTPCode_Target_4XX_Count", { label: "4xx" }),
        metric("HTTPCode_Target_5XX_Count", { label: "5xx" }),
      ],
    },
    {
      title: "Latency, seconds",
      metrics: ["p50", "p90", "p99"].map((stat) => metric("TargetResponseTime", { label: stat, stat })),
    },
    {
      title: "Targets",
      metrics: [
        metric("HealthyHostCount", { label: "healthy", stat: "Minimum" }),
        metric("UnHealthyHostCount", { label: "unhealthy", stat: "Maximum" }),
      ],
    },
  ];
}

const alarmWidget = (arns: readonly string[]): object => ({
  type: "alarm",
  properties: { title: "Alarms", alarms: arns },
});

function logWidget({ task }: Config, region: string): object {
  const query = [
    `SOURCE '${task.logs.group}'`,
    "fields @timestamp, @message",
    "filter @message like /(?i)error|exception|fatal/",
    "sort @timestamp desc",
    "limit 50",
  ].join(" | ");
  return { type: "log", properties: { title: "Errors in the logs", region, query, view: "table" } };
}
