import * as z from "zod";
import { generatorSchemas } from "./figures-schema.ts";

/** Raised when a field changes its meaning or goes; new fields leave it as it is. */
export const reportVersion = 1;

const count = z.int().nonnegative();
const ms = z.number().nonnegative();
const serverSeconds = z.number().describe("Seconds of the service's own time since the load began.");
const byKind = z.record(z.string(), count);

/** One moment under load. */
export const loadSampleSchema = z
  .object({
    at: z.string().describe("The server's time, ISO 8601, at the end of the interval."),
    seconds: serverSeconds,
    lasted: z.number().describe("Local seconds since the sample before: what requests, errors and percentiles cover."),
    requests: count.describe("Requests that ended since the sample before."),
    errors: count.describe("Those of them that failed."),
    errorsByKind: byKind.describe("The same by kind."),
    rps: z.number().nonnegative().describe("Requests per local second."),
    p50: ms.describe("Percentiles of the interval in ms."),
    p90: ms,
    p99: ms,
    max: ms,
    histogram: z
      .string()
      .optional()
      .describe(
        "Latencies of the interval in microseconds, HdrHistogram V2 compressed, base64; empty without any. Only in --out.",
      ),
    cpu: z.number().nullable().describe("The newest CPU average of the service in percent; null while unknown."),
    desired: count.nullable().describe("Null when the service could not be read, or there is none behind a target."),
    running: count.nullable(),
    pending: count.nullable(),
  })
  .describe("What clients saw since the sample before, and what the service looked like.");

const latencySchema = z
  .object({
    unit: z.literal("ms"),
    p50: ms,
    p90: ms,
    p95: ms,
    p99: ms,
    p999: ms,
    max: ms,
    mean: ms,
    stddev: ms.optional(),
    measured: count.optional().describe("How many requests these are."),
  })
  .describe("Every answer, whatever its status, and timeouts with the time that was waited; no failed connections.");

const eventSchema = z.object({
  seconds: serverSeconds,
  kind: z.enum(["alarm", "desired", "activity", "answer"]),
  text: z.string(),
});

const phaseSchema = z.object({
  name: z.enum(["before", "during", "after"]),
  fromSeconds: z.number(),
  toSeconds: z.number(),
  requests: count,
  errors: count,
  p50: ms,
  p99: ms,
});

const pointSchema = z.object({ seconds: serverSeconds, value: z.number() });

/** The document of `ecsctl loadtest`: `--json`, `--out`. Everything else that tells of a load is made from it. */
export const loadReportSchema = z.object({
  version: z.literal(reportVersion).describe("Of this format."),
  startedAt: z.string().describe("The server's time, ISO 8601, when the load began."),
  load: z.object({
    description: z.string().describe("What was sent, in words."),
    stages: z
      .array(z.object({ seconds: z.number(), rate: z.number() }))
      .optional()
      .describe("Open loop in stages: local seconds and requests a second of each, without the warm-up."),
    rampSeconds: z.number().optional().describe("The part of each stage in which its rate is come to."),
  }),
  service: z
    .object({
      cluster: z.string(),
      name: z.string(),
      min: count.nullable(),
      max: count.nullable(),
      cpuTarget: z.number().nullable().describe("Percent at which a policy holds the CPU; null when none does."),
    })
    .nullable()
    .describe("Null when there is none behind a target."),
  verdict: z.string().describe("What happened, in one paragraph."),
  requests: count,
  seconds: z.number().describe("Local seconds under load."),
  rps: z.number().nonnegative(),
  errors: z.object({
    total: count,
    byKind,
    examples: z.record(z.string(), z.string()).describe("The first of each kind."),
  }),
  latency: latencySchema,
  ...generatorSchemas,
  histogram: z
    .object({ unit: z.literal("us"), encoding: z.literal("HdrHistogram V2 compressed, base64"), data: z.string() })
    .describe("Every latency, for other tools."),
  tasks: z.array(
    z.object({
      task: z.string(),
      url: z.string(),
      requests: count,
      errors: count,
      p99: ms.describe("Milliseconds."),
      stopped: z.boolean().optional().describe("True for a task that ran at first and was gone at the end."),
    }),
  ),
  timeline: z.array(loadSampleSchema).describe("About one sample a local second."),
  events: z
    .array(eventSchema)
    .describe("Alarms, changes of the desired count, activities, first answers of new tasks."),
  cpu: z
    .array(pointSchema)
    .describe("CloudWatch's CPU averages of the service in percent, at the begin of their period."),
  phases: z
    .array(phaseSchema)
    .describe("Before, during and after scaling; empty when the desired count never changed."),
  scaled: z
    .object({ from: count, to: count, firstChangeAfterSeconds: z.number() })
    .nullable()
    .describe("From how many tasks to how many at the peak; null when the desired count never changed."),
  cameDownAfterSeconds: z
    .number()
    .nullable()
    .describe("When the desired count first fell after it grew, if it was seen."),
  objectives: z.array(z.object({ objective: z.string(), met: z.boolean(), value: z.number() })),
  until: z.object({ goal: z.string(), met: z.boolean() }).nullable(),
  interrupted: z.boolean(),
});

/** The JSON Schema of the document; fields may be added without a new version. */
export function reportJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(loadReportSchema, { io: "input", target: "draft-7" });
  return { $schema, title: `ecsctl loadtest, version ${reportVersion}`, ...schema };
}
