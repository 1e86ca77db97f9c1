import { usageError } from "../errors.ts";
import type { Latency } from "./latency-figures.ts";

const latencyNames = ["p50", "p90", "p95", "p99", "p999", "max", "mean"] as const;
type LatencyName = (typeof latencyNames)[number];

/** One service level objective. `limit` is in ms for latencies, in percent for `errors` with %, else a count or requests/s. */
export interface Objective {
  text: string;
  figure: LatencyName | "errors" | "errorPercent" | "rps";
  comparison: "<" | "<=" | ">" | ">=";
  limit: number;
}

/** What objectives are checked against; `seconds` is the time under load. */
export interface Figures {
  requests: number;
  errors: number;
  rps: number;
  latency: Latency;
}

/** The outcome of one objective; `value` in the unit that it was written in. */
export interface ObjectiveResult {
  objective: string;
  met: boolean;
  value: number;
}

const grammar = `FIGURE COMPARISON LIMIT, where
  FIGURE      p50, p90, p95, p99, p999, max, mean (with us, ms or s), errors (with % or a count), rps
  COMPARISON  <, <=, >, >=
For example: --slo 'p99<250ms' --slo 'errors<0.1%' --slo 'rps>500'`;

const pattern = /^\s*([a-z]+[0-9.]*)\s*(<=|>=|<|>)\s*(\d+(?:\.\d+)?)\s*(us|ms|s|%)?\s*$/;
const msOf: Record<string, number> = { us: 0.001, ms: 1, s: 1000 };

/** Reads `p99<250ms`, `errors<0.1%`, `rps>500`. Throws a usage error that shows the grammar. */
export function parseObjective(text: string): Objective {
  const [, name = "", comparison, number, unit = ""] = pattern.exec(text) ?? [];
  const figure = name.replace("p99.9", "p999");
  const rest = { text: text.trim(), comparison: comparison as Objective["comparison"], limit: Number(number) };
  const latency = latencyNames.find((one) => one === figure);
  if (latency && msOf[unit]) return { ...rest, figure: latency, limit: rest.limit * msOf[unit] };
  if (figure === "errors" && unit === "%") return { ...rest, figure: "errorPercent" };
  if ((figure === "errors" || figure === "rps") && unit === "") return { ...rest, figure };
  throw usageError({
    code: "InvalidObjective",
    message: `--slo ${text}: ${explainFault(latency, unit, figure)}`,
    hint: grammar,
  });
}

function explainFault(latency: string | undefined, unit: string, figure: string): string {
  if (latency) return unit === "" ? "the limit needs a unit (us, ms or s)." : `${unit} is no unit of time.`;
  if (figure === "errors" || figure === "rps") return `${figure} does not take ${unit}.`;
  return "this is not an objective.";
}

function measure(figure: Objective["figure"], figures: Figures): number {
  switch (figure) {
    case "errors":
      return figures.errors;
    case "errorPercent":
      return figures.requests === 0 ? 0 : (figures.errors / figures.requests) * 100;
    case "rps":
      return figures.rps;
    default:
      return figures.latency[figure];
  }
}

function holds(value: number, comparison: Objective["comparison"], limit: number): boolean {
  switch (comparison) {
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
  }
}

/** Checks objectives; without a single request, none is met. */
export function checkObjectives(objectives: readonly Objective[], figures: Figures): ObjectiveResult[] {
  return objectives.map(({ text, figure, comparison, limit }) => {
    const value = measure(figure, figures);
    const met = figures.requests > 0 && holds(value, comparison, limit);
    return { objective: text, met, value: Math.round(value * 1000) / 1000 };
  });
}
