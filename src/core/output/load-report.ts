import type { LoadReport } from "../loadtest/report.ts";
import { formatTable } from "./columns.ts";
import { stdoutColumns, wrapText } from "./wrap-text.ts";
import { generatorRows, percentileText, phaseRows, targetName } from "./load-figures.ts";
import { countText, msText } from "./loadtest-view.ts";

/** Columns of the terminal that stdout is; files and pipes have no end of line to keep to. */

/** The text of `ecsctl loadtest`: the verdict first. */
export function formatLoadReport(report: LoadReport, columns: number = stdoutColumns()): string {
  const { latency, errors, scaled } = report;
  const kinds = Object.entries(errors.byKind).map(([kind, count]) => [
    `  ${kind}`,
    `${countText(count)}  ${errors.examples[kind] ?? ""}`,
  ]);
  const tasks = report.tasks.map((task) => [
    `  ${targetName(task)}`,
    `${countText(task.requests)} requests`,
    `${countText(task.errors)} errors`,
    `p99 ${msText(task.p99)} ms`,
    task.stopped === true ? `${task.url}, stopped` : task.url,
  ]);
  return [
    ...wrapText(report.verdict, columns),
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
