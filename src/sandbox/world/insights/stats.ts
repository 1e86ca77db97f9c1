import { type Expression, numberOf, readExpression, type Row, type Value } from "./expressions.ts";
import { QueryError, type TokenReader } from "./tokens.ts";

/** One figure of `stats`, and what it is called. */
export interface Figure {
  name: string;
  compute: (rows: readonly Row[]) => Value;
}

type Fold = (values: readonly Value[], rows: readonly Row[], argument: number) => Value;

const numbersOf = (values: readonly Value[]): number[] => values.map(numberOf).filter((value) => value !== undefined);

const ofNumbers =
  (fold: (numbers: readonly number[]) => number): Fold =>
  (values) => {
    const numbers = numbersOf(values);
    return numbers.length === 0 ? undefined : fold(numbers);
  };

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

function deviation(numbers: readonly number[]): number {
  const mean = sum(numbers) / numbers.length;
  return Math.sqrt(sum(numbers.map((one) => (one - mean) ** 2)) / numbers.length);
}

const percentile: Fold = (values, _rows, percent) => {
  const sorted = numbersOf(values).toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
};

const present = (values: readonly Value[]): Value[] => values.filter((value) => value !== undefined);

/** By the time of the records. */
const atEnd =
  (pick: "first" | "last"): Fold =>
  (values, rows) => {
    const times = rows.map((row) => numberOf(row.get("@timestamp")) ?? 0);
    const chosen = pick === "first" ? Math.min(...times) : Math.max(...times);
    return values[times.indexOf(chosen)];
  };

const folds: Readonly<Record<string, Fold>> = {
  count: (values) => present(values).length,
  count_distinct: (values) => new Set(present(values).map(String)).size,
  sum: ofNumbers(sum),
  avg: ofNumbers((numbers) => sum(numbers) / numbers.length),
  min: ofNumbers((numbers) => Math.min(...numbers)),
  max: ofNumbers((numbers) => Math.max(...numbers)),
  stddev: ofNumbers(deviation),
  pct: percentile,
  median: (values, rows) => percentile(values, rows, 50),
  earliest: atEnd("first"),
  latest: atEnd("last"),
};

/** `pct(latency, 99) as p99`. Throws `QueryError` for what is no aggregation. */
export function readFigure(reader: TokenReader, query: string): Figure {
  const token = reader.take();
  const fold = token.kind === "name" ? folds[token.text.toLowerCase()] : undefined;
  if (!fold) throw new QueryError(`the sandbox does not know the aggregation ${token.text}`, token.start, token.end);
  reader.expect("(");
  let value: Expression = () => 1;
  let argument = 50;
  if (!reader.accept("*") && reader.next.text !== ")") value = readExpression(reader);
  if (reader.accept(",")) argument = Number(reader.take().text);
  const { end } = reader.next;
  reader.expect(")");
  const name = reader.accept("as") ? reader.take().text : query.slice(token.start, end);
  return { name, compute: (rows) => fold(rows.map(value), rows, argument) };
}
