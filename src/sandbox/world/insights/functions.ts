import type { Row, Value } from "./expressions.ts";

type Apply = (values: readonly Value[], row: Row) => Value;

const number = (value: Value): number | undefined => {
  if (typeof value === "number") return value;
  if (value === undefined || typeof value === "boolean" || value.trim() === "") return undefined;
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : undefined;
};

const ofNumber =
  (apply: (value: number) => number): Apply =>
  ([value]) => {
    const known = number(value);
    return known === undefined ? undefined : apply(known);
  };

const ofText =
  (apply: (text: string, ...rest: Value[]) => Value): Apply =>
  ([value, ...rest]) =>
    value === undefined ? undefined : apply(String(value), ...rest);

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `5m` in ms. */
export function spanOf(text: string): number {
  const [, count = "1", unit = "m"] = /^(\d+)([a-z]*)$/.exec(text) ?? [];
  return Number(count) * (units[unit] ?? 60_000);
}

/** Times are ms since the epoch inside of a query; they become text at its end. */
const roundTo = (at: Value, span: Value, round = Math.floor): Value => {
  const known = number(at);
  const step = spanOf(String(span));
  return known === undefined ? undefined : round(known / step) * step;
};

/** Only blanks, or only these characters, at the chosen ends. */
const trimEnds =
  (...ends: readonly ("^" | "$")[]): Apply =>
  ([value, chars]) => {
    if (value === undefined) return undefined;
    const set = chars === undefined ? String.raw`\s` : `[${String(chars).replaceAll(/[\]\\^-]/g, String.raw`\$&`)}]`;
    const cut = ends.map((end) => (end === "^" ? `^${set}+` : `${set}+$`)).join("|");
    return String(value).replaceAll(new RegExp(cut, "g"), "");
  };

const pickBy =
  (choose: (...numbers: number[]) => number): Apply =>
  (values) => {
    const known = values.map(number).filter((value) => value !== undefined);
    return known.length === 0 ? undefined : choose(...known);
  };

/** The functions of "Supported operations and functions", Logs Insights, that the sandbox has. */
export const functions: Readonly<Record<string, Apply>> = {
  bin: ([span], row) => roundTo(row.get("@timestamp"), span),
  datefloor: ([at, span]) => roundTo(at, span),
  dateceil: ([at, span]) => roundTo(at, span, Math.ceil),
  tomillis: ([at]) => at,
  abs: ofNumber(Math.abs),
  ceil: ofNumber(Math.ceil),
  floor: ofNumber(Math.floor),
  sqrt: ofNumber(Math.sqrt),
  log: ofNumber(Math.log),
  greatest: pickBy(Math.max),
  least: pickBy(Math.min),
  strlen: ofText((text) => text.length),
  toupper: ofText((text) => text.toUpperCase()),
  tolower: ofText((text) => text.toLowerCase()),
  trim: trimEnds("^", "$"),
  ltrim: trimEnds("^"),
  rtrim: trimEnds("$"),
  concat: (values) => values.map((value) => (value === undefined ? "" : String(value))).join(""),
  strcontains: ofText((text, part) => (text.includes(String(part)) ? 1 : 0)),
  replace: ofText((text, from, to) => text.replaceAll(String(from), String(to))),
  substr: ofText((text, from, count) =>
    text.slice(Number(from), count === undefined ? undefined : Number(from) + Number(count)),
  ),
  ispresent: ([value]) => value !== undefined,
  isempty: ([value]) => value === undefined || value === "",
  isblank: ([value]) => value === undefined || String(value).trim() === "",
  coalesce: (values) => values.find((value) => value !== undefined),
};
