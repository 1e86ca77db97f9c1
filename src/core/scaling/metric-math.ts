import {
  functions,
  mappers,
  pairwise,
  pointwise,
  reduce,
  reducers,
  type MathScope,
  type MathValue,
} from "./math-functions.ts";
import { MathError, parseMath, type MathNode } from "./math-syntax.ts";

export { MathError } from "./math-syntax.ts";
export type { MathScope, MathSeries, MathValue, Operand } from "./math-functions.ts";

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
  "&&": (a, b) => Number(a !== 0 && b !== 0),
  "||": (a, b) => Number(a !== 0 || b !== 0),
};

const operatorOf = (name: string) => operators[name] ?? (() => Number.NaN);

/** Reads one expression of CloudWatch's metric math (using-metric-math). Throws `MathError` for what is none. */
export function readMath(expression: string): MathNode {
  const node = parseMath(expression);
  checkFunctions(node);
  return node;
}

function checkFunctions(node: MathNode): void {
  if (node.kind === "call" && !functions[node.name] && !mappers[node.name] && !reducers[node.name])
    throw new MathError(`Function '${node.name}' not found`);
  for (const part of partsOf(node)) checkFunctions(part);
}

function partsOf(node: MathNode): MathNode[] {
  switch (node.kind) {
    case "list":
      return node.items;
    case "call":
      return node.args;
    case "binary":
      return [node.left, node.right];
    case "negate":
      return [node.of];
    default:
      return [];
  }
}

/** Evaluates what `readMath` has read; an array (`METRICS()` alone) is several series. Throws `MathError`. */
export function evaluateNode(node: MathNode, scope: MathScope): MathValue {
  switch (node.kind) {
    case "number":
      return node.value;
    case "text":
      throw new MathError("Invalid syntax");
    case "id":
      return scope.lookup(node.id);
    case "list":
      return node.items.flatMap((item) => evaluateNode(item, scope));
    case "negate":
      return pointwise([evaluateNode(node.of, scope)], ([value = 0]) => -value);
    case "binary":
      return pairwise(evaluateNode(node.left, scope), evaluateNode(node.right, scope), operatorOf(node.operator));
    case "call":
      return evaluateCall(node.name, node.args, scope);
  }
}

function evaluateCall(name: string, args: MathNode[], scope: MathScope): MathValue {
  const own = functions[name];
  if (own) return own(args, (node) => evaluateNode(node, scope), scope);
  const [first] = args;
  const mapper = mappers[name];
  const reducer = reducers[name];
  if (!mapper && !reducer) throw new MathError(`Function '${name}' not found`);
  if (!first) throw new MathError(`The function ${name} takes 1 argument`);
  const value = evaluateNode(first, scope);
  if (mapper) return pointwise([value], ([one = 0]) => mapper(one));
  return reducer ? reduce(reducer, value) : value;
}
