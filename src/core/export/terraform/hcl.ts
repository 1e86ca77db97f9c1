import { splitReferences, type Reference } from "../references.ts";

/** A value of Terraform's language. Texts may hold marks; `undefined` is left out. */
export type Hcl =
  | string
  | number
  | boolean
  | undefined
  | readonly Hcl[]
  /** `{ key = value }`. */
  | { readonly map: Readonly<Record<string, Hcl>> }
  /** Blocks of the same name. */
  | { readonly blocks: readonly Body[] }
  /** `jsonencode(…)`. */
  | { readonly json: unknown }
  /** As it stands. */
  | { readonly raw: string };

export type Body = Readonly<Record<string, Hcl>>;

/** Writes a reference: `aws_iam_role.web.arn`, or a quoted text for what is no part of the configuration. */
export type Refer = (reference: Reference) => string;

export const block = (body: Body): Hcl => ({ blocks: [body] });
export const raw = (text: string): Hcl => ({ raw: text });

/** `resource "aws_sns_topic" "alerts" { … }`. */
export function writeBlock(head: string, body: Body, refer: Refer): string {
  return `${head} {\n${writeBody(body, 1, refer)}}\n`;
}

function writeBody(body: Body, depth: number, refer: Refer): string {
  const entries = Object.entries(body).filter(([, value]) => value !== undefined);
  const attributes = entries.filter(([, value]) => !isBlocks(value));
  const indent = "  ".repeat(depth);
  const lines = alignLines(attributes.map(([name, value]) => [name, writeValue(value, depth, refer)] as const));
  const blocks = entries.flatMap(([name, value]) =>
    isBlocks(value)
      ? value.blocks.map((inner) => `${indent}${name} {\n${writeBody(inner, depth + 1, refer)}${indent}}\n`)
      : [],
  );
  return [...lines.map((line) => `${indent}${line}\n`), ...blocks].join("");
}

const isList = (value: Hcl): value is readonly Hcl[] => Array.isArray(value);
const isBlocks = (value: Hcl): value is { blocks: readonly Body[] } => typeof value === "object" && "blocks" in value;

function writeValue(value: Hcl, depth: number, refer: Refer): string {
  if (typeof value === "string") return writeText(value, refer);
  if (typeof value !== "object") return String(value);
  if (isList(value)) return writeList(value, depth, refer);
  if ("raw" in value) return value.raw;
  if ("json" in value) return `jsonencode(${writeValue(fromJson(value.json), depth, refer)})`;
  if ("map" in value) return writeMap(value.map, depth, refer);
  throw new Error("A block is no value.");
}

function writeMap(map: Readonly<Record<string, Hcl>>, depth: number, refer: Refer): string {
  const entries = Object.entries(map).filter(([, item]) => item !== undefined);
  if (entries.length === 0) return "{}";
  const keys = entries.map(([key]) => (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) ? key : quote(key)));
  const indent = "  ".repeat(depth + 1);
  const lines = alignLines(
    entries.map(([, item], index) => [keys[index] ?? "", writeValue(item, depth + 1, refer)] as const),
  );
  return `{\n${lines.map((line) => `${indent}${line}\n`).join("")}${"  ".repeat(depth)}}`;
}

/** `name = value` as `terraform fmt` sets them: in columns, but for a value of several lines, which stands apart. */
function alignLines(entries: readonly (readonly [name: string, text: string])[]): string[] {
  const isLong = (text: string): boolean => text.includes("\n");
  return entries.map(([name, text], index) => {
    if (isLong(text)) return `${name} = ${text}`;
    let [from, to] = [index, index];
    while (from > 0 && !isLong(entries[from - 1]?.[1] ?? "")) from--;
    while (to < entries.length - 1 && !isLong(entries[to + 1]?.[1] ?? "")) to++;
    const width = Math.max(...entries.slice(from, to + 1).map(([other]) => other.length));
    return `${name.padEnd(width)} = ${text}`;
  });
}

function writeList(items: readonly Hcl[], depth: number, refer: Refer): string {
  const texts = items.filter((item) => item !== undefined).map((item) => writeValue(item, depth + 1, refer));
  const line = `[${texts.join(", ")}]`;
  if (line.length < 80 && !line.includes("\n")) return line;
  const indent = "  ".repeat(depth + 1);
  return `[\n${texts.map((text) => `${indent}${text},\n`).join("")}${"  ".repeat(depth)}]`;
}

/** JSON as a value: what it holds becomes an object of the language, in which references can stand. */
function fromJson(value: unknown): Hcl {
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value === "object" && value !== null)
    return { map: Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fromJson(item)])) };
  if (value === null) return raw("null");
  return value as string | number | boolean | undefined;
}

/** `${` and `%{` begin something in Terraform's texts; doubled they are themselves. */
const escape = (text: string): string =>
  JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);

const quote = (text: string): string => `"${escape(text)}"`;

function writeText(text: string, refer: Refer): string {
  const parts = splitReferences(text);
  const [first] = parts;
  if (parts.length === 1 && typeof first === "object") return refer(first);
  const inner = parts.map((part) => (typeof part === "string" ? escape(part) : `\${${refer(part)}}`));
  return `"${inner.join("")}"`;
}

/** Lists of the API whose blocks have a singular name in Terraform. */
const singular: Readonly<Record<string, string>> = {
  StepAdjustments: "step_adjustment",
  MetricSpecifications: "metric_specification",
};

/** `ScaleInCooldown` is `scale_in_cooldown`. */
export const toSnake = (key: string): string =>
  singular[key] ??
  key
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();

/** An object of the API as a body: inner objects and lists of objects are blocks. */
export function toBody(value: object): Body {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [toSnake(key), toHcl(item)] as const));
}

function toHcl(value: unknown): Hcl {
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item === "object")) return { blocks: value.map((item) => toBody(item as object)) };
    return value as Hcl[];
  }
  if (typeof value === "object" && value !== null) return block(toBody(value));
  return value as string | number | boolean | undefined;
}
