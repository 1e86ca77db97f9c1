import { isDeepStrictEqual } from "node:util";
import { isMap, isScalar, isSeq, parse, parseDocument, type Pair, type YAMLMap, type YAMLSeq } from "yaml";
import { applyEdits, editScalar, formatScalar, parseMap, type Edit } from "./edit.ts";

/** Where a list is (`["notify", "emails"]`), and by what its items are told apart: a key of theirs, or themselves. */
export interface ListPlace {
  path: readonly [string, ...string[]];
  key?: string | undefined;
}

export type Item = string | Readonly<Record<string, unknown>>;

/** The text with the item in the list: added, or in place of the one of that name. Comments stay. Pure. */
export function addListItem(text: string, place: ListPlace, item: Item): string {
  const before = itemsAt(text, place);
  const index = before.findIndex((one) => idOf(one, place) === idOf(item, place));
  const wanted = index === -1 ? [...before, item] : before.with(index, item);
  return checked(text, place, wanted, putItem(text, place, item));
}

/** The text without that item; a list of lines that would be empty goes with its key. Pure. */
export function removeListItem(text: string, place: ListPlace, id: string): string {
  const before = itemsAt(text, place);
  const wanted = before.filter((one) => idOf(one, place) !== id);
  if (wanted.length === before.length) return text;
  return checked(text, place, wanted, cutItem(text, place, id));
}

/** The text with a new key at its end, or as it was when it has the key. Pure. */
export function addKey(text: string, key: string, value: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(value).map(([name, inner]) => `\n  ${name}: ${formatItem(inner)}`);
  return parseMap(text)?.has(key) ? text : `${text.trimEnd()}\n\n${key}:${pairs.join("") || " {}"}\n`;
}

/** The text without a key of the top, its lines as a whole. Pure. */
export function removeKey(text: string, key: string): string {
  const root = parseMap(text);
  const pair = root && pairOf(root, key);
  if (!pair) return text;
  return applyEdits(text, [cutBlock(text, startOf(pair), pairEnd(text, pair))]);
}

/** What cannot be edited in place is written anew: comments stay, spacing may not. */
function checked(text: string, place: ListPlace, wanted: readonly Item[], edited: string | undefined): string {
  if (edited !== undefined && isDeepStrictEqual(itemsAt(edited, place), wanted)) return edited;
  const document = parseDocument(text);
  if (wanted.length === 0) document.deleteIn(place.path);
  else document.setIn(place.path, document.createNode(wanted));
  return document.toString({ lineWidth: 0 });
}

function itemsAt(text: string, { path }: ListPlace): Item[] {
  try {
    const found = path.reduce<unknown>(
      (at, key) => (typeof at === "object" && at !== null ? (Reflect.get(at, key) as unknown) : undefined),
      parse(text),
    );
    return Array.isArray(found) ? (found as Item[]) : [];
  } catch {
    return [];
  }
}

const idOf = (item: Item, { key }: ListPlace): unknown =>
  key === undefined ? item : typeof item === "string" ? undefined : item[key];

function putItem(text: string, place: ListPlace, item: Item): string | undefined {
  const root = parseMap(text);
  if (!root) return undefined;
  const [key, ...rest] = place.path;
  const list: unknown = root.getIn(place.path);
  if (isSeq(list)) return applyEdits(text, putInto(text, list, place, item));
  const holder: unknown = rest.length === 0 ? root : root.get(key);
  if (rest.length === 0 && !root.has(key)) return `${text.trimEnd()}\n\n${key}:\n  - ${formatItem(item)}\n`;
  return rest.length === 1 && isMap(holder) ? addPair(text, holder, rest[0] ?? "", item) : undefined;
}

/** A line `urls: [ITEM]` below the last one of a map. */
function addPair(text: string, map: YAMLMap, key: string, item: Item): string | undefined {
  const last = map.items.at(-1);
  if (map.flow || map.has(key) || !last) return undefined;
  const end = pairEnd(text, last);
  const indent = " ".repeat(columnOf(text, startOf(last)));
  return applyEdits(text, [{ start: end, end, text: `\n${indent}${key}: [${formatItem(item)}]` }]);
}

function putInto(text: string, list: YAMLSeq, place: ListPlace, item: Item): Edit[] {
  const same = list.items.find((one) => nodeId(one, place) === idOf(item, place));
  if (same) return editItem(text, same, item);
  const last = rangeOf(list.items.at(-1));
  if (list.flow || !last) {
    const end = (list.range?.[1] ?? 1) - 1;
    return [{ start: end, end, text: `${last ? ", " : ""}${formatItem(item)}` }];
  }
  const end = lineOf(text, last[1]);
  const indent = " ".repeat(columnOf(text, text.lastIndexOf("-", last[0])));
  return [{ start: end, end, text: `\n${indent}- ${formatItem(item)}` }];
}

/** Value by value where only values differ, so that the comments behind them stay; else as a whole. */
function editItem(text: string, node: unknown, item: Item): Edit[] {
  const range = rangeOf(node);
  if (!range) return [];
  const keys = isMap(node) ? node.items.map(({ key }) => (isScalar(key) ? String(key.value) : "")) : [];
  if (isMap(node) && typeof item !== "string") {
    const entries = Object.entries(item);
    const simple = entries.every(([, value]) => ["string", "number", "boolean"].includes(typeof value));
    if (simple && keys.length === entries.length && entries.every(([key]) => keys.includes(key)))
      return entries.flatMap(([key, value]) => editScalar(node, key, value as string | number | boolean) ?? []);
  }
  return [{ start: range[0], end: trimmed(text, range[0], range[1]), text: formatItem(item) }];
}

function cutItem(text: string, place: ListPlace, id: string): string | undefined {
  const root = parseMap(text);
  const list: unknown = root?.getIn(place.path);
  if (!root || !isSeq(list)) return undefined;
  const index = list.items.findIndex((one) => nodeId(one, place) === id);
  const range = rangeOf(list.items[index]);
  if (!range) return undefined;
  if (list.flow) {
    const kept = itemsAt(text, place).filter((_one, at) => at !== index);
    const [start = 0, end = 0] = list.range ?? [];
    return applyEdits(text, [{ start, end, text: `[${kept.map(formatItem).join(", ")}]` }]);
  }
  if (list.items.length > 1) return applyEdits(text, [cutLines(text, range[0], lineOf(text, range[1]))]);
  const [key, inner] = place.path;
  const holder: unknown = inner === undefined ? root : root.get(key);
  const pair = isMap(holder) && !holder.flow && holder.items.length > 1 ? pairOf(holder, inner ?? key) : undefined;
  return pair && applyEdits(text, [cutBlock(text, startOf(pair), pairEnd(text, pair))]);
}

/** An item on one line: `{ name: high-cpu, metric: cpu }`. */
export function formatItem(item: unknown): string {
  if (Array.isArray(item)) return `[${item.map(formatItem).join(", ")}]`;
  if (typeof item !== "object" || item === null) return formatScalar(item as string | number | boolean);
  const pairs = Object.entries(item)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${formatScalar(key)}: ${formatItem(value)}`);
  return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
}

type Range = readonly [start: number, end: number];

function rangeOf(node: unknown): Range | undefined {
  const range = (node as { range?: readonly [number, number, number] | null } | undefined)?.range;
  return range ? [range[0], range[1]] : undefined;
}

const nodeId = (node: unknown, { key }: ListPlace): unknown =>
  isScalar(node) ? node.value : isMap(node) && key !== undefined ? node.get(key) : undefined;

const pairOf = (map: YAMLMap, key: string): Pair | undefined =>
  map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);

const startOf = (pair: Pair): number => rangeOf(pair.key)?.[0] ?? 0;

/** Where a pair ends, a comment behind it included, the line end not. */
function pairEnd(text: string, pair: Pair): number {
  const value = rangeOf(pair.value) ?? rangeOf(pair.key) ?? [0, 0];
  return lineOf(text, trimmed(text, startOf(pair), value[1]));
}

const columnOf = (text: string, offset: number): number => offset - (text.lastIndexOf("\n", offset - 1) + 1);

const trimmed = (text: string, start: number, end: number): number => start + text.slice(start, end).trimEnd().length;

/** The end of the line on which something ends. */
function lineOf(text: string, end: number): number {
  const at = trimmed(text, 0, end);
  const lineEnd = text.indexOf("\n", at);
  return lineEnd === -1 ? text.length : lineEnd;
}

/** The lines from the one with `start` to the one that ends at `end`. */
function cutLines(text: string, start: number, end: number): Edit {
  return { start: text.lastIndexOf("\n", start - 1) + 1, end: Math.min(text.length, end + 1), text: "" };
}

/** The same with the blank line before it, where another one (or the end) follows. */
function cutBlock(text: string, start: number, end: number): Edit {
  const edit = cutLines(text, start, end);
  const isApart = text.slice(0, edit.start).endsWith("\n\n") && /^(\n|$)/.test(text.slice(edit.end));
  return isApart ? { ...edit, start: edit.start - 1 } : edit;
}
