import { parseDuration } from "../config/duration.ts";
import { usageError } from "../errors.ts";
import type { Rehearsal } from "./simulate.ts";

/** What a tuned policy must keep to. `limit` in percent, seconds or USD a month, as the figure is. */
export interface TuneObjective {
  text: string;
  figure: "risk" | "worst" | "lost" | "under" | "cost";
  /** Utilisation, percent, of `p(util>…)`. */
  percent: number;
  /** Whether the limit itself is allowed. */
  inclusive: boolean;
  limit: number;
}

/** In every error and in docs/rehearsal.md. */
export const objectiveGrammar = `one of
  p(util>PERCENT%)<PERCENT%   the share of the time in which tasks are asked for more than so much of their CPU
  worst<PERCENT%              the largest utilisation
  lost<PERCENT%               the share of requests beyond what the tasks can do
  under<TIME                  the time with a utilisation over 100 %
  cost<USD                    the cost of the rehearsal; needs prices
For example: --objective 'p(util>90%)<1%'`;

const pattern =
  /^(?:p\(\s*util\s*>\s*(\d+)\s*%?\s*\)|(worst|lost|under|cost))\s*(<=|<)\s*\$?(\d+(?:\.\d+)?)\s*(%|s|m|h|d)?$/i;

/** Reads `p(util>90%)<1%`. Throws a usage error that shows the grammar. */
export function parseTuneObjective(text: string): TuneObjective {
  const [, percent, name = "risk", comparison, number = "", unit = ""] = pattern.exec(text.trim()) ?? [];
  const figure = name.toLowerCase() as TuneObjective["figure"];
  const expected = { risk: /^%$/, worst: /^%$/, lost: /^%$/, under: /^[smhd]$/, cost: /^$/ }[figure];
  if (comparison === undefined || !expected.test(unit))
    throw usageError({
      code: "InvalidObjective",
      message: `--objective '${text}': this is no objective.`,
      hint: objectiveGrammar,
    });
  if (comparison === "<" && Number(number) === 0)
    throw usageError({
      code: "InvalidObjective",
      message: `--objective '${text}': nothing is below 0.`,
      hint: `For none at all: --objective '${text.trim().replace("<", "<=")}'`,
    });
  const limit = figure === "under" ? (parseDuration(number + unit) ?? 0) : Number(number);
  return { text: text.trim(), figure, percent: Number(percent ?? 90), inclusive: comparison === "<=", limit };
}

/** The figure that the objective is about; infinite where there is none. `cost` in USD, null when no price is known. */
export function measureObjective(
  { figure, percent }: TuneObjective,
  run: Pick<Rehearsal, "figures" | "shareAbove">,
  cost: number | null,
): number {
  switch (figure) {
    case "risk":
      return run.shareAbove(percent);
    case "worst":
      return run.figures.worstUtilisation ?? Number.POSITIVE_INFINITY;
    case "lost":
      return run.figures.lostPercent;
    case "under":
      return run.figures.underProvisionedSeconds;
    case "cost":
      return cost ?? Number.POSITIVE_INFINITY;
  }
}

export const meets = ({ inclusive, limit }: TuneObjective, value: number): boolean =>
  inclusive ? value <= limit : value < limit;
