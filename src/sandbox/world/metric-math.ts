/** CloudWatch metric math: numbers and series (values by period start), combined point by point. */
export type Operand = number | Map<number, number>;

/** A fault in an expression, worded for the caller. */
export class MathError extends Error {}

type Node =
  | { kind: "number"; value: number }
  | { kind: "id"; id: string }
  | { kind: "list"; items: Node[] }
  | { kind: "call"; name: string; args: Node[] }
  | { kind: "binary"; operator: string; left: Node; right: Node }
  | { kind: "negate"; of: Node };

const tokenPattern = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z][A-Za-z0-9_]*)|(<=|>=|==|!=|[-+*/^()[\],<>]))/y;
/** Loosest first. */
const levels: readonly (readonly string[])[] = [["<", ">", "<=", ">=", "==", "!="], ["+", "-"], ["*", "/"], ["^"]];

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < text.trimEnd().length) {
    const match = tokenPattern.exec(text);
    if (!match) throw new MathError(`Error in expression '${text}': unexpected character`);
    tokens.push(match[1] ?? match[2] ?? match[3] ?? "");
  }
  return tokens;
}

class Parser {
  private readonly tokens: string[];
  private position = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
    this.tokens = tokenize(text);
  }

  parse(): Node {
    const node = this.level(0);
    if (this.position < this.tokens.length) this.fail();
    return node;
  }

  private level(depth: number): Node {
    const operators = levels[depth];
    if (!operators) return this.unary();
    let left = this.level(depth + 1);
    for (let token = this.peek(); token && operators.includes(token); token = this.peek()) {
      this.position++;
      left = { kind: "binary", operator: token, left, right: this.level(depth + 1) };
    }
    return left;
  }

  private unary(): Node {
    if (this.peek() !== "-") return this.primary();
    this.position++;
    return { kind: "negate", of: this.unary() };
  }

  private primary(): Node {
    const token = this.tokens[this.position++];
    if (token === undefined) return this.fail();
    if (token === "(") return this.closed(this.level(0), ")");
    if (token === "[") return { kind: "list", items: this.list("]") };
    if (/^\d/.test(token)) return { kind: "number", value: Number(token) };
    if (!/^[A-Za-z]/.test(token)) return this.fail();
    if (this.peek() !== "(") return { kind: "id", id: token };
    this.position++;
    return { kind: "call", name: token.toUpperCase(), args: this.list(")") };
  }

  private list(end: string): Node[] {
    const items: Node[] = [];
    while (this.peek() !== end) {
      items.push(this.level(0));
      if (this.peek() === ",") this.position++;
      else if (this.peek() !== end) this.fail();
    }
    this.position++;
    return items;
  }

  private closed(node: Node, end: string): Node {
    if (this.tokens[this.position++] !== end) this.fail();
    return node;
  }

  private peek(): string | undefined {
    return this.tokens[this.position];
  }

  private fail(): never {
    throw new MathError(`Error in expression '${this.text}': invalid syntax`);
  }
}

const operators: Record<string, (a: number, b: number) => number> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "^": (a, b) => a ** b,
  "<": (a, b) => Number(a < b),
  ">": (a, b) => Number(a > b),
  "<=": (a, b) => Number(a <= b),
  ">=": (a, b) => Number(a >= b),
  "==": (a, b) => Number(a === b),
  "!=": (a, b) => Number(a !== b),
};

const reducers: Record<string, (values: number[]) => number> = {
  AVG: (values) => values.reduce((a, b) => a + b, 0) / values.length,
  SUM: (values) => values.reduce((a, b) => a + b, 0),
  MIN: (values) => Math.min(...values),
  MAX: (values) => Math.max(...values),
};

const mappers: Record<string, (value: number) => number> = { ABS: Math.abs, CEIL: Math.ceil, FLOOR: Math.floor };

export interface MathScope {
  /** The operand with that id; throws `MathError` when there is none. */
  lookup: (id: string) => Operand;
  /** All operands that come straight from metrics, for METRICS(). */
  metrics: () => Operand[];
  /** Starts of all periods of the window, for FILL. */
  periods: readonly number[];
}

/** Evaluates one expression. Throws `MathError`. */
export const evaluateMath = (expression: string, scope: MathScope): Operand =>
  evaluate(new Parser(expression).parse(), scope);

/** The ids that an expression uses, to compute these first. */
export function idsOf(expression: string): string[] {
  const walk = (node: Node): string[] => {
    switch (node.kind) {
      case "id":
        return [node.id];
      case "list":
        return node.items.flatMap(walk);
      case "call":
        return node.args.flatMap(walk);
      case "binary":
        return [...walk(node.left), ...walk(node.right)];
      case "negate":
        return walk(node.of);
      case "number":
        return [];
    }
  };
  return walk(new Parser(expression).parse()).filter((id) => id !== "REPEAT" && id !== "LINEAR");
}

function evaluate(node: Node, scope: MathScope): Operand {
  switch (node.kind) {
    case "number":
      return node.value;
    case "id":
      return scope.lookup(node.id);
    case "list":
      throw new MathError("An array of metrics can only be an argument of a function");
    case "negate":
      return pointwise([evaluate(node.of, scope)], ([value = 0]) => -value);
    case "binary":
      return pointwise(
        [evaluate(node.left, scope), evaluate(node.right, scope)],
        ([a = 0, b = 0]) => operators[node.operator]?.(a, b) ?? Number.NaN,
      );
    case "call":
      return evaluateCall(node.name, node.args, scope);
  }
}

function evaluateCall(name: string, args: Node[], scope: MathScope): Operand {
  const [first, second, third] = args;
  const mapper = mappers[name];
  if (mapper && first) return pointwise([evaluate(first, scope)], ([value = 0]) => mapper(value));
  const reducer = reducers[name];
  if (reducer && first) return reduce(reducer, first, scope);
  if (name === "FILL" && first && second) return fill(evaluate(first, scope), second, scope);
  if (name === "IF" && first && second && third)
    return pointwise(
      [first, second, third].map((arg) => evaluate(arg, scope)),
      ([test, yes = 0, no = 0]) => (test ? yes : no),
    );
  throw new MathError(`Unsupported or incomplete function '${name}' in expression`);
}

/** `SUM(m1)` is one number over time; `SUM([m1, m2])` and `SUM(METRICS())` are series over the metrics. */
function reduce(reducer: (values: number[]) => number, arg: Node, scope: MathScope): Operand {
  if (arg.kind === "list")
    return mergeSeries(
      arg.items.map((item) => evaluate(item, scope)),
      reducer,
    );
  if (arg.kind === "call" && arg.name === "METRICS") return mergeSeries(scope.metrics(), reducer);
  const operand = evaluate(arg, scope);
  return typeof operand === "number" ? operand : reducer([...operand.values()]);
}

/** Over the metrics that have data at a time. */
function mergeSeries(operands: Operand[], reducer: (values: number[]) => number): Operand {
  const times = new Set(operands.flatMap((operand) => (typeof operand === "number" ? [] : [...operand.keys()])));
  const values = (at: number): number[] =>
    operands.flatMap((operand) => (typeof operand === "number" ? operand : (operand.get(at) ?? [])));
  return new Map([...times].sort((a, b) => a - b).map((at) => [at, reducer(values(at))]));
}

function fill(operand: Operand, filler: Node, scope: MathScope): Operand {
  if (typeof operand === "number") return operand;
  const repeat = filler.kind === "id" && filler.id === "REPEAT";
  const other = repeat ? undefined : evaluate(filler, scope);
  const filled = new Map<number, number>();
  let last: number | undefined;
  for (const at of scope.periods) {
    const value = operand.get(at) ?? (typeof other === "object" ? other.get(at) : (other ?? last));
    if (value === undefined) continue;
    filled.set(at, value);
    last = value;
  }
  return filled;
}

/** Series are combined where all of them have data; a result that is no number is no datapoint. */
function pointwise(operands: Operand[], combine: (values: number[]) => number): Operand {
  const series = operands.filter((operand) => typeof operand !== "number");
  const [first] = series;
  if (!first) return combine(operands.map(Number));
  const result = new Map<number, number>();
  for (const at of first.keys()) {
    if (!series.every((one) => one.has(at))) continue;
    const value = combine(operands.map((operand) => (typeof operand === "number" ? operand : (operand.get(at) ?? 0))));
    if (Number.isFinite(value)) result.set(at, value);
  }
  return result;
}
