import type { LoadCurve } from "./load-curve.ts";
import type { Model } from "./model.ts";
import { measureObjective, meets, type TuneObjective } from "./objective.ts";
import type { PolicySet, RehearsedMetric, RehearsedPolicy, TrackingPolicy } from "./policy.ts";
import { simulate } from "./simulate.ts";
import type { Figures } from "./tally.ts";

/** What may be changed: a target tracking policy and the least number of tasks. */
export interface Candidate {
  metric: RehearsedMetric;
  target: number;
  min: number;
  scaleOutCooldown: number;
  scaleInCooldown: number;
}

/** A candidate and what came of it. */
export interface Trial {
  candidate: Candidate;
  figures: Figures;
  /** Changes of the desired count. */
  changes: number;
  /** What the objective is about. */
  risk: number;
  meets: boolean;
  /** USD; without prices the hours of instances, or of tasks on Fargate. */
  cost: number;
}

export interface TuneOptions {
  load: LoadCurve;
  model: Model;
  startsAt: number;
  objective: TuneObjective;
  metric: RehearsedMetric;
  /** Policies that stay as they are, and bounds: the maximum stays too. */
  set: PolicySet;
  /** What a rehearsal costs. */
  costOf: (figures: Figures) => number | null;
  budgetSeconds?: number;
}

export interface Tuned {
  trials: Trial[];
  /** No other trial is both cheaper and safer; cheapest first. */
  frontier: Trial[];
  /** The cheapest that meets the objective, the safest when none does; of an objective for the cost it is the reverse. */
  recommended: Trial;
}

const targets = [30, 40, 50, 60, 70, 80, 90];
/** An evaluation a minute makes less than 30 s the same as none. */
const cooldowns = [30, 60, 180, 300];
/** Simulated seconds that a search may take, so that a long load ends in time too: a week with a hundred candidates. */
const budgetSeconds = 60_000_000;
const fewestTrials = 24;

/** Searches targets and minima first, then cooldowns and targets between around the best of them. */
export function tune(options: TuneOptions): Tuned {
  const { objective } = options;
  const known = new Map<string, Trial>();
  const limit = Math.max(
    fewestTrials,
    Math.floor((options.budgetSeconds ?? budgetSeconds) / Math.max(1, options.load.rates.length)),
  );
  const attempt = (candidate: Candidate): void => {
    const key = JSON.stringify(candidate);
    if (!known.has(key) && known.size < limit) known.set(key, runTrial(candidate, options));
  };
  const scale = options.metric === "requests" ? (options.model.capacityPerTask * 60) / 100 : 1;
  for (const min of minima(options)) for (const target of targets) attempt(candidateOf(options, target * scale, min));
  const rounds = 2;
  for (let round = 0; round < rounds; round++)
    for (const { candidate } of [
      recommend([...known.values()], objective),
      ...findFrontier([...known.values()], objective),
    ])
      for (const neighbour of neighboursOf(candidate, options, scale)) attempt(neighbour);
  const trials = [...known.values()];
  return { trials, frontier: findFrontier(trials, objective), recommended: recommend(trials, objective) };
}

const candidateOf = ({ metric }: TuneOptions, target: number, min: number): Candidate => ({
  metric,
  target: Math.round(target),
  min,
  scaleOutCooldown: 60,
  scaleInCooldown: 300,
});

/** The present minimum, one task, and some that keep more ready. */
function minima({ set }: TuneOptions): number[] {
  const { min, max } = set.bounds;
  const all = [min, 1, 2, 3, 4, 6, 8, Math.ceil(max / 4), Math.ceil(max / 2)];
  return [...new Set(all.filter((one) => one >= 1 && one <= max))].sort((a, b) => a - b);
}

function neighboursOf(candidate: Candidate, { set }: TuneOptions, scale: number): Candidate[] {
  const { target, min } = candidate;
  return [
    ...cooldowns.map((scaleOutCooldown) => ({ ...candidate, scaleOutCooldown })),
    ...cooldowns.map((scaleInCooldown) => ({ ...candidate, scaleInCooldown })),
    ...[target - 5 * scale, target + 5 * scale]
      .map(Math.round)
      .filter((one) => one > 0 && (candidate.metric === "requests" || one < 100))
      .map((one) => ({ ...candidate, target: one })),
    ...[min - 1, min + 1].filter((one) => one >= 1 && one <= set.bounds.max).map((one) => ({ ...candidate, min: one })),
  ];
}

/** Rehearses one candidate. */
export function runTrial(candidate: Candidate, options: TuneOptions): Trial {
  const { bounds, policies } = options.set;
  const own: RehearsedPolicy[] = [trackingOf(candidate), ...policies];
  const set = { label: "", bounds: { min: candidate.min, max: Math.max(candidate.min, bounds.max) }, policies: own };
  return { candidate, ...judgeSet(set, options) };
}

/** What any set of policies comes to, by the objective. */
export function judgeSet(set: PolicySet, options: TuneOptions): Omit<Trial, "candidate"> {
  const { load, model, startsAt, objective, costOf } = options;
  const { figures, changes, shareAbove } = simulate(load, set, model, { startsAt });
  const usd = costOf(figures);
  const risk = measureObjective(objective, { figures, shareAbove }, usd);
  const cost = usd ?? (options.model.group ? figures.instanceHours : figures.taskHours);
  return { figures, changes: changes.length, risk, meets: meets(objective, risk), cost };
}

/** The policy that a candidate stands for. */
export const trackingOf = (candidate: Candidate): TrackingPolicy => ({
  kind: "target-tracking",
  name: `${candidate.metric}-target-tracking`,
  disableScaleIn: false,
  period: 60,
  ...candidate,
});

/** What is weighed against the cost: what the objective is about, or p(util>90%) when that is the cost itself. */
const dangerOf = ({ risk, figures }: Trial, { figure }: TuneObjective): number =>
  figure === "cost" ? figures.riskPercent : risk;

/** Cheapest first; of equal ones the one that changes least. */
const byCost =
  (objective: TuneObjective) =>
  (a: Trial, b: Trial): number =>
    a.cost - b.cost || dangerOf(a, objective) - dangerOf(b, objective) || a.changes - b.changes;

const byDanger =
  (objective: TuneObjective) =>
  (a: Trial, b: Trial): number =>
    dangerOf(a, objective) - dangerOf(b, objective) || byCost(objective)(a, b);

/** Those that keep to the objective, the best of them first: the safest for the money, else the cheapest. */
export const rankMeeting = (trials: readonly Trial[], objective: TuneObjective): Trial[] =>
  trials.filter(({ meets }) => meets).toSorted((objective.figure === "cost" ? byDanger : byCost)(objective));

function findFrontier(trials: readonly Trial[], objective: TuneObjective): Trial[] {
  const frontier: Trial[] = [];
  for (const trial of trials.toSorted(byCost(objective))) {
    const last = frontier.at(-1);
    if (!last || dangerOf(trial, objective) < dangerOf(last, objective)) frontier.push(trial);
  }
  return frontier;
}

function recommend(trials: readonly Trial[], objective: TuneObjective): Trial {
  const [nearest] = trials.toSorted((objective.figure === "cost" ? byCost : byDanger)(objective));
  const best = rankMeeting(trials, objective)[0] ?? nearest;
  if (!best) throw new Error("A search makes at least one trial.");
  return best;
}
