/** An event pattern that EventBridge would refuse; the message follows "Event pattern is not valid. Reason: ". */
export class PatternError extends Error {}

/** Whether the values of one field of an event match: none when the field is missing. */
export type FieldFilter = (values: readonly unknown[]) => boolean;

type Condition = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Condition =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Compiles one entry of a pattern's list: a literal, or one of `prefix`, `suffix`, `wildcard`, `equals-ignore-case`,
 * `anything-but`, `numeric`, `exists`. Source: "Comparison operators for use in event patterns", EventBridge guide.
 */
export function compileFilter(entry: unknown): FieldFilter {
  if (!isObject(entry)) {
    if (typeof entry === "object" && entry !== null)
      throw new PatternError("Match value must be String, number, true, false, or null");
    return (values) => values.includes(entry);
  }
  const [name = "", ...more] = Object.keys(entry);
  if (name === "" || more.length > 0) throw new PatternError("Only one key allowed in match expression");
  const make = filters[name];
  if (!make) throw new PatternError(`Unrecognized match type ${name}`);
  return make(entry[name]);
}

const ofTexts =
  (test: (text: string) => boolean): FieldFilter =>
  (values) =>
    values.some((value) => typeof value === "string" && test(value));

function textOf(name: string, value: unknown): string {
  if (typeof value !== "string") throw new PatternError(`${name} match pattern must be a string`);
  return value;
}

/** `prefix` and `suffix` also take `{"equals-ignore-case": "text"}`. */
function compileEnd(name: "prefix" | "suffix", value: unknown): (text: string) => boolean {
  const any = isObject(value) && "equals-ignore-case" in value;
  const wanted = textOf(name, any ? value["equals-ignore-case"] : value);
  const end = any ? wanted.toLowerCase() : wanted;
  const has = (text: string) => (name === "prefix" ? text.startsWith(end) : text.endsWith(end));
  return (text) => has(any ? text.toLowerCase() : text);
}

function compileWildcard(value: unknown): (text: string) => boolean {
  const source = textOf("wildcard", value);
  if (source.includes("**")) throw new PatternError("Consecutive wildcard characters at pos 0");
  const parts = source.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  const regex = new RegExp(`^${parts.join(".*")}$`, "s");
  return (text) => regex.test(text);
}

const ignoreCase = (value: unknown): ((text: string) => boolean) => {
  const wanted = textOf("equals-ignore-case", value).toLowerCase();
  return (text) => text.toLowerCase() === wanted;
};

const textTests: Readonly<Record<string, (value: unknown) => (text: string) => boolean>> = {
  prefix: (value) => compileEnd("prefix", value),
  suffix: (value) => compileEnd("suffix", value),
  wildcard: compileWildcard,
  "equals-ignore-case": ignoreCase,
};

/** Matches a field that is there and has a value which is none of those. */
function compileAnythingBut(value: unknown): FieldFilter {
  if (isObject(value)) {
    const [name = ""] = Object.keys(value);
    const make = textTests[name];
    if (!make) throw new PatternError(`Unsupported anything-but pattern: ${name}`);
    const wanted = value[name];
    const tests = (Array.isArray(wanted) ? (wanted as unknown[]) : [wanted]).map((one) => make(one));
    return ofTexts((text) => !tests.some((test) => test(text)));
  }
  const refused: unknown[] = Array.isArray(value) ? value : [value];
  if (refused.length === 0) throw new PatternError("Anything-But list must not be empty");
  return (values) => values.some((one) => !refused.includes(one));
}

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "=": (a, b) => a === b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

/** `["<", 10]`, `[">=", 1, "<=", 5]`. */
function compileNumeric(value: unknown): FieldFilter {
  if (!Array.isArray(value) || value.length === 0 || value.length % 2 !== 0)
    throw new PatternError("Value of numeric must be an array of operators and numbers.");
  const tests: ((number: number) => boolean)[] = [];
  for (let index = 0; index < value.length; index += 2) {
    const compare = comparisons[String(value[index])];
    const limit: unknown = value[index + 1];
    if (!compare) throw new PatternError(`Unrecognized numeric range operator: ${String(value[index])}`);
    if (typeof limit !== "number") throw new PatternError("Value of numeric must be numeric");
    tests.push((number) => compare(number, limit));
  }
  return (values) => values.some((one) => typeof one === "number" && tests.every((test) => test(one)));
}

function compileExists(value: unknown): FieldFilter {
  if (typeof value !== "boolean") throw new PatternError("Exists match pattern must be either true or false.");
  return (values) => values.length > 0 === value;
}

const filters: Readonly<Record<string, (value: unknown) => FieldFilter>> = {
  ...Object.fromEntries(
    Object.entries(textTests).map(([name, make]) => [name, (value: unknown) => ofTexts(make(value))] as const),
  ),
  "anything-but": compileAnythingBut,
  numeric: compileNumeric,
  exists: compileExists,
};
