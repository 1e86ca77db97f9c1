import type { LoadReport, LoadSample } from "../loadtest/report.ts";
import type { Column, Mark, PageData } from "./report-page/page-data.ts";

/** A sample this much shorter than usual (the last one, as a rule) says nothing about a rate. */
const leastShare = 0.3;

/** How long a CPU average of ECS covers, in seconds. */
const periodSeconds = 60;

/** The columns that the page's charts are drawn from. */
export function chartsOf(report: LoadReport): PageData {
  const { timeline } = report;
  const usual = timeline.map((sample) => sample.lasted).toSorted((a, b) => a - b)[timeline.length >> 1] ?? 1;
  const rated = (value: (sample: LoadSample) => number | null): Column =>
    timeline.map((sample) => (sample.lasted < usual * leastShare ? null : value(sample)));
  // A logarithmic axis has no place for zero, and a moment without an answer has no latency.
  const latency = (pick: "p50" | "p90" | "p99" | "max"): Column => rated((sample) => sample[pick] || null);
  const end = Math.max(1, ...timeline.map((sample) => sample.seconds));
  return {
    end,
    x: timeline.map((sample) => sample.seconds),
    rps: rated((sample) => sample.requests / sample.lasted),
    percentiles: (["p50", "p90", "p99", "max"] as const).map((name) => ({ name, ms: latency(name) })),
    errors: Object.keys(report.errors.byKind).map((kind) => ({
      kind,
      perSecond: rated((sample) => (sample.errorsByKind[kind] ?? 0) / sample.lasted),
    })),
    desired: timeline.map((sample) => sample.desired),
    running: timeline.map((sample) => sample.running),
    cpu: cpuColumns(report, end),
    marks: marksOf(report),
  };
}

function cpuColumns({ cpu, service }: LoadReport, end: number): PageData["cpu"] {
  const last = cpu.at(-1);
  const closing = last ? [{ seconds: Math.min(end, last.seconds + periodSeconds), value: last.value }] : [];
  const points = [...cpu, ...closing];
  return {
    x: points.map((point) => point.seconds),
    percent: points.map((point) => point.value),
    target: service?.cpuTarget ?? null,
  };
}

/** Every event with the number that charts and list have in common. */
export function marksOf({ events }: LoadReport): Mark[] {
  return events.map(({ seconds, kind }, index) => ({ seconds, kind, label: `${index + 1}` }));
}
