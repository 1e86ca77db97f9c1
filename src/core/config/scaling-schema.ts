import * as z from "zod";
import { count, duration, name } from "./field-kinds.ts";

const metricPattern = /^(cpu|memory|requests|running-tasks|[^:\s/][^:]*\/[^/]+)$/;
const metric = z.string().regex(metricPattern, "expected cpu, memory, requests, running-tasks or NAMESPACE/NAME");
const statistic = z
  .string()
  .regex(
    /^(Average|Sum|Minimum|Maximum|SampleCount|p(\d{1,2}(\.\d+)?|100))$/,
    "expected Average, Sum, Minimum, Maximum, SampleCount or a percentile like p99",
  );
const dimensions = z.record(z.string(), z.string());
const moment = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/, "expected a moment like 2026-12-24T18:00:00Z");

/** One line of metric math: a metric under a name, or an expression over such names. */
export const metricQuerySchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z][A-Za-z0-9_]*$/, "expected a name that begins with a lower-case letter")
    .describe("Name in expressions."),
  expression: z.string().min(1).optional().describe("Metric math over the other names: `queue / tasks`."),
  metric: metric
    .optional()
    .describe("A metric in place of an expression: `cpu`, `memory`, `requests`, `running-tasks` or `NAMESPACE/NAME`."),
  dimensions: dimensions.optional().describe("Dimensions of a NAMESPACE/NAME metric."),
  statistic: statistic.optional().describe("Statistic of the metric; Average when absent."),
  label: z.string().optional().describe("What the figure means, for people."),
  returnData: z.boolean().optional().describe("Whether this is the figure that is tracked; the last one when absent."),
});

export const policySchema = z.strictObject({
  name: name("Name of the scaling policy."),
  type: z
    .enum(["target-tracking", "step", "scheduled", "predictive"])
    .describe("Kind of the policy; docs/scaling.md says which to choose and what each takes."),
  metric: metric
    .optional()
    .describe(
      "What decides: the service's average `cpu` or `memory` in percent, its load balancer's `requests` a task and minute, `running-tasks`, or any metric as `NAMESPACE/NAME`.",
    ),
  dimensions: dimensions
    .optional()
    .describe("Dimensions of a NAMESPACE/NAME metric; in AWS/ECS and ECS/ContainerInsights the service's when absent."),
  statistic: statistic
    .optional()
    .describe("Statistic of a NAMESPACE/NAME metric, or of a step policy's alarm; Average when absent."),
  metrics: z
    .array(metricQuerySchema)
    .min(1)
    .max(10)
    .optional()
    .describe("Metric math in place of `metric`: what is tracked, such as the backlog of a queue per task."),
  target: z
    .number()
    .positive()
    .optional()
    .describe("Target tracking, predictive: the figure to keep; percent for cpu and memory."),
  fast: z
    .boolean()
    .optional()
    .describe(
      "Target tracking and steps on cpu or memory: metrics every 20 seconds in place of every minute; costs extra. A step policy then takes `period: 20s`.",
    ),
  scaleOutCooldown: duration(
    "Target tracking: time after a scale-out in which only a larger step adds; 300s when absent.",
  ).optional(),
  scaleInCooldown: duration(
    "Target tracking: time after a scale-in in which no other scale-in happens; 300s when absent.",
  ).optional(),
  disableScaleIn: z.boolean().optional().describe("Target tracking: never remove tasks through this policy."),
  steps: z
    .array(z.string())
    .min(1)
    .optional()
    .describe(
      "Step: `80:+2` adds 2 tasks from 80 on, `20:-1` removes one from 20 down; also `+10%`, `=5`, `80..95:+2`.",
    ),
  minAdjustmentMagnitude: z
    .int()
    .min(1)
    .optional()
    .describe("Step, percentages only: the fewest tasks that a step changes."),
  cooldown: duration("Step: time after a scaling in which it does not act again; 300s when absent.").optional(),
  aggregation: z
    .enum(["Average", "Minimum", "Maximum"])
    .optional()
    .describe("Step: how datapoints are put together; Average when absent."),
  period: duration("Step: length of the alarm's period: 10s, 20s, 30s or whole minutes; 60s when absent.").optional(),
  periods: z
    .int()
    .min(1)
    .optional()
    .describe("Step: periods that must be over the threshold before it acts; 1 when absent."),
  schedule: z
    .string()
    .optional()
    .describe("Scheduled: `at(2026-12-24T18:00:00)`, `rate(1 hour)` or `cron(0 8 ? * MON-FRI *)`."),
  timezone: z
    .string()
    .optional()
    .describe("Scheduled: time zone of `at` and `cron`, like Europe/Berlin; UTC when absent."),
  start: moment.optional().describe("Scheduled: runs first at this moment, and not before."),
  end: moment.optional().describe("Scheduled: not after this moment."),
  min: count("Scheduled: fewest tasks from then on.").optional(),
  max: count("Scheduled: most tasks from then on.").optional(),
  mode: z
    .enum(["forecast-only", "forecast-and-scale"])
    .optional()
    .describe("Predictive: only forecast, or also act on it; forecast-only when absent."),
  buffer: duration(
    "Predictive: how long before the hour tasks are started, under an hour; 300s when absent.",
  ).optional(),
  overMaximum: z
    .int()
    .min(0)
    .max(100)
    .optional()
    .describe(
      "Predictive: lets a forecast raise the maximum, by this many percent more than forecast; absent: it never does.",
    ),
});

export const scalingSchema = z
  .strictObject({
    min: count("Fewest tasks."),
    max: z.int().min(1).describe("Most tasks."),
    policies: z.array(policySchema).default([]).describe("Scaling policies."),
  })
  .describe("Service auto scaling.");

export type PolicyConfig = z.output<typeof policySchema>;
export type MetricQueryConfig = z.output<typeof metricQuerySchema>;
