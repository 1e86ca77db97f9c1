import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document as YamlDocument,
  type Node,
  type Pair,
  type Scalar,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import { expandVariables } from "./expand.ts";
import type { Position, Problem } from "./problems.ts";
import { nearest } from "./suggest.ts";

export type Env = Readonly<Record<string, string | undefined>>;
export type Path = readonly (string | number)[];

/** Where a value of the tree stands, and what it came through. */
export interface Place {
  /** The value. */
  value: Position;
  /** Its key; the value's own position in a list. */
  key: Position;
  /** The environment it was merged from. */
  environment?: string | undefined;
  /** The variables it was expanded from. */
  variables: string[];
}

/** Plain data that remembers where each value stood. */
export interface Tree {
  value: unknown;
  places: Map<string, Place>;
  problems: Problem[];
}

/** A parsed file. */
export interface Document {
  root: YAMLMap;
  yaml: YamlDocument;
  lines: LineCounter;
  /** The names under `environments`. */
  environments(): string[];
}

/** One slip can upset the rest of a file. */
const mostSyntaxErrors = 5;

/** Aliases in aliases can stand for more values than a computer holds; no configuration needs more than this. */
const mostValues = 10_000;
const deepest = 100;

/** The key of a path in `Tree.places`. */
export function pathKey(path: Path): string {
  return JSON.stringify(path);
}

/** Parses YAML text; every syntax error becomes a problem with its position. */
export function readDocument(text: string): { document: Document; problems: Problem[] } {
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const problems = describeSyntax(text, lines, yaml.errors);
  const root = yaml.contents;
  if (problems.length === 0 && !isMap(root)) {
    const found = root === null ? "the file is empty" : "found a single value or a list";
    problems.push({
      code: "InvalidYaml",
      at: { line: 1, column: 1 },
      message: `${found}, expected a map with the keys app, image, cluster, service, task`,
      hint: "ecsctl init --force writes a working file.",
    });
  }
  const map = root as YAMLMap;
  return { document: { root: map, yaml, lines, environments: () => readKeys(map.get("environments")) }, problems };
}

/** One error a line: what follows on the same line is what the first one caused. */
function describeSyntax(text: string, lines: LineCounter, errors: readonly YAMLError[]): Problem[] {
  const problems = new Map<number, Problem>();
  for (const { pos, message } of errors) {
    const at = position(lines, pos[0]);
    const line = text.split("\n")[at.line - 1] ?? "";
    if (!problems.has(at.line)) problems.set(at.line, { code: "InvalidYaml", at, message, hint: hintAt(line) });
  }
  return [...problems.values()].slice(0, mostSyntaxErrors);
}

/** What the parser's own words do not tell; an ARN of a key in a secret ends in colons. */
function hintAt(line: string): string | undefined {
  if (/[{,].*\$\{/.test(line)) return 'Inside { } a variable needs quotes: "${VAR}"';
  if (/^[\s-]*[^\s"'#]+:\s+[^"'\s].*:(\s|$)/.test(line))
    return 'A value with a colon at its end, or before a space, needs quotes: "…:"';
  return undefined;
}

function readKeys(node: unknown): string[] {
  return isMap(node) ? node.items.map(({ key }) => String(isScalar(key) ? key.value : key)) : [];
}

function position(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

interface ReadOptions {
  env: Env;
  /** A top-level key to leave out. */
  skip?: string;
  /** The environment to read in place of the document. */
  under?: string;
}

/** Turns nodes into plain data, expanding variables. */
export function readTree(document: Document, { env, skip, under }: ReadOptions): Tree {
  const tree: Tree = { value: undefined, places: new Map(), problems: [] };
  const root = under === undefined ? document.root : document.root.getIn(["environments", under], true);
  const reader = new TreeReader(document, tree, env, under);
  if (skip !== undefined) reader.checkEnvironments();
  tree.value = reader.read(root as Node, [], skip);
  if (tree.value === null) tree.value = {};
  return tree;
}

class TreeReader {
  private readonly document: Document;
  private readonly tree: Tree;
  private readonly env: Env;
  private readonly environment: string | undefined;
  private values = 0;

  constructor(document: Document, tree: Tree, env: Env, environment: string | undefined) {
    this.document = document;
    this.tree = tree;
    this.env = env;
    this.environment = environment;
  }

  /** `environments` is no part of the schema of one configuration, so its own shape is checked here. */
  checkEnvironments(): void {
    const node = this.document.root.get("environments", true) as Node | undefined;
    if (node === undefined || isMap(node) || (isScalar(node) && node.value === null)) return;
    const message = "environments: expected a map of names to what is different there";
    this.tree.problems.push({ code: "InvalidType", at: this.start(node), message });
  }

  read(given: Node | null | undefined, path: Path, skip?: string): unknown {
    const node = isAlias(given) ? given.resolve(this.document.yaml) : given;
    if (isMap(node)) return this.readMap(node as YAMLMap<Node, Node | null>, path, skip);
    if (isSeq(node)) {
      return node.items.map((item, index) => {
        const at = this.start(item as Node);
        return this.note([...path, index], at, at, () => this.read(item as Node, [...path, index]));
      });
    }
    return isScalar(node) ? this.readScalar(node, path) : null;
  }

  private readMap(map: YAMLMap<Node, Node | null>, path: Path, skip: string | undefined): Record<string, unknown> {
    const result: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const merged of findMerged(map, this.document.yaml)) Object.assign(result, this.readMap(merged, path, skip));
    for (const pair of map.items as Pair<Node, Node | null>[]) {
      const name = nameOf(pair);
      if (name === skip || name === mergeKey) continue;
      const key = this.start(pair.key);
      const own = [...path, name];
      result[name] = this.note(own, key, pair.value ? this.start(pair.value) : key, () => this.read(pair.value, own));
    }
    return result;
  }

  private note(path: Path, key: Position, value: Position, read: () => unknown): unknown {
    if (++this.values > mostValues || path.length > deepest) return this.reportTooMuch(key);
    this.tree.places.set(pathKey(path), { key, value, environment: this.environment, variables: [] });
    return read();
  }

  private reportTooMuch(at: Position): null {
    const code = "TooManyValues";
    const message = `more than ${mostValues} values, or more than ${deepest} levels; are there aliases in aliases?`;
    if (!this.tree.problems.some((problem) => problem.code === code)) this.tree.problems.push({ code, at, message });
    return null;
  }

  private readScalar(node: Scalar, path: Path): unknown {
    if (typeof node.value !== "string" || !node.value.includes("$")) return node.value;
    const { text, used, missing } = expandVariables(node.value, this.env);
    for (const name of missing) this.reportMissing(name, node);
    this.tree.places.get(pathKey(path))?.variables.push(...used);
    return text;
  }

  private reportMissing(name: string, node: Scalar): void {
    const similar = nearest(name, Object.keys(this.env));
    const own = similar ? `Did you mean \${${similar}}? ` : "";
    this.tree.problems.push({
      code: "MissingVariable",
      at: this.start(node),
      message: `the environment variable ${name} is not set, or empty`,
      hint: `${own}Set ${name}, or give a default: \${${name}:-value}`,
    });
  }

  private start(node: Node): Position {
    return position(this.document.lines, node.range?.[0] ?? 0);
  }
}

/** `<<: *anchor` takes in the keys of another map; `<<: [*a, *b]` of several, the first of which wins. */
const mergeKey = "<<";

const nameOf = ({ key }: Pair<Node, Node | null>): string => (isScalar(key) ? String(key.value) : String(key));

/** The maps to take in, the one that wins last. */
function findMerged(map: YAMLMap<Node, Node | null>, yaml: YamlDocument): YAMLMap<Node, Node | null>[] {
  const pair = (map.items as Pair<Node, Node | null>[]).find((one) => nameOf(one) === mergeKey);
  const resolve = (node: unknown): unknown => (isAlias(node) ? node.resolve(yaml) : node);
  const value = resolve(pair?.value);
  const maps = (isSeq(value) ? value.items.map(resolve) : [value]).filter((one) => isMap(one) && one !== map);
  return maps.toReversed() as YAMLMap<Node, Node | null>[];
}

/** Merges an environment over the document: maps key by key, everything else as a whole. */
export function mergeTrees(base: Tree, over: Tree): Tree {
  return {
    value: mergeValues(base.value, over.value),
    places: new Map([...base.places, ...over.places]),
    problems: [...base.problems, ...over.problems],
  };
}

function mergeValues(base: unknown, over: unknown): unknown {
  if (!isRecord(base) || !isRecord(over)) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) merged[key] = key in base ? mergeValues(base[key], value) : value;
  return merged;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
