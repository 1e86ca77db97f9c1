import { quantile, seededRandom } from "./bootstrap.ts";
import { type FigureName, figureNames, type Figures, Intervals } from "./interval-figures.ts";
import type { LoadReport } from "./report.ts";
import { drawStrata, stratify, type Stratum } from "./strata.ts";

/** One figure of two runs; differences are b − a. */
export interface Comparison {
  figure: FigureName;
  unit: "1/s" | "%" | "ms";
  a: number;
  b: number;
  difference: number;
  /** Relative to a, in percent; null when a is 0. */
  percent: number | null;
  /** Where the difference lies with the confidence of the method; null when there is too little to tell. */
  interval: { low: number; high: number } | null;
  /** `same`: not more than noise. `unknown`: too little to tell. */
  verdict: "better" | "worse" | "same" | "unknown";
}

/** How it was found out. */
export interface Method {
  name: "circular block bootstrap";
  confidence: number;
  resamples: number;
  /** Neighbouring intervals that were drawn together, in each run; of several stages the most. */
  blockA: number;
  blockB: number;
  intervalsA: number;
  intervalsB: number;
}

/** Each of the five figures; together they raise a false alarm in one comparison of twenty at the most. */
const confidence = 0.99;
const resamples = 2000;
/** Fewer intervals than this say nothing about noise. */
const leastIntervals = 20;
/** The normal distribution's quantile for `confidence`. */
const normal = 2.5758;

const units: Record<FigureName, Comparison["unit"]> = {
  rps: "1/s",
  errorPercent: "%",
  p50: "ms",
  p90: "ms",
  p99: "ms",
};

/**
 * Compares two runs second by second: draws seconds of each again and again, in blocks of neighbours because one second is
 * much like the one before, and looks in which range the difference of the figures lies. Zero outside of it: more than
 * noise. The same reports always give the same answer.
 */
export function compareRuns(a: LoadReport, b: LoadReport): { figures: Comparison[]; method: Method } {
  const runs = [new Intervals(a), new Intervals(b)] as const;
  const strata = [stratify(runs[0], a.load), stratify(runs[1], b.load)] as const;
  const random = seededRandom(20_260_101);
  const draws = runs.every((run) => run.length >= leastIntervals) ? resamples : 0;
  const drawn: [Figures, Figures][] = [];
  for (let draw = 0; draw < draws; draw++)
    drawn.push([runs[0].figuresOf(drawStrata(strata[0], random)), runs[1].figuresOf(drawStrata(strata[1], random))]);
  const wider = Math.max(...strata.map(widening));
  const measured = runs.map((run) => run.figuresOf(Int32Array.from({ length: run.length }, (_, index) => index)));
  const hasLatencies = runs.every((run) => run.hasLatencies);
  const whole = [figuresOf(a), figuresOf(b)] as const;
  return {
    figures: figureNames.map((figure) => {
      const known = figure === "rps" || figure === "errorPercent" || hasLatencies;
      const middle = (measured[1]?.[figure] ?? 0) - (measured[0]?.[figure] ?? 0);
      const interval = known
        ? intervalOf(
            drawn.map(([one, other]) => other[figure] - one[figure]),
            middle,
            wider,
          )
        : null;
      return compareFigure(figure, whole[0][figure], whole[1][figure], interval);
    }),
    method: {
      name: "circular block bootstrap",
      confidence,
      resamples,
      blockA: longestBlock(strata[0]),
      blockB: longestBlock(strata[1]),
      intervalsA: runs[0].length,
      intervalsB: runs[1].length,
    },
  };
}

const longestBlock = (strata: readonly Stratum[]): number => Math.max(...strata.map(({ block }) => block));

/**
 * By how much the spread of few blocks must be widened: a bootstrap takes its blocks for all there is (n / (n − 1)), and few
 * of them have heavier tails (Student's t, by its expansion around the normal distribution).
 */
function widening(strata: readonly Stratum[]): number {
  const blocks = strata.reduce((sum, { length, block }) => sum + length / block, 0);
  const apart = Math.max(0.5, blocks - strata.length);
  const free = 2 * apart;
  const t = 1 + (normal ** 2 + 1) / (4 * free) + (5 * normal ** 4 + 16 * normal ** 2 + 3) / (96 * free ** 2);
  return t * Math.sqrt(blocks / apart);
}

function figuresOf({ requests, rps, errors, latency }: LoadReport): Figures {
  const { p50, p90, p99 } = latency;
  return { rps, errorPercent: requests === 0 ? 0 : (errors.total / requests) * 100, p50, p90, p99 };
}

function intervalOf(differences: number[], middle: number, wider: number): Comparison["interval"] {
  if (differences.length === 0) return null;
  differences.sort((x, y) => x - y);
  const at = (share: number) => round(middle + (quantile(differences, share) - middle) * wider);
  const tail = (1 - confidence) / 2;
  return { low: at(tail), high: at(1 - tail) };
}

function compareFigure(figure: FigureName, a: number, b: number, interval: Comparison["interval"]): Comparison {
  const difference = round(b - a);
  return {
    figure,
    unit: units[figure],
    a: round(a),
    b: round(b),
    difference,
    percent: a === 0 ? null : Math.round((difference / a) * 1000) / 10,
    interval,
    verdict: judge(figure, interval),
  };
}

function judge(figure: FigureName, interval: Comparison["interval"]): Comparison["verdict"] {
  if (!interval) return "unknown";
  if (interval.low <= 0 && interval.high >= 0) return "same";
  return interval.low > 0 === (figure === "rps") ? "better" : "worse";
}

const round = (value: number): number => Math.round(value * 1000) / 1000;

/** What makes two runs hard to compare, in sentences; empty when nothing does. */
export function findDifferences(a: LoadReport, b: LoadReport): string[] {
  const peak = (report: LoadReport) => Math.max(0, ...report.timeline.map((sample) => sample.running ?? 0));
  const found: string[] = [];
  if (a.load.description !== b.load.description)
    found.push(`The load was not the same: A: ${a.load.description}; B: ${b.load.description}.`);
  if (a.service?.name !== b.service?.name || a.service?.cluster !== b.service?.cluster)
    found.push("The runs loaded different services.");
  if (peak(a) !== peak(b)) found.push(`A had up to ${peak(a)} tasks, B up to ${peak(b)}.`);
  else if (a.scaled || b.scaled)
    found.push("The number of tasks changed while the load ran: the figures are of the mixture.");
  if (Math.max(a.seconds, b.seconds) > 1.5 * Math.min(a.seconds, b.seconds))
    found.push(`A lasted ${Math.round(a.seconds)} s, B ${Math.round(b.seconds)} s.`);
  return found;
}
