import * as z from "zod";

const count = z.int().nonnegative();
const ms = z.number().nonnegative();

const percentiles = { p50: ms, p90: ms, p95: ms, p99: ms, p999: ms, max: ms, mean: ms };

/** What the generator says of its own work, beside what it saw of the service. */
export const generatorSchemas = {
  corrected: z
    .object({ unit: z.literal("ms"), expectedIntervalMs: ms, ...percentiles })
    .nullable()
    .optional()
    .describe(
      "Closed loop, when a stall is visible: the latencies with those that waiting clients left out, by HdrHistogram's expected interval. Null when there was no stall, or the loop is open and needs none.",
    ),
  timing: z
    .object({
      connect: z.object({ count, p50: ms, p99: ms, max: ms }).describe("New connections, with TLS where there is TLS."),
      firstByte: z.object({ count, p50: ms, p99: ms, max: ms }).describe("Until an answer's headers were there."),
      whole: z.object({ count, p50: ms, p99: ms, max: ms }).describe("What `latency` tells in full."),
    })
    .optional()
    .describe("Parts of a request's time, ms."),
  statuses: z.record(z.string(), count).optional().describe("Answers by class of status: 2xx, 3xx, 4xx, 5xx."),
  openLoop: z
    .object({
      late: count.describe("Left more than 10 ms after their moment."),
      waited: count
        .optional()
        .describe(
          "Those of them that waited until one of `maxInFlight` was answered: the service was slow, not the generator.",
        ),
      dropped: count.describe(
        "Never left: no connection was free for as long as a request may take, or the load ended.",
      ),
      maxInFlight: count.describe("Requests that may be under way at once."),
      sendingLate: z.object({ p50: ms, p99: ms, max: ms }).describe("How long after its moment a request left, ms."),
    })
    .nullable()
    .optional()
    .describe("Null in the closed loop."),
  warmup: z
    .object({ seconds: z.number(), requests: count, errors: count })
    .nullable()
    .optional()
    .describe("What was sent before and is in no other figure; null without."),
  generator: z
    .object({
      threads: count,
      busy: z.number().describe("Share of the time in which the busiest thread was at work, 0 to 1."),
      cpuPercent: z.number().describe("CPU of the whole process, in percent of one core."),
      eventLoopDelay: z.object({ p99: ms, max: ms }).describe("Of the slowest thread, ms."),
      bottleneck: z
        .string()
        .nullable()
        .describe("Why the figures tell of the generator, not of the service; null when they do not."),
    })
    .optional()
    .describe("How the load generator itself was doing."),
};
