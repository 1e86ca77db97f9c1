import type { StandardUnit } from "@aws-sdk/client-cloudwatch";
import { recordStatistics, type StatisticSample } from "./metrics.ts";
import type { Region } from "./world.ts";

interface MetricDirective {
  Namespace?: string;
  Dimensions?: unknown;
  Metrics?: unknown;
}
interface MetricName {
  Name?: string;
  Unit?: StandardUnit;
  StorageResolution?: number;
}

/** Values of one metric in a line, and names of a dimension set ("Specification: Embedded metric format"). */
const mostValues = 100;
const mostDimensions = 30;

/**
 * Makes metrics out of a log line in the embedded metric format; any other line is none. They count at the line's own
 * `Timestamp`, or at `at` where the writer's clock is not the world's.
 */
export function recordEmbedded(region: Region, message: string, at?: Date): void {
  if (!message.includes('"_aws"')) return;
  for (const sample of readEmbedded(message)) recordStatistics(region, at ? { ...sample, at } : sample);
}

/** The samples in a line. Parts that break the specification are left out, as CloudWatch does silently. */
export function readEmbedded(message: string): StatisticSample[] {
  const line = readObject(message);
  const meta = line && asObject(line["_aws"]);
  const directives = meta?.["CloudWatchMetrics"];
  if (!line || typeof meta?.["Timestamp"] !== "number" || !Array.isArray(directives)) return [];
  const at = new Date(meta["Timestamp"]);
  return directives.flatMap((directive: MetricDirective) => readDirective(line, directive, at));
}

type Members = Readonly<Record<string, unknown>>;

const asObject = (value: unknown): Members | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : undefined;

function readObject(text: string): Members | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function readDirective(line: Members, directive: MetricDirective, at: Date): StatisticSample[] {
  const { Namespace: namespace, Metrics, Dimensions } = directive;
  if (typeof namespace !== "string" || namespace === "" || !Array.isArray(Metrics)) return [];
  const sets = Array.isArray(Dimensions) && Dimensions.length > 0 ? (Dimensions as unknown[]) : [[]];
  return (Metrics as MetricName[]).flatMap(({ Name: name, Unit: unit, StorageResolution }) => {
    const values = valuesOf(line[name ?? ""]);
    if (name === undefined || values.length === 0) return [];
    return sets.flatMap((set): StatisticSample[] => {
      const dimensions = readSet(line, set);
      if (!dimensions) return [];
      const figures = {
        count: values.length,
        sum: values.reduce((sum, one) => sum + one, 0),
        min: Math.min(...values),
        max: Math.max(...values),
        distribution: { values },
      };
      return [{ namespace, name, dimensions, at, unit, resolution: StorageResolution === 1 ? 1 : 60, ...figures }];
    });
  });
}

function valuesOf(value: unknown): number[] {
  const list = Array.isArray(value) ? (value as unknown[]) : [value];
  return list.length <= mostValues && list.every((one) => typeof one === "number" && Number.isFinite(one))
    ? (list as number[])
    : [];
}

/** Undefined when a dimension has no value in the line: then the set makes no metric. */
function readSet(line: Members, set: unknown): Record<string, string> | undefined {
  if (!Array.isArray(set) || set.length > mostDimensions) return undefined;
  const pairs = (set as string[]).map((name) => [name, line[name]] as const);
  if (!pairs.every(([, value]) => typeof value === "string" && value !== "")) return undefined;
  return Object.fromEntries(pairs as [string, string][]);
}
