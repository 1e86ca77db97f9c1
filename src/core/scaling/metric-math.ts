import { functions, mappers, pointwise, reduce, reducers, type MathScope, type MathValue } from "./math-functions.ts";
import { idsOfNode, MathError, parseMath, type MathNode } from "./math-syntax.ts";

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

/**
 * Evaluates one expression of CloudWatch's metric math (using-metric-math). Throws `MathError`.
 * A result that is an array (`METRICS()` alone) is several series.
 */
export const evaluateMath = (expression: string, scope: MathScope): MathValue => evaluate(parseMath(expression), scope);

/** The ids that an expression uses, to compute these first. Throws `MathError` for what is no expression. */
export function idsOf(expression: string): string[] {
  const node = parseMath(expression);
  checkFunctions(node);
  return idsOfNode(node);
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

function evaluate(node: MathNode, scope: MathScope): MathValue {
  switch (node.kind) {
    case "number":
      return node.value;
    case "text":
      throw new MathError("Invalid syntax");
    case "id":
      return scope.lookup(node.id);
    case "list":
      return node.items.flatMap((item) => evaluate(item, scope));
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

function evaluateCall(name: string, args: MathNode[], scope: MathScope): MathValue {
  const own = functions[name];
  if (own) return own(args, (node) => evaluate(node, scope), scope);
  const [first] = args;
  const mapper = mappers[name];
  const reducer = reducers[name];
  if (!mapper && !reducer) throw new MathError(`Function '${name}' not found`);
  if (!first) throw new MathError(`The function ${name} takes 1 argument`);
  const value = evaluate(first, scope);
  if (mapper) return pointwise([value], ([one = 0]) => mapper(one));
  return reducer ? reduce(reducer, value) : value;
}
