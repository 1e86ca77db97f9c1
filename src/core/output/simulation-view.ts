import type { Parameter } from "../operations/build-model.ts";
import type { RehearsedSet, Simulation } from "../operations/simulate-scaling.ts";
import { sparkline } from "./charts.ts";
import { fitLine, formatTable, widthOf } from "./columns.ts";
import { nextCommands } from "./next.ts";
import { wrapText } from "./wrap-text.ts";

/** The text of `scale simulate`: a chart and the figures of each set, all of them side by side, and the model. */
export function formatSimulation(simulation: Simulation, columns: number): string {
  const { load, sets, notes, report } = simulation;
  const width = Math.max(20, Math.min(72, columns - 34));
  return [
    ...wrapText(
      `${load.description}: ${spanText(load.seconds)}, ${rateText(load.peak, load.unit)} at most, ${rateText(load.mean, load.unit)} on average`,
      columns,
    ),
    ...wrapText(simulation.summary, columns),
    "",
    ...sets.flatMap((set) => [
      ...wrapText(`${set.label}, between ${set.min} and ${set.max} tasks`, columns),
      ...drawSet(set, load, width),
      "",
    ]),
    ...formatFigures(sets, columns),
    "",
    "Model",
    ...formatTable(parameterRows(simulation.model)),
    ...notes.flatMap((note, index) => (index === 0 ? ["", note] : [note])),
    ...(report === null ? [] : ["", `Wrote ${report}`]),
    "",
    nextCommands([
      ["ecsctl scale tune --objective 'p(util>90%)<1%' …", "search for the policy that keeps to it"],
      ["ecsctl scale policy add NAME …", "make it real"],
    ]),
  ].join("\n");
}

/** `1 h 20 min`, `45 s`, `7 d`. */
export function spanText(seconds: number): string {
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor((seconds % 86_400) / 3600), "h"],
    [Math.floor((seconds % 3600) / 60), "min"],
    [Math.round(seconds % 60), "s"],
  ];
  const shown = parts.filter(([count]) => count > 0).slice(0, 2);
  return shown.length === 0 ? "0 s" : shown.map(([count, unit]) => `${count} ${unit}`).join(" ");
}

/** `1,999 rps`; a load in percent counts tasks. */
export function rateText(rate: number, unit: "rps" | "%"): string {
  const rounded = rate >= 100 ? Math.round(rate) : Number(rate.toPrecision(3));
  return unit === "%" ? `${rounded} %` : `${rounded.toLocaleString("en")} rps`;
}

/** `0:45:10`, with days where the rehearsal has some. */
export function momentText(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const clock = `${Math.floor((seconds % 86_400) / 3600)}:${two((seconds % 3600) / 60)}:${two(seconds % 60)}`;
  return days > 0 ? `${days}d ${clock}` : clock;
}

const shownChanges = 12;

function drawSet(set: RehearsedSet, load: Simulation["load"], width: number): string[] {
  const end = momentText(load.seconds);
  const axis = end.padStart(Math.max(end.length + 1, Math.min(width, set.timeline.length) - 1));
  return [...drawRows(set, load, width), `  ${"".padEnd(12)}0${axis}`, ...listChanges(set)];
}

function drawRows({ timeline, figures }: RehearsedSet, load: Simulation["load"], width: number): string[] {
  type Point = RehearsedSet["timeline"][number];
  const row = (name: string, pick: (point: Point) => number, top: number, text: string) =>
    `  ${name.padEnd(12)}${sparkline(squeeze(timeline.map(pick), width), width, top)}  ${text}`;
  const { peakDesired, peakRunning, peakInstances, worstUtilisation } = figures;
  const cap = Math.max(100, Math.min(200, worstUtilisation ?? 200));
  const tasks = Math.max(peakDesired, 1);
  return [
    row("demand", ({ demand }) => demand, load.peak, rateText(load.peak, load.unit)),
    row("utilisation", ({ utilisation }) => Math.min(cap, utilisation ?? cap), cap, percentText(worstUtilisation)),
    row("desired", ({ desired }) => desired, tasks, countTasks(peakDesired)),
    row("running", ({ running }) => running, tasks, countTasks(peakRunning)),
    ...(peakInstances > 0 ? [row("instances", ({ instances }) => instances, peakInstances, `${peakInstances}`)] : []),
  ];
}

const countTasks = (count: number): string => `${count} task${count === 1 ? "" : "s"}`;

function listChanges({ changes }: RehearsedSet): string[] {
  const more = changes.length - shownChanges;
  return [
    ...changes
      .slice(0, shownChanges)
      .map(({ seconds, from, to, policy }) => `  ${momentText(seconds).padStart(10)}  ${from} → ${to}  ${policy}`),
    ...(more > 0 ? [`  ${"".padStart(10)}  and ${more} more changes (--json)`] : []),
  ];
}

/** The largest of each stretch, so that no peak gets lost. */
function squeeze(values: readonly number[], width: number): number[] {
  if (values.length <= width) return [...values];
  return Array.from({ length: width }, (_, index) => {
    const from = Math.floor((index * values.length) / width);
    return Math.max(...values.slice(from, Math.max(from + 1, Math.floor(((index + 1) * values.length) / width))));
  });
}

/** `12.3 %`. */
export const percentText = (value: number | null): string =>
  value === null ? "no task at all" : `${Number(value.toPrecision(3))} %`;
const hoursText = (hours: number): string => `${Number(hours.toPrecision(3))}`;

type Figure = [name: string, text: (figures: RehearsedSet["figures"]) => string];

const figureList: readonly Figure[] = [
  ["p(util>90%)", (one) => percentText(one.riskPercent)],
  ["worst utilisation", (one) => percentText(one.worstUtilisation)],
  ["mean utilisation", (one) => percentText(one.meanUtilisation)],
  ["under-provisioned (util>100%)", (one) => spanText(one.underProvisionedSeconds)],
  ["requests lost", (one) => percentText(one.lostPercent)],
  ["over-provisioned task-hours", (one) => hoursText(one.overProvisionedTaskHours)],
  ["task-hours", (one) => hoursText(one.taskHours)],
  ["instance-hours", (one) => hoursText(one.instanceHours)],
  ["tasks wait for an instance", (one) => spanText(one.waitingSeconds)],
  ["changes out, in", (one) => `${one.scaleOuts}, ${one.scaleIns}`],
  ["cost", ({ costUsd }) => (costUsd === null ? "no price known" : `$${costUsd.toFixed(costUsd < 1 ? 4 : 2)}`)],
];

/** Every figure with a column for each set; also for the page. */
export function figureRows(sets: readonly RehearsedSet[], headed = sets.length > 1): string[][] {
  const withInstances = sets.some(({ figures }) => figures.peakInstances > 0);
  const rows = figureList
    .filter(([name]) => withInstances || !name.includes("instance"))
    .map(([name, text]) => [name, ...sets.map(({ figures }) => text(figures))]);
  return headed ? [["", ...sets.map(({ label }) => label)], ...rows] : rows;
}

/** The figures side by side, as many sets at a time as the terminal has room for. */
function formatFigures(sets: readonly RehearsedSet[], columns: number): string[] {
  const headed = sets.length > 1;
  const formatBlock = (block: readonly RehearsedSet[]): string[] => formatTable(figureRows(block, headed));
  const blocks: RehearsedSet[][] = [];
  for (const set of sets) {
    const wider = [...(blocks.at(-1) ?? []), set];
    if (wider.length > 1 && formatBlock(wider).every((line) => widthOf(line) <= columns))
      blocks[blocks.length - 1] = wider;
    else blocks.push([set]);
  }
  return blocks.flatMap((block, index) => [
    ...(index > 0 ? [""] : []),
    ...formatBlock(block).map((line) => fitLine(line, columns)),
  ]);
}

/** The model's parameters, each with where it comes from. */
export const parameterRows = (parameters: readonly Parameter[]): string[][] =>
  parameters.map(({ name, value, unit, source }) => [`  ${name}`, `${value} ${unit}`.trim(), source]);
