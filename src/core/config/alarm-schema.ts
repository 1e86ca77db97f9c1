import * as z from "zod";
import { duration, emailAddress, name } from "./field-kinds.ts";

const alarmState = z.enum(["alarm", "ok", "insufficient-data"]);

export const alarmSchema = z.strictObject({
  name: name("Name of the alarm."),
  metric: z
    .string()
    .regex(/^(cpu|memory|running-tasks|[^:\s][^:]*\/[^/]+)$/, "expected cpu, memory, running-tasks or NAMESPACE/NAME")
    .optional()
    .describe(
      "What is watched: the service's average `cpu` or `memory` in percent, its `running-tasks` (needs containerInsights), or any metric as `NAMESPACE/NAME`. Not with `rule`.",
    ),
  dimensions: z
    .record(z.string(), z.string())
    .optional()
    .describe("Dimensions of a NAMESPACE/NAME metric; in AWS/ECS and ECS/ContainerInsights the service's when absent."),
  statistic: z
    .string()
    .regex(
      /^(Average|Sum|Minimum|Maximum|SampleCount|p(\d{1,2}(\.\d+)?|100))$/,
      "expected Average, Sum, Minimum, Maximum, SampleCount or a percentile like p99",
    )
    .optional()
    .describe("Statistic of each period; Average when absent (of running-tasks the Maximum)."),
  comparison: z.enum([">", ">=", "<", "<="]).default(">").describe("How the metric is compared with the threshold."),
  threshold: z.number().optional().describe("Threshold. Not with `rule`."),
  period: duration("Length of a period: 10s, 20s, 30s or whole minutes; a minute when absent.").optional(),
  periods: z.int().min(1).default(1).describe("Periods that are looked at."),
  datapoints: z
    .int()
    .min(1)
    .optional()
    .describe("Periods of those that must be over the threshold (M of N); all when absent."),
  missing: z
    .enum(["missing", "ignore", "breaching", "notBreaching"])
    .optional()
    .describe("What a period without data counts as; `missing` when absent."),
  rule: z
    .string()
    .min(1)
    .optional()
    .describe("A composite alarm over other alarms, in place of a metric: `ALARM(a) AND NOT ALARM(b)`."),
  notify: z.boolean().optional().describe("Whether it tells the topic of `notify`; it does when absent."),
  notifyOn: z.array(alarmState).optional().describe("The states whose beginning is told; `alarm` when absent."),
  description: z.string().optional().describe("What it means, for whoever gets the mail."),
});

const endpoint = z.string().regex(/^https?:\/\/\S+$/, "expected an address that begins with http:// or https://");

export const notifySchema = z
  .strictObject({
    topic: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,256}$/, "expected letters, digits, dashes and underscores")
      .describe("Name of the SNS topic that alarms and event rules notify."),
    emails: z
      .array(emailAddress("An address."))
      .default([])
      .describe("Addresses to subscribe; each must confirm the mail that it gets."),
    urls: z
      .array(endpoint)
      .optional()
      .describe("Addresses that SNS posts to; each must confirm the request that it gets."),
  })
  .describe("Who hears of alarms.");

const eventKinds = ["task-stopped", "deployment-failed", "service-impaired"] as const;

export const eventRuleSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[.\-_A-Za-z0-9]{1,64}$/, "expected letters, digits, dots, dashes and underscores, at most 64")
    .describe("Name of the EventBridge rule."),
  on: z
    .enum(eventKinds)
    .optional()
    .describe(
      "What it waits for: a task that stopped with an error, a deployment that failed, or a service that cannot start or place tasks. Not with `pattern`.",
    ),
  pattern: z.string().min(2).optional().describe("An event pattern of EventBridge as JSON text, in place of `on`."),
  to: z
    .array(
      z.string().regex(/^(notify|sqs:[\w-]{1,80}|logs:[\w./#-]{1,512})$/, "expected notify, sqs:QUEUE or logs:GROUP"),
    )
    .min(1)
    .max(5)
    .describe("Where events go: `notify` (the topic), `sqs:QUEUE`, `logs:GROUP`; what is missing is made."),
});

export const dashboardSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[\w-]{1,255}$/, "expected letters, digits, dashes and underscores")
      .optional()
      .describe("Name of the dashboard; the app's when absent."),
  })
  .describe("One CloudWatch dashboard of the service: utilisation, counts, load balancer, alarms, log errors.");

export type AlarmConfig = z.output<typeof alarmSchema>;
export type NotifyConfig = z.output<typeof notifySchema>;
export type EventRuleConfig = z.output<typeof eventRuleSchema>;
export type EventKind = (typeof eventKinds)[number];
