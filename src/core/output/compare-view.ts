import type { Comparison } from "../loadtest/compare.ts";
import type { ReportComparison } from "../operations/compare-reports.ts";
import { formatTable } from "./columns.ts";
import { msText } from "./loadtest-view.ts";

const labels: Record<Comparison["figure"], string> = {
  rps: "requests/s",
  errorPercent: "errors",
  p50: "p50",
  p90: "p90",
  p99: "p99",
};

const verdicts: Record<Comparison["verdict"], string> = {
  better: "better",
  worse: "WORSE",
  same: "not more than noise",
  unknown: "too little to tell",
};

/** The text of `ecsctl loadtest compare`: the summary first. */
export function formatComparison({ a, b, figures, method, notes, summary }: ReportComparison): string {
  const percent = Math.round(method.confidence * 100);
  return [
    summary,
    "",
    ...formatTable([
      ["", "A", "B", "change", `${percent} % interval`, ""],
      ...figures.map((one) => [
        labels[one.figure],
        withUnit(one.a, one.unit),
        withUnit(one.b, one.unit),
        changeText(one),
        one.interval ? `${signed(one.interval.low)} to ${signed(one.interval.high)}${unitText(one.unit)}` : "",
        verdicts[one.verdict],
      ]),
    ]),
    "",
    ...notes,
    ...(notes.length > 0 ? [""] : []),
    `A: ${a.file}`,
    `B: ${b.file}`,
    `Seconds drawn again ${method.resamples} times in blocks of ${method.blockA} (A) and ${method.blockB} (B); what differs from one run to the next by itself, only repeated runs show.`,
  ].join("\n");
}

const unitText = (unit: Comparison["unit"]): string => (unit === "1/s" ? "" : ` ${unit}`);
const withUnit = (value: number, unit: Comparison["unit"]): string => `${msText(value)}${unitText(unit)}`;
const signed = (value: number): string => `${value < 0 ? "−" : "+"}${msText(Math.abs(value))}`;

function changeText({ difference, percent, unit }: Comparison): string {
  if (percent !== null && unit !== "%") return `${signed(percent)} %`;
  return unit === "%" ? `${signed(difference)} points` : signed(difference);
}
