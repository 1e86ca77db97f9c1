import type { LoadReport } from "../loadtest/report.ts";
import { formatTable } from "./columns.ts";
import { generatorRows, percentileText, phaseRows } from "./load-figures.ts";
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
      ["latency", percentileText(latency)],
      ...generatorRows(report),
      ["errors", countText(errors.total)],
      ...kinds,
      ...(scaled
        ? [["tasks", `${scaled.from} → ${scaled.to}, first change after ${scaled.firstChangeAfterSeconds} s`]]
        : []),
    ]),
    ...(report.phases.length > 0
      ? ["", "around scaling", ...formatTable(phaseRows(report).map(([name, ...cells]) => [`  ${name}`, ...cells]))]
      : []),
    "",
    ...formatTable(tasks),
    ...(report.objectives.length > 0 ? ["", ...formatTable(report.objectives.map(objectiveRow))] : []),
    ...(report.until ? ["", `--until ${report.until.goal}: ${report.until.met ? "met" : "not met"}`] : []),
    "",
    "Next: ecsctl events --explain",
  ].join("\n");
}

const objectiveRow = ({ objective, met, value }: LoadReport["objectives"][number]): string[] => [
  met ? "met" : "MISSED",
  objective,
  `measured ${value}`,
];
