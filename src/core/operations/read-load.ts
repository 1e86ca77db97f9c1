import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Config } from "../config/schema.ts";
import { usageError } from "../errors.ts";
import type { LoadReport } from "../loadtest/report.ts";
import { drawPoints, type LoadCurve } from "../rehearsal/load-curve.ts";
import { loadGrammar } from "../rehearsal/load-words.ts";
import { parseLoadCsv } from "../rehearsal/load-csv.ts";
import { parseLoad } from "../rehearsal/load-expression.ts";
import { median } from "../rehearsal/median.ts";
import { readMetricsLoad } from "./metrics-load.ts";
import type { ReadLoad, RehearsalOptions, RehearsalSources } from "./rehearsal-options.ts";
import { readReportFile } from "./report-files.ts";

/** Reads the load from the one place that was named. Throws usage errors. */
export async function readLoad(options: RehearsalOptions, sources: RehearsalSources): Promise<ReadLoad> {
  const { load, fromReport, fromMetrics } = options;
  const named = [load, fromReport, fromMetrics].filter((one) => one !== undefined);
  if (named.length !== 1)
    throw usageError({
      code: named.length === 0 ? "LoadMissing" : "SeveralLoads",
      message: named.length === 0 ? "No load is named." : "More than one load is named.",
      hint: `One of --load EXPRESSION, --load FILE.csv, --from-report FILE.json, --from-metrics 7d. EXPRESSION is ${loadGrammar}`,
    });
  if (fromReport !== undefined) return readReport(fromReport);
  if (fromMetrics !== undefined)
    return readMetricsLoad(await sources.openContext(), needConfig(sources, "--from-metrics"), fromMetrics);
  return { curve: await readLoadText(load ?? ""), notes: [] };
}

/** The configuration, for what only the service can tell. Throws a usage error where there is none. */
export function needConfig({ project }: RehearsalSources, flag: string): Config {
  if (project) return project.config;
  throw usageError({
    code: "ConfigNotFound",
    message: `${flag} needs an ecsctl.yaml: it names the service.`,
    hint: "Make one: ecsctl init\nOr name one: --config FILE",
  });
}

async function readLoadText(load: string): Promise<LoadCurve> {
  const found = await stat(resolve(load)).catch(() => undefined);
  if (!found && !/\.(csv|tsv|txt|json)$/i.test(load)) return parseLoad(load);
  const text = await readFile(resolve(load), "utf8").catch((error: Error) => {
    throw usageError({
      code: "LoadUnreadable",
      message: `--load ${load}: the file cannot be read.`,
      why: error.message,
      hint: "Name a CSV file with lines of `time,rps`, or write the load: --load 'ramp 0..2000rps over 10m; hold 20m; drop'",
    });
  });
  if (text.trimStart().startsWith("{"))
    throw usageError({
      code: "InvalidLoad",
      message: `--load ${load}: this is JSON, not CSV.`,
      hint: `If loadtest wrote it: --from-report ${load}`,
    });
  return parseLoadCsv(text, load);
}

async function readReport(file: string): Promise<ReadLoad> {
  const report = await readReportFile(file);
  const points = report.timeline
    .filter(({ lasted }) => lasted > 0)
    .map(({ seconds, requests, lasted }) => ({ seconds, rate: requests / lasted }));
  const [first] = points;
  if (!first || points.length < 2)
    throw usageError({ code: "InvalidLoad", message: `${file}: the load test has too few seconds to be a load.` });
  // What happened before the first sample is like it.
  const rates = drawPoints([{ seconds: 0, rate: first.rate }, ...points.filter(({ seconds }) => seconds > 0)]);
  const closed = report.load.description.includes("client");
  const capacity = capacityOf(report);
  return {
    curve: { rates, unit: "rps", startsAt: Date.parse(report.startedAt), description: file },
    ...(capacity === undefined ? {} : { capacity: { value: capacity, source: `requests against CPU in ${file}` } }),
    tasks: report.timeline.find(({ running }) => running !== null)?.running ?? undefined,
    notes: closed
      ? [
          "The load test was a closed loop: it sent what the tasks could answer, so with more tasks it would have sent more.",
        ]
      : [],
  };
}

/** A CPU average covers so many seconds. */
const periodSeconds = 60;
/** Below that, the idle share of the CPU spoils the division. */
const leastCpu = 10;

/** Requests a second and task at 100 % CPU: the median over the minutes with some load. */
function capacityOf({ cpu, timeline }: LoadReport): number | undefined {
  const minutes = cpu.flatMap(({ seconds, value }) => {
    const inside = timeline.filter((one) => one.seconds > seconds && one.seconds <= seconds + periodSeconds);
    const [lasted, requests, running] = [
      inside.reduce((sum, one) => sum + one.lasted, 0),
      inside.reduce((sum, one) => sum + one.requests, 0),
      inside.reduce((sum, one) => sum + (one.running ?? 0), 0) / Math.max(1, inside.length),
    ];
    if (value < leastCpu || lasted === 0 || running === 0) return [];
    return [(requests / lasted / running / value) * 100];
  });
  return median(minutes);
}
