import { usageError } from "../errors.ts";
import { costOfInstanceHour, costOfTaskHour } from "../pricing/task-hour.ts";
import { sumUp } from "../rehearsal/load-curve.ts";
import type { RehearsedPolicy } from "../rehearsal/policy.ts";
import { type CountChange, simulate } from "../rehearsal/simulate.ts";
import type { Figures } from "../rehearsal/tally.ts";
import type { TimelinePoint } from "../rehearsal/timeline.ts";
import { type BuiltModel, buildModel, type Parameter } from "./build-model.ts";
import { measureService } from "./measure-service.ts";
import { needConfig, readLoad } from "./read-load.ts";
import { type ReadSets, readPolicySets } from "./read-policy-sets.ts";
import type { ReadLoad, RehearsalOptions, RehearsalSources } from "./rehearsal-options.ts";
import { sumUpSets } from "./sum-up-simulation.ts";
import { writePage } from "./write-page.ts";

/** One set of policies and what it made of the load. */
export interface RehearsedSet {
  label: string;
  min: number;
  max: number;
  policies: RehearsedPolicy[];
  /** `costUsd` is null where no price is known. */
  figures: Figures & { scaleOuts: number; scaleIns: number; costUsd: number | null };
  changes: CountChange[];
  timeline: TimelinePoint[];
}

/** The document of `scale simulate`. */
export interface Simulation {
  load: { description: string; unit: "rps" | "%"; seconds: number; peak: number; mean: number; startsAt: string };
  model: Parameter[];
  /** What a task and an instance cost an hour in USD; null where no price is known. */
  prices: { taskHour: number | null; instanceHour: number | null };
  sets: RehearsedSet[];
  /** What it comes to, in a sentence or two. */
  summary: string;
  notes: string[];
  /** Absolute path of the page; null when none was asked for. */
  report: string | null;
}

export interface SimulateOptions extends RehearsalOptions {
  compare: readonly string[];
  /** Writes the page; given by the command. */
  page?: { file: string; render: (simulation: Simulation) => Promise<string> } | undefined;
}

/** Points of a timeline at most. */
const points = 1000;

/** Everything that a rehearsal needs, read. */
export interface Prepared extends ReadSets, BuiltModel {
  load: ReadLoad;
  startsAt: number;
  prices: Simulation["prices"];
}

/** What the policies would do to the load. Asks AWS only where metrics or measurements are wanted. */
export async function simulateScaling(options: SimulateOptions, sources: RehearsalSources): Promise<Simulation> {
  const prepared = await prepareRehearsal(options, options.compare, sources);
  const { load, sets, model, parameters, startsAt, prices, notes } = prepared;
  const rehearsed = sets.map(({ label, bounds, policies }): RehearsedSet => {
    const run = simulate(load.curve, { label, bounds, policies }, model, { startsAt, points });
    const { changes, timeline } = run;
    const figures = { ...run.figures, ...countChanges(changes), costUsd: costOf(run.figures, prices) };
    return { label, ...bounds, policies, figures, changes, timeline };
  });
  const simulation: Simulation = {
    load: describeLoad(prepared),
    model: parameters,
    prices,
    sets: rehearsed,
    summary: sumUpSets(rehearsed),
    notes,
    report: null,
  };
  if (options.page)
    simulation.report = await writePage(
      options.page.file,
      () => options.page?.render(simulation) ?? Promise.resolve(""),
    );
  return simulation;
}

/** Reads the load and the policies and puts the model together; `tune` begins like that too. */
export async function prepareRehearsal(
  options: RehearsalOptions,
  compare: readonly string[],
  sources: RehearsalSources,
): Promise<Prepared> {
  const read = await readPolicySets(options, compare, sources);
  const startsAt = options.start === undefined ? undefined : readStart(options.start);
  const load = await readLoad(options, sources);
  const config = sources.project?.config;
  const measured = options.measure
    ? await measureService(await sources.openContext(), needConfig(sources, "--measure"))
    : {};
  const memory = read.sets.some(({ policies }) =>
    policies.some((one) => one.kind !== "scheduled" && one.metric === "memory"),
  );
  const built = buildModel(options, { load, config, measured, memory });
  const region = config?.region ?? "us-east-1";
  const onInstances = config?.service.launchType !== "FARGATE";
  return {
    ...built,
    load,
    sets: read.sets,
    startsAt: startsAt ?? load.curve.startsAt ?? midnight(),
    prices: {
      taskHour: !config || onInstances ? null : (costOfTaskHour(config, region) ?? null),
      instanceHour: config && onInstances ? (costOfInstanceHour(config, region) ?? null) : null,
    },
    notes: [...load.notes, ...read.notes],
  };
}

/** The last midnight, UTC, so that a schedule meets a whole day. */
const midnight = (): number => Math.floor(Date.now() / 86_400_000) * 86_400_000;

function readStart(text: string): number {
  const at = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) || !text.includes("T") ? text : `${text}Z`);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(at)) return at;
  throw usageError({
    code: "InvalidStart",
    message: `--start ${text}: expected a date and time.`,
    hint: "For example: --start 2026-11-23T08:00",
  });
}

export function describeLoad({ load, startsAt }: Prepared): Simulation["load"] {
  const { description, unit, rates } = load.curve;
  const { peak, mean } = sumUp(load.curve);
  const round = (value: number) => Number(value.toPrecision(5));
  return {
    description,
    unit,
    seconds: rates.length,
    peak: round(peak),
    mean: round(mean),
    startsAt: new Date(startsAt).toISOString(),
  };
}

function countChanges(changes: readonly CountChange[]): { scaleOuts: number; scaleIns: number } {
  const scaleOuts = changes.filter(({ from, to }) => to > from).length;
  return { scaleOuts, scaleIns: changes.length - scaleOuts };
}

/** USD for the whole rehearsal; null where no price is known. Instances are paid for, or tasks on Fargate. */
export function costOf(figures: Figures, { taskHour, instanceHour }: Simulation["prices"]): number | null {
  if (instanceHour !== null) return Number((figures.instanceHours * instanceHour).toFixed(4));
  return taskHour === null ? null : Number((figures.taskHours * taskHour).toFixed(4));
}
