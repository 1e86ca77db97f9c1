import type uPlot from "uplot";
import { type Chart, draw, line, short, stepped, wholeSteps } from "./charts.ts";
import type { Column } from "./page-data.ts";
import type { RehearsalData, RehearsedColumns } from "./rehearsal-data.ts";

const colours = ["--teal", "--orange", "--purple", "--red", "--blue", "--muted"];
const colourOf = (index: number): string => colours[index % colours.length] ?? "--muted";

/** Draws every chart that has its place on the page, and links their cursors. */
export function drawRehearsal(data: RehearsalData): uPlot[] {
  return [demandChart(data), utilisationChart(data), tasksChart(data), instancesChart(data)].flatMap((chart) => {
    const place = document.getElementById(chart.id);
    return place ? [draw(chart, { end: data.end, marks: [] }, place, data.end > 7200)] : [];
  });
}

/** A series for each set; one set alone needs no name. */
const forSets = (data: RehearsalData, name: string, pick: (set: RehearsedColumns) => Column) => ({
  columns: data.sets.map(pick),
  series: data.sets.map(({ label }, index) =>
    line(data.sets.length === 1 ? name : label, colourOf(index), { ...stepped(), width: 2 }),
  ),
});

function demandChart(data: RehearsalData): Chart {
  const { columns, series } = forSets(data, "capacity", ({ capacity }) => capacity);
  return {
    id: "demand",
    data: [data.x, data.demand, ...columns],
    series: [line("demand", "--blue", { fill: "transparent", width: 2 }), ...series],
    format: (value) => (data.unit === "%" ? `${Math.round(value)} %` : short(Math.round(value * 10) / 10)),
  };
}

/** Above that, only that it is much too much matters. */
const most = 300;

function utilisationChart(data: RehearsalData): Chart {
  const { columns, series } = forSets(data, "utilisation", ({ utilisation }) => utilisation);
  return {
    id: "utilisation",
    data: [data.x, ...columns, data.x.map(() => 90)],
    series: [...series, line("90 %", "--red", { dash: [6, 4] })],
    format: (value) => `${Math.round(value)} %`,
    scale: { range: (_, __, max) => [0, Math.min(most, Math.max(100, (max ?? 0) * 1.05))] },
  };
}

function tasksChart(data: RehearsalData): Chart {
  const { columns, series } = forSets(data, "running", ({ running }) => running);
  const [only, ...others] = data.sets;
  const alone = only && others.length === 0;
  return {
    id: "tasks",
    data: [data.x, ...columns, ...(alone ? [only.desired] : [])],
    series: [...series, ...(alone ? [line("desired", "--orange", { ...stepped(), dash: [6, 4], width: 2 })] : [])],
    format: (value) => `${value}`,
    scale: { range: (_, __, max) => [0, (max ?? 0) + 0.4] },
    splits: (_, max) => wholeSteps(max),
  };
}

function instancesChart(data: RehearsalData): Chart {
  const { columns, series } = forSets(data, "instances", ({ instances }) => instances);
  return {
    id: "instances",
    data: [data.x, ...columns],
    series,
    format: (value) => `${value}`,
    scale: { range: (_, __, max) => [0, (max ?? 0) + 0.4] },
    splits: (_, max) => wholeSteps(max),
  };
}
