import uPlot from "uplot";
import { drawMarks } from "./marks.ts";
import type { Column, PageData } from "./page-data.ts";
import { colour, font } from "./theme.ts";

export interface Chart {
  id: string;
  data: uPlot.AlignedData;
  series: uPlot.Series[];
  /** Writes a value of the vertical axis. */
  format: (value: number) => string;
  scale?: uPlot.Scale;
  splits?: (min: number, max: number) => number[];
}

const clock = (seconds: number): string => {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
};
const hourClock = (seconds: number): string => clock(Math.round(seconds / 60));
export const short = (value: number): string =>
  value >= 1_000_000 ? `${value / 1_000_000}M` : value >= 10_000 ? `${value / 1000}k` : `${value}`;
const digits = (value: number): string => `${Number(value.toPrecision(3))}`;
const milliseconds = (value: number): string => (value >= 1000 ? `${digits(value / 1000)} s` : `${digits(value)} ms`);

/** Draws every chart that has its place on the page, and links their cursors. */
export function drawCharts(data: PageData): uPlot[] {
  const charts = [requestsChart(data), latencyChart(data), errorsChart(data), cpuChart(data), tasksChart(data)];
  return charts.flatMap((chart) => {
    const place = document.getElementById(chart.id);
    return place ? [draw(chart, data, place)] : [];
  });
}

/** Draws one chart; `hours` writes its times in hours. */
export function draw(chart: Chart, data: Pick<PageData, "end" | "marks">, place: HTMLElement, hours = false): uPlot {
  const time = hours ? hourClock : clock;
  const grid = { stroke: colour("--grid"), width: 1 };
  const axis = { stroke: colour("--muted"), font: font(), grid, ticks: { ...grid, size: 4 } };
  const { splits } = chart;
  const own = chart.data[0];
  const value = (_: uPlot, raw: number | null) => (raw == null ? "–" : chart.format(raw));
  const options: uPlot.Options = {
    width: place.clientWidth,
    height: Math.max(150, Math.min(220, Math.round(place.clientWidth * 0.45))),
    padding: [18, 22, 0, 0],
    cursor: { sync: { key: "time" }, drag: { x: true, y: false }, points: { size: 6 } },
    scales: {
      // Without a zoom every chart shows the whole time, however far its own data reach.
      x: { time: false, range: (_, min, max) => (min === own[0] && max === own.at(-1) ? [0, data.end] : [min, max]) },
      y: chart.scale ?? { range: (_, __, max) => [0, Math.max(1, max * 1.08)] },
    },
    axes: [
      {
        ...axis,
        size: 30,
        space: 60,
        incrs: [1, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 3600, 7200, 21_600, 43_200, 86_400],
        values: (_, all) => all.map(time),
      },
      {
        ...axis,
        size: 54,
        space: 26,
        values: (_, all) => all.map((one) => (one == null ? "" : chart.format(one))),
        ...(splits ? { splits: (_: uPlot, __: number, min: number, max: number) => splits(min, max) } : {}),
      },
    ],
    series: [
      { label: "time", value: (_, raw) => (raw == null ? "–" : time(raw)) },
      ...chart.series.map((one) => ({ value, ...one })),
    ],
    hooks: { drawAxes: [(plot) => drawMarks(plot, data.marks)] },
  };
  return new uPlot(options, chart.data, place);
}

export const line = (label: string, stroke: string, more: Partial<uPlot.Series> = {}): uPlot.Series => ({
  label,
  stroke: colour(stroke),
  width: 1.5,
  points: { show: false },
  ...more,
});

function requestsChart(data: PageData): Chart {
  return {
    id: "requests",
    data: [data.x, data.rps],
    series: [line("requests/s", "--blue", { fill: colour("--blue-soft") })],
    format: (value) => short(Math.round(value * 10) / 10),
  };
}

const percentileColours = ["--teal", "--blue", "--orange", "--muted"];

function latencyChart(data: PageData): Chart {
  return {
    id: "latency",
    data: [data.x, ...data.percentiles.map(({ ms }) => ms)],
    series: data.percentiles.map(({ name }, index) => line(name, percentileColours[index] ?? "--muted")),
    format: milliseconds,
    scale: { distr: 3, range: (_, min, max) => decades(min, max) },
    splits: (min, max) => logSplits(min, max),
  };
}

/** 1, 2 and 5 of each power of ten between two latencies. */
function niceSteps(min: number, max: number): number[] {
  const all: number[] = [];
  for (let power = Math.floor(Math.log10(min)); power <= Math.ceil(Math.log10(max)); power++)
    for (const factor of [1, 2, 5]) all.push(Number((factor * 10 ** power).toPrecision(1)));
  return all.filter((one) => one >= min * 0.999 && one <= max * 1.001);
}

/** The axis begins and ends at such a step. */
function decades(min: number | null, max: number | null): [number, number] {
  const low = min && min > 0 ? min : 1;
  const high = Math.max(max ?? low, low * 1.01);
  const steps = niceSteps(low / 10, high * 10);
  return [steps.findLast((one) => one <= low) ?? low, steps.find((one) => one >= high) ?? high];
}

/** Over many decades only the powers of ten have room. */
function logSplits(min: number, max: number): number[] {
  const steps = niceSteps(min, max);
  return steps.length > 8 ? steps.filter((one) => Number.isInteger(Math.round(Math.log10(one) * 1e6) / 1e6)) : steps;
}

const errorColours = ["--red", "--orange", "--purple", "--blue", "--teal", "--muted"];

/** Bars on top of each other: each series is drawn up to the sum of those before it, the highest first. */
function errorsChart(data: PageData): Chart {
  const sums: Column[] = [];
  for (const { perSecond } of data.errors) {
    const below = sums.at(-1);
    sums.push(perSecond.map((value, index) => (value ?? 0) + (below?.[index] ?? 0)));
  }
  const bars = uPlot.paths.bars?.({ size: [1, 12, 1] });
  const series = data.errors.map(({ kind, perSecond }, index) => {
    const paint = colour(errorColours[index % errorColours.length] ?? "--red");
    const own = (_: uPlot, __: number, ___: number, at: number | null) =>
      at === null ? "–" : digits(perSecond[at] ?? 0);
    return {
      label: kind,
      stroke: paint,
      fill: paint,
      width: 0,
      points: { show: false },
      value: own,
      ...(bars && { paths: bars }),
    };
  });
  return {
    id: "errors",
    data: [data.x, ...sums.toReversed()],
    series: series.toReversed(),
    format: (value) => short(value),
  };
}

export function stepped(): Partial<uPlot.Series> {
  const paths = uPlot.paths.stepped?.({ align: 1 });
  return paths ? { paths } : {};
}

function cpuChart({ cpu }: PageData): Chart {
  const target = cpu.x.map(() => cpu.target);
  return {
    id: "cpu",
    data: [cpu.x, cpu.percent, target],
    series: [
      line("CPU", "--purple", { ...stepped(), fill: colour("--purple-soft"), width: 2 }),
      line("target", "--red", { dash: [6, 4], show: cpu.target !== null }),
    ],
    format: (value) => `${Math.round(value)} %`,
    scale: { range: (_, __, max) => [0, Math.max(100, max * 1.05)] },
  };
}

function tasksChart(data: PageData): Chart {
  return {
    id: "tasks",
    data: [data.x, data.desired, data.running],
    series: [
      line("desired", "--orange", { ...stepped(), dash: [6, 4], width: 2 }),
      line("running", "--teal", { ...stepped(), fill: colour("--teal-soft"), width: 2 }),
    ],
    format: (value) => `${value}`,
    scale: { range: (_, __, max) => [0, (max ?? 0) + 0.4] },
    splits: (_, max) => wholeSteps(max),
  };
}

export function wholeSteps(max: number): number[] {
  const step = Math.max(1, Math.ceil(max / 5));
  return Array.from({ length: Math.floor(max / step) + 1 }, (_, index) => index * step);
}
