import type { LoadReport } from "../loadtest/report.ts";
import { formatTable } from "./columns.ts";
import { countText, msText } from "./loadtest-view.ts";

/** The text of `ecsctl loadtest`: the verdict first. */
export function formatLoadReport(report: LoadReport): string {
  const { latency, errors, scaled } = report;
  const kinds = Object.entries(errors.byKind).map(([kind, count]) => [
    `  ${kind}`,
    `${countText(count)}  ${errors.examples[kind] ?? ""}`,
  ]);
  const tasks = report.tasks.map((task) => [
    `  ${task.task.slice(0, 12)}`,
    `${countText(task.requests)} requests`,
    `${countText(task.errors)} errors`,
    `p99 ${msText(task.p99)} ms`,
    task.url,
  ]);
  return [
    report.verdict,
    "",
    ...formatTable([
      ["requests", `${countText(report.requests)} in ${report.seconds.toFixed(1)} s, ${report.rps} a second`],
      ["latency", latencyText(latency)],
      ["errors", countText(errors.total)],
      ...kinds,
      ...(scaled
        ? [["tasks", `${scaled.from} → ${scaled.to}, first change after ${scaled.firstChangeAfterSeconds} s`]]
        : []),
    ]),
    "",
    ...formatTable(tasks),
    ...(report.objectives.length > 0 ? ["", ...formatTable(report.objectives.map(objectiveRow))] : []),
    ...(report.until ? ["", `--until ${report.until.goal}: ${report.until.met ? "met" : "not met"}`] : []),
    "",
    "Next: ecsctl events --explain",
  ].join("\n");
}

const latencyText = (latency: LoadReport["latency"]): string =>
  (["p50", "p90", "p95", "p99", "p999", "max", "mean"] as const)
    .map((name) => `${name === "p999" ? "p99.9" : name} ${msText(latency[name])}`)
    .join("  ") + " ms";

const objectiveRow = ({ objective, met, value }: LoadReport["objectives"][number]): string[] => [
  met ? "met" : "MISSED",
  objective,
  `measured ${value}`,
];
