import { functions } from "./functions.ts";
import { QueryError, type TokenReader } from "./tokens.ts";

/** A value of a query; undefined is what a record does not have. */
export type Value = string | number | boolean | undefined;
export type Row = ReadonlyMap<string, Value>;
export type Expression = (row: Row) => Value;

export const isTrue = (value: Value): boolean => value === true || value === 1 || value === "1" || value === "true";

/** A number, also out of text that looks like one. */
export function numberOf(value: Value): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "boolean" || value === undefined || value.trim() === "") return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

export const textOf = (value: Value): string | undefined => (value === undefined ? undefined : String(value));

/** `a or b`, the loosest kind of expression. Throws `QueryError`. */
export function readExpression(reader: TokenReader): Expression {
  let left = readAnd(reader);
  while (reader.accept("or")) {
    const [first, second] = [left, readAnd(reader)];
    left = (row) => isTrue(first(row)) || isTrue(second(row));
  }
  return left;
}

function readAnd(reader: TokenReader): Expression {
  let left = readNot(reader);
  while (reader.accept("and")) {
    const [first, second] = [left, readNot(reader)];
    left = (row) => isTrue(first(row)) && isTrue(second(row));
  }
  return left;
}

function readNot(reader: TokenReader): Expression {
  if (!reader.accept("not")) return readComparison(reader);
  const inner = readNot(reader);
  return (row) => !isTrue(inner(row));
}

/** Numbers are compared as numbers, everything else as text; what is missing is equal to nothing. */
function compare(a: Value, b: Value, operator: string): boolean {
  const numbers = [numberOf(a), numberOf(b)] as const;
  const [x, y] = numbers[0] !== undefined && numbers[1] !== undefined ? numbers : [textOf(a), textOf(b)];
  if (operator === "!=") return x !== y;
  if (x === undefined || y === undefined) return false;
  switch (operator) {
    case "=":
      return x === y;
    case "<":
      return x < y;
    case "<=":
      return x <= y;
    case ">":
      return x > y;
    default:
      return x >= y;
  }
}

function readComparison(reader: TokenReader): Expression {
  const left = readSum(reader);
  const negated = reader.next.text.toLowerCase() === "not" && ["like", "in"].includes(reader.second.text.toLowerCase());
  if (negated) reader.take();
  const operator = reader.accept("=", "!=", "<", "<=", ">", ">=", "=~", "like", "in");
  if (operator === undefined) return left;
  const test = operator === "in" ? readList(reader, left) : readTest(reader, left, operator);
  return negated ? (row) => !isTrue(test(row)) : test;
}

function readTest(reader: TokenReader, left: Expression, operator: string): Expression {
  if (operator !== "like" && operator !== "=~") {
    const right = readSum(reader);
    return (row) => compare(left(row), right(row), operator);
  }
  const token = reader.take();
  if (token.kind === "regex") {
    const regex = compileRegex(token.text, token.start);
    return (row) => regex.test(textOf(left(row)) ?? "");
  }
  if (token.kind !== "text")
    throw new QueryError(`${operator} takes a text or a regular expression`, token.start, token.end);
  return (row) => (textOf(left(row)) ?? "").includes(token.text);
}

/** `(?i)` at its beginning is what Insights has in place of flags. */
export function compileRegex(source: string, start: number): RegExp {
  try {
    const plain = source.replace(/^\(\?i\)/, "");
    return new RegExp(plain, plain === source ? "" : "i");
  } catch {
    throw new QueryError(`invalid regular expression /${source}/`, start, start + source.length + 2);
  }
}

function readList(reader: TokenReader, left: Expression): Expression {
  reader.expect("[");
  const items: Expression[] = [];
  do items.push(readSum(reader));
  while (reader.accept(","));
  reader.expect("]");
  return (row) => items.some((item) => compare(left(row), item(row), "="));
}

const sums: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "^": (a, b) => a ** b,
};

function readChain(
  reader: TokenReader,
  operators: string[],
  readPart: (reader: TokenReader) => Expression,
): Expression {
  let left = readPart(reader);
  for (let operator = reader.accept(...operators); operator !== undefined; operator = reader.accept(...operators)) {
    const [first, second, apply] = [left, readPart(reader), sums[operator]];
    left = (row) => {
      const [a, b] = [numberOf(first(row)), numberOf(second(row))];
      return a === undefined || b === undefined ? undefined : apply?.(a, b);
    };
  }
  return left;
}

const readSum = (reader: TokenReader): Expression => readChain(reader, ["+", "-"], readProduct);
const readProduct = (reader: TokenReader): Expression => readChain(reader, ["*", "/", "%"], readPower);
const readPower = (reader: TokenReader): Expression => readChain(reader, ["^"], readAtom);

function readAtom(reader: TokenReader): Expression {
  if (reader.accept("(")) {
    const inner = readExpression(reader);
    reader.expect(")");
    return inner;
  }
  if (reader.accept("-")) {
    const inner = readAtom(reader);
    return (row) => {
      const value = numberOf(inner(row));
      return value === undefined ? undefined : -value;
    };
  }
  const token = reader.next;
  if (token.kind === "text" || token.kind === "number") {
    reader.take();
    const value = token.kind === "number" ? Number(token.text) : token.text;
    return () => value;
  }
  if (token.kind !== "name") throw reader.unexpected("expected a field, a value or a function");
  reader.take();
  if (reader.next.text === "(") return readCall(reader, token.text, token.start);
  return (row) => row.get(token.text);
}

function readCall(reader: TokenReader, name: string, start: number): Expression {
  const apply = functions[name.toLowerCase()];
  if (!apply) throw new QueryError(`the sandbox does not know the function ${name}`, start, start + name.length);
  reader.expect("(");
  const parts: Expression[] = [];
  if (!reader.accept(")")) {
    do parts.push(takesSpan(name, parts.length) ? readSpan(reader) : readExpression(reader));
    while (reader.accept(","));
    reader.expect(")");
  }
  return (row) =>
    apply(
      parts.map((part) => part(row)),
      row,
    );
}

/** `bin(5m)`, `datefloor(@timestamp, 1h)`. */
const takesSpan = (name: string, index: number): boolean =>
  /^bin$/i.test(name) || (/^date(?:floor|ceil)$/i.test(name) && index === 1);

/** `5m`. */
function readSpan(reader: TokenReader): Expression {
  const token = reader.take();
  const { text } = token;
  if (!/^\d+(ms|s|m|h|d|w)?$/.test(text))
    throw new QueryError(`expected a time like 5m, found ${text}`, token.start, token.end);
  return () => text;
}
