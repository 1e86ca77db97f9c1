import * as z from "zod";
import { pathKey, type Path, type Place, type Tree } from "./document.ts";
import type { Position, Problem } from "./problems.ts";
import { type Config, configSchema } from "./schema.ts";
import { nearest } from "./suggest.ts";

type Issue = z.core.$ZodIssue;

/** Checks a tree against the schema: the configuration with its defaults, or every fault with its position. */
export function applySchema(tree: Tree): { config?: Config; problems: Problem[] } {
  const first = configSchema.safeParse(tree.value, { reportInput: true });
  if (first.success) return { config: first.data, problems: [] };
  const dropped = dropExtensions(tree.value, first.error.issues);
  const converted = convertVariables(tree, first.error.issues);
  const result = dropped || converted ? configSchema.safeParse(tree.value, { reportInput: true }) : first;
  if (result.success) return { config: result.data, problems: [] };
  return { problems: result.error.issues.flatMap((issue) => explainIssue(issue, tree)) };
}

/** Removes the `x-` keys that the schema stumbled over; true if there were any. */
function dropExtensions(value: unknown, issues: readonly Issue[]): boolean {
  let dropped = false;
  for (const issue of issues) {
    if (issue.code !== "unrecognized_keys") continue;
    const holder = lookUp(value, issue.path) as Record<string, unknown>;
    for (const key of issue.keys.filter((name) => name.startsWith("x-"))) {
      delete holder[key];
      dropped = true;
    }
  }
  return dropped;
}

/** What came out of a variable is text; where the schema wants a number or a switch, it is read as one. */
function convertVariables(tree: Tree, issues: readonly Issue[]): boolean {
  let converted = false;
  for (const { code, path, ...issue } of issues) {
    const text = lookUp(tree.value, path);
    if (
      code !== "invalid_type" ||
      typeof text !== "string" ||
      !tree.places.get(pathKey(path as Path))?.variables.length
    )
      continue;
    const value = readAs((issue as { expected?: string }).expected, text.trim());
    if (value === undefined) continue;
    const holder = lookUp(tree.value, path.slice(0, -1)) as Record<PropertyKey, unknown>;
    holder[path.at(-1) ?? ""] = value;
    converted = true;
  }
  return converted;
}

function readAs(type: string | undefined, text: string): number | boolean | undefined {
  if (type === "boolean") return { true: true, false: false }[text];
  const isNumber = (type === "number" || type === "int") && text !== "" && Number.isFinite(Number(text));
  return isNumber ? Number(text) : undefined;
}

function lookUp(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

function explainIssue(issue: Issue, tree: Tree): Problem[] {
  const path = issue.path as Path;
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey([...path, key], tree));
  const name = showPath(path);
  if (isMissing(issue, tree)) {
    const description = describedAt(path);
    return [
      {
        code: "MissingKey",
        at: findPlace(tree, path).key,
        message: `${name} is missing, expected ${expected(issue)}`,
        hint: description && `${path.at(-1)}: ${description}`,
      },
    ];
  }
  const place = findPlace(tree, path);
  const input = lookUp(tree.value, path);
  return [
    {
      code: codes[issue.code] ?? "InvalidValue",
      at: place.value,
      message: `${name}: found ${showValue(input, place)}, expected ${expected(issue)}`,
      hint: hintFor(issue, input),
    },
  ];
}

const codes: Partial<Record<Issue["code"], string>> = {
  invalid_type: "InvalidType",
  too_small: "OutOfRange",
  too_big: "OutOfRange",
};

/** A key without a value is missing too: `region:` and nothing behind it. */
function isMissing(issue: Issue, tree: Tree): boolean {
  return issue.code === "invalid_type" && (lookUp(tree.value, issue.path) ?? undefined) === undefined;
}

function unknownKey(path: Path, tree: Tree): Problem {
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  const known = knownKeys(parent);
  const guess = nearest(key, known);
  const where = parent.length === 0 ? "" : ` in ${showPath(parent)}`;
  return {
    code: "UnknownKey",
    at: findPlace(tree, path).key,
    message: `found the unknown key ${key}${where}, expected one of ${known.join(", ")}`,
    hint: guess ? `Did you mean ${guess}?` : undefined,
  };
}

/** The place of the value, or of the nearest thing around it that is in the file. */
export function findPlace(tree: Tree, path: Path): Place {
  for (let length = path.length; length > 0; length--) {
    const place = tree.places.get(pathKey(path.slice(0, length)));
    if (place) return place;
  }
  const start: Position = { line: 1, column: 1 };
  return { key: start, value: start, variables: [] };
}

/** `task.container.port`, `scaling.policies[0].target`. */
export function showPath(path: Path): string {
  return path.map((key, index) => (typeof key === "number" ? `[${key}]` : `${index ? "." : ""}${key}`)).join("");
}

/** Values that came out of a variable may be secrets: the variable is named instead. */
function showValue(input: unknown, place: Place): string {
  if (place.variables.length > 0) return `the value of ${place.variables.map((name) => `\${${name}}`).join(", ")}`;
  if (Array.isArray(input)) return "a list";
  if (typeof input === "object" && input !== null) return "a map";
  return JSON.stringify(input) ?? "nothing";
}

function expected(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return typeNames[issue.expected] ?? issue.expected;
    case "too_small":
      return bound(issue.origin, `${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}`);
    case "too_big":
      return bound(issue.origin, `${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}`);
    case "invalid_value":
      return issue.values.map(String).join(" or ");
    default:
      return issue.message.replace(/^expected /, "");
  }
}

const typeNames: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
};

function bound(origin: string, text: string): string {
  return origin === "string" ? `${text} character(s)` : text;
}

function hintFor(issue: Issue, input: unknown): string | undefined {
  if (issue.code === "invalid_value") {
    const guess = nearest(String(input), issue.values.map(String));
    return guess ? `Did you mean ${guess}?` : undefined;
  }
  if (issue.code === "invalid_format") {
    const words = issue.message.replace(/^expected /, "").split(/, | or /);
    const guess = nearest(String(input), words);
    return guess ? `Did you mean ${guess}?` : undefined;
  }
  if (issue.code !== "invalid_type") return undefined;
  if (issue.expected === "string" && typeof input === "number") return `Put it in quotes: "${input}"`;
  const isNumber = issue.expected === "number" || issue.expected === "int";
  if (isNumber && typeof input === "string" && input.trim() !== "" && Number.isFinite(Number(input)))
    return `Leave out the quotes: ${input}`;
  return undefined;
}

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  description?: string;
}

function schemaAt(path: Path): JsonSchema | undefined {
  let at: JsonSchema | undefined = z.toJSONSchema(configSchema, { io: "input" }) as JsonSchema;
  for (const key of path) at = typeof key === "number" ? at?.items : at?.properties?.[key];
  return at;
}

function knownKeys(path: Path): string[] {
  const keys = Object.keys(schemaAt(path)?.properties ?? {});
  return path.length === 0 ? [...keys, "environments"] : keys;
}

function describedAt(path: Path): string | undefined {
  return schemaAt(path)?.description;
}
