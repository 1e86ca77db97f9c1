import type { StandardUnit } from "@aws-sdk/client-cloudwatch";
import type { Project } from "../config/project.ts";
import type { Context } from "../context.ts";
import { usageError } from "../errors.ts";

export interface MetricInput {
  name: string;
  value: number;
  /** The app's name when undefined. */
  namespace: string | undefined;
  dimensions: Readonly<Record<string, string>> | undefined;
  unit: string | undefined;
  /** Seconds: 1 keeps every second for three hours. */
  resolution: number;
}

/** The document of `metric put --json`. */
export interface PutMetricResult {
  namespace: string;
  name: string;
  value: number;
  unit: string;
  dimensions: Record<string, string>;
  /** ISO, of the server's time. */
  at: string;
}

/** PutMetricData, API reference: Unit. */
const rates = ["Seconds", "Microseconds", "Milliseconds", "Percent", "Count", "None"];
const sizes = [
  "Bytes",
  "Kilobytes",
  "Megabytes",
  "Gigabytes",
  "Terabytes",
  "Bits",
  "Kilobits",
  "Megabits",
  "Gigabits",
  "Terabits",
];
const units: readonly string[] = [...rates, ...sizes, ...[...sizes, "Count"].map((unit) => `${unit}/Second`)];

/** Puts one value of a metric of one's own into CloudWatch. */
export async function putMetric(context: Context, { config }: Project, input: MetricInput): Promise<PutMetricResult> {
  const { name, value, resolution } = input;
  const namespace = input.namespace ?? config.app;
  const unit = units.find((one) => one.toLowerCase() === (input.unit ?? "None").toLowerCase());
  if (!Number.isFinite(value))
    throw usageError({
      code: "InvalidValue",
      message: `The value of ${name} is no number.`,
      hint: "ecsctl metric put QueueDepth 12",
    });
  if (unit === undefined)
    throw usageError({
      code: "InvalidUnit",
      message: `--unit ${input.unit}: CloudWatch has no such unit.`,
      hint: `One of ${units.join(", ")}.`,
    });
  if (namespace.startsWith("AWS/"))
    throw usageError({
      code: "InvalidNamespace",
      message: `--namespace ${namespace}: namespaces that begin with AWS/ are AWS's own.`,
      hint: `--namespace ${config.app}`,
    });
  const dimensions = { ...input.dimensions };
  await context.aws.call("cloudwatch", "PutMetricData", {
    Namespace: namespace,
    MetricData: [
      {
        MetricName: name,
        Value: value,
        Unit: unit as StandardUnit,
        StorageResolution: resolution,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
    ],
  });
  const at = new Date(Math.floor(context.aws.clock.now())).toISOString();
  return { namespace, name, value, unit, dimensions, at };
}
