import { resolve } from "node:path";
import { compareRuns, type Comparison, findDifferences, type Method } from "../loadtest/compare.ts";
import type { LoadReport } from "../loadtest/report.ts";
import { readReportFile } from "./report-files.ts";

/** One of the two runs. */
interface Run {
  file: string;
  startedAt: string;
  load: string;
  requests: number;
  seconds: number;
}

/** The document of `loadtest compare`. */
export interface ReportComparison {
  a: Run;
  b: Run;
  figures: Comparison[];
  method: Method;
  /** What makes the two hard to compare, and what the method could not tell. */
  notes: string[];
  summary: string;
}

/** Says what changed from run A to run B, and whether it is more than noise. Throws usage errors for what is no report. */
export async function compareReports(fileA: string, fileB: string): Promise<ReportComparison> {
  const [a, b] = await Promise.all([readReportFile(fileA), readReportFile(fileB)]);
  const { figures, method } = compareRuns(a, b);
  return {
    a: describeRun(fileA, a),
    b: describeRun(fileB, b),
    figures,
    method,
    notes: [...findDifferences(a, b), ...tellLimits(figures, method)],
    summary: summarize(figures),
  };
}

const describeRun = (file: string, { startedAt, load, requests, seconds }: LoadReport): Run => ({
  file: resolve(file),
  startedAt,
  load: load.description,
  requests,
  seconds,
});

function tellLimits(figures: readonly Comparison[], { intervalsA, intervalsB }: Method): string[] {
  if (figures.every((figure) => figure.verdict === "unknown"))
    return [`A has ${intervalsA} intervals and B ${intervalsB}: too few to tell a change from noise. Load for longer.`];
  if (figures.some((figure) => figure.verdict === "unknown"))
    return ["A report has no latencies of each second: compare files that loadtest --out wrote."];
  return [];
}

const names: Record<Comparison["figure"], string> = {
  rps: "requests a second",
  errorPercent: "errors",
  p50: "p50",
  p90: "p90",
  p99: "p99",
};

function summarize(figures: readonly Comparison[]): string {
  if (figures.every((figure) => figure.verdict === "unknown")) return "Too little to tell.";
  const told = (verdict: Comparison["verdict"]) =>
    figures.filter((figure) => figure.verdict === verdict).map(({ figure }) => names[figure]);
  const worse = told("worse");
  const better = told("better");
  if (worse.length + better.length === 0) return "Nothing changed by more than noise.";
  return [
    ...(worse.length > 0 ? [`B is worse than A: ${worse.join(", ")}.`] : []),
    ...(better.length > 0 ? [`B is better than A: ${better.join(", ")}.`] : []),
  ].join(" ");
}
