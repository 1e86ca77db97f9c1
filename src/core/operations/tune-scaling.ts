import { usageError } from "../errors.ts";
import { parseTuneObjective, type TuneObjective } from "../rehearsal/objective.ts";
import type { PolicySet, RehearsedMetric, RehearsedPolicy } from "../rehearsal/policy.ts";
import { judgeSet, rankMeeting, runTrial, type Trial, tune, type TuneOptions } from "../rehearsal/tune.ts";
import type { Parameter } from "./build-model.ts";
import type { RehearsalOptions, RehearsalSources } from "./rehearsal-options.ts";
import { costOf, describeLoad, prepareRehearsal, type Prepared, type Simulation } from "./simulate-scaling.ts";

export interface TuneScalingOptions extends RehearsalOptions {
  /** `p(util>90%)<1%` */
  objective: string;
  metric: RehearsedMetric;
}

/** The document of `scale tune`. */
export interface TunedScaling {
  load: Simulation["load"];
  model: Parameter[];
  prices: Simulation["prices"];
  objective: { text: string; figure: TuneObjective["figure"]; met: boolean; value: number };
  /** What `cost` counts. */
  costUnit: "USD" | "instance-hours" | "task-hours";
  /** How many candidates were rehearsed. */
  trials: number;
  /** No other candidate is both cheaper and safer; cheapest first. */
  frontier: Trial[];
  /** The cheapest that meets the objective (of one for the cost: the safest); the nearest to it when none does. */
  recommended: Trial;
  /** The policies as they are now, where there are any. */
  present: { label: string; risk: number; meets: boolean; cost: number } | null;
  /** The same policy under a load that is a fifth larger. */
  margin: { load: "+20 %"; risk: number; meets: boolean; cost: number };
  /** The cheapest that keeps to the objective under that load too; null when none of those looked at does. */
  robust: Trial | null;
  apply: string[];
  notes: string[];
}

/** Searches the target, the cooldowns and the minimum of a target tracking policy for the cheapest that keeps to the objective. */
export async function tuneScaling(options: TuneScalingOptions, sources: RehearsalSources): Promise<TunedScaling> {
  const objective = parseTuneObjective(options.objective);
  const named = options.policies.length > 0 || (sources.project?.config.scaling?.policies.length ?? 0) > 0;
  const prepared = await prepareRehearsal(named ? options : { ...options, policies: ["cpu 50"] }, [], sources);
  const search = prepareSearch(prepared, objective, options.metric);
  if (objective.figure === "cost" && knowsNoPrice(prepared.prices)) throw noPrices(objective.text);
  const { trials, frontier, recommended } = tune(search);
  const [present] = prepared.sets;
  return {
    load: describeLoad(prepared),
    model: prepared.parameters,
    prices: prepared.prices,
    objective: { text: objective.text, figure: objective.figure, met: recommended.meets, value: recommended.risk },
    costUnit: !knowsNoPrice(prepared.prices) ? "USD" : prepared.model.group ? "instance-hours" : "task-hours",
    trials: trials.length,
    frontier,
    recommended,
    present: named && present ? { label: present.label, ...pickVerdict(judgeSet(present, search)) } : null,
    margin: { load: "+20 %", ...pickVerdict(runTrial(recommended.candidate, withMore(search))) },
    robust: findRobust(trials, search),
    apply: applyCommands(recommended, search.set.bounds.max),
    notes: [...prepared.notes, ...tellLeftOut(present)],
  };
}

function prepareSearch(prepared: Prepared, objective: TuneObjective, metric: RehearsedMetric): TuneOptions {
  const { load, model, startsAt, prices, sets } = prepared;
  const [first] = sets;
  if (!first) throw new Error("There is always one set of policies.");
  if (metric === "requests" && load.curve.unit === "%")
    throw usageError({
      code: "InvalidMetric",
      message: "--metric requests: a load in percent of a task says nothing about requests.",
      hint: "Give the load in requests a second, or tune --metric cpu.",
    });
  const set = { ...first, policies: first.policies.filter(staysBeside) };
  return { load: load.curve, model, startsAt, objective, metric, set, costOf: (figures) => costOf(figures, prices) };
}

const knowsNoPrice = ({ taskHour, instanceHour }: Simulation["prices"]): boolean =>
  taskHour === null && instanceHour === null;

const noPrices = (text: string) =>
  usageError({
    code: "PricesUnknown",
    message: `--objective '${text}': no price is known.`,
    why: "Prices follow from the instance type or Fargate sizes in ecsctl.yaml.",
    hint: "Name a configuration: --config FILE",
  });

const pickVerdict = ({ risk, meets, cost }: Pick<Trial, "risk" | "meets" | "cost">) => ({ risk, meets, cost });

/** The same search under a fifth more load. */
const withMore = (search: TuneOptions): TuneOptions => ({
  ...search,
  load: { ...search.load, rates: search.load.rates.map((rate) => rate * 1.2) },
});

/** Each look is a rehearsal: so many of them at most. */
const mostLooks = 20;

function findRobust(trials: readonly Trial[], search: TuneOptions): Trial | null {
  const meeting = rankMeeting(trials, search.objective);
  const harder = withMore(search);
  return meeting.slice(0, mostLooks).find(({ candidate }) => runTrial(candidate, harder).meets) ?? null;
}

function applyCommands({ candidate }: Trial, max: number): string[] {
  const { metric, target, min, scaleOutCooldown, scaleInCooldown } = candidate;
  const cooldowns = `--scale-out-cooldown ${scaleOutCooldown}s --scale-in-cooldown ${scaleInCooldown}s`;
  return [
    `ecsctl scale policy add ${metric}-target-tracking --metric ${metric} --target ${target} --min ${min} --max ${Math.max(min, max)} ${cooldowns}`,
  ];
}

/** Schedules and forecasts stay; what scales by alarms is what the search replaces. */
const staysBeside = ({ kind }: RehearsedPolicy): boolean => kind === "scheduled" || kind === "predictive";

function tellLeftOut(present: PolicySet | undefined): string[] {
  const kept = present?.policies.filter(staysBeside).map(({ name }) => name) ?? [];
  return kept.length > 0 ? [`Stays as it is beside every candidate: ${kept.join(", ")}.`] : [];
}
