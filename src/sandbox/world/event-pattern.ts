import { compileFilter, type FieldFilter, PatternError } from "./event-filter.ts";

/** Whether an event (the whole envelope) matches. */
export type EventPattern = (event: unknown) => boolean;

type Tree = Readonly<Record<string, unknown>>;

/** Compiles EventBridge's JSON pattern. Throws `PatternError` with EventBridge's reason for what it would refuse. */
export function compilePattern(text: string): EventPattern {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new PatternError("Unexpected character or end of input in the JSON text");
  }
  if (!isTree(parsed)) throw new PatternError("Filter is not an object");
  if (Object.keys(parsed).length === 0) throw new PatternError("Empty objects are not allowed");
  return compileTree(parsed, "");
}

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value);

/** Every field must match; `$or` needs one of its branches. */
function compileTree(tree: Tree, path: string): EventPattern {
  const tests = Object.entries(tree).map(([name, wanted]): EventPattern => {
    if (name === "$or") return compileOr(wanted, path);
    const at = path === "" ? name : `${path}.${name}`;
    if (isTree(wanted)) {
      if (Object.keys(wanted).length === 0) throw new PatternError("Empty objects are not allowed");
      const inner = compileTree(wanted, at);
      return (event) =>
        childrenOf(event, name).some((child) => isTree(child) && inner(child)) || lacks(event, name, inner);
    }
    if (!Array.isArray(wanted)) throw new PatternError(`"${name}" must be an object or an array`);
    if (wanted.length === 0) throw new PatternError("Empty arrays are not allowed");
    const filters: FieldFilter[] = wanted.map((one: unknown) => compileFilter(one));
    return (event) => {
      const values = childrenOf(event, name);
      return filters.some((filter) => filter(values));
    };
  });
  return (event) => tests.every((test) => test(event));
}

/** `{"detail": {"x": [{"exists": false}]}}` matches an event without any `detail`. */
const lacks = (event: unknown, name: string, inner: EventPattern): boolean =>
  childrenOf(event, name).length === 0 && inner({});

function compileOr(wanted: unknown, path: string): EventPattern {
  if (!Array.isArray(wanted) || wanted.length < 2)
    throw new PatternError("There must have at least 2 objects in $or relationship");
  const branches = wanted.map((one: unknown) => {
    if (!isTree(one)) throw new PatternError("Only objects are allowed in array of $or");
    return compileTree(one, path);
  });
  return (event) => branches.some((branch) => branch(event));
}

/** The values of a field: the elements of a list, also through a list of objects. */
function childrenOf(event: unknown, name: string): unknown[] {
  if (!isTree(event)) return [];
  const value = event[name];
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as unknown[]) : [value];
}
