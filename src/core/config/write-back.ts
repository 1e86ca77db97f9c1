import { readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { isMap, isScalar, isSeq, parseDocument, type Document, type YAMLMap, type YAMLSeq } from "yaml";
import { applyEdits, editScalar, formatScalar, parseMap, type Edit } from "./edit.ts";
import { removeListItem } from "./list-edits.ts";
import type { Project } from "./project.ts";
import {
  fileScaling,
  placeLimits,
  placePolicies,
  scalingOf,
  type Policy,
  type Scaling,
  type ScalingPath,
} from "./scaling-places.ts";
import type { PolicyConfig } from "./scaling-schema.ts";
import { uncommentScaling } from "./uncomment-scaling.ts";
import { writeWhole } from "./write-file.ts";

interface Range {
  min: number;
  max: number;
}

/**
 * Writes a policy (and the range of tasks) into `ecsctl.yaml`: adds it, or updates the one of that name; into the chosen
 * environment's own `scaling` where that is what counts. Comments stay.
 */
export async function writeScalingPolicy(project: Project, policy: PolicyConfig, range: Range): Promise<void> {
  const text = await readFile(project.file, "utf8");
  const limits = placeLimits(text, project, range);
  const path = placePolicies(text, project.environment);
  const isTogether = path.join() === limits.path.join();
  const ranged = isTogether ? text : setRange(text, limits.range, limits.path);
  await writeIfChanged(project.file, text, addPolicy(ranged, policy, isTogether ? limits.range : {}, path));
}

/** Takes a policy out of `ecsctl.yaml`. A name that is not there changes nothing. */
export async function removeScalingPolicy(project: Project, name: string): Promise<void> {
  const text = await readFile(project.file, "utf8");
  await writeIfChanged(project.file, text, removePolicy(text, name, placePolicies(text, project.environment)));
}

/** Writes the fewest and most tasks into `ecsctl.yaml`, or the chosen environment's own `scaling`. Comments stay. */
export async function writeScalingRange(project: Project, range: Range): Promise<void> {
  const text = await readFile(project.file, "utf8");
  const limits = placeLimits(text, project, range);
  await writeIfChanged(project.file, text, setRange(text, limits.range, limits.path));
}

async function writeIfChanged(file: string, before: string, after: string): Promise<void> {
  if (after !== before) await writeWhole(file, after);
}

/** The text with these limits. Pure. */
export function setRange(text: string, range: Partial<Range>, path = fileScaling): string {
  const scaling: unknown = parseMap(text)?.getIn(path);
  if (!isMap(scaling)) return `${text.trimEnd()}\n\nscaling:\n${formatRange(range)}`;
  const edited = applyEdits(text, editRange(scaling, range));
  const wanted = { ...scalingOf(text, path), ...range };
  return isDeepStrictEqual(scalingOf(edited, path), wanted) ? edited : rewrite(text, wanted, path);
}

/** The text with the policy in it. Pure. */
export function addPolicy(text: string, policy: PolicyConfig, range: Partial<Range>, path = fileScaling): string {
  const wanted = withPolicy(scalingOf(text, path), policy, range);
  const edited = editBlock(text, policy, range, path) ?? appendBlock(text, policy, range);
  return isDeepStrictEqual(scalingOf(edited, path), wanted) ? edited : rewrite(text, wanted, path);
}

/** The text without the policy. Pure. */
export function removePolicy(text: string, name: string, path = fileScaling): string {
  return removeListItem(text, { path: [...path, "policies"], key: "name" }, name);
}

const editRange = (scaling: YAMLMap, range: Partial<Range>): Edit[] =>
  Object.entries(range).flatMap(([key, value]) => editScalar(scaling, key, value) ?? []);

const formatRange = (range: Partial<Range>): string =>
  Object.entries(range)
    .map(([key, value]) => `  ${key}: ${value}\n`)
    .join("");

/** What the file should say afterwards. */
function withPolicy(scaling: Scaling | undefined, policy: PolicyConfig, range: Partial<Range>): Scaling {
  const policies = [...(scaling?.policies ?? [])];
  const index = policies.findIndex((other) => other["name"] === policy.name);
  if (index === -1) policies.push(essentials(policy));
  else policies[index] = essentials(policy, policies[index]);
  return { ...scaling, ...range, policies };
}

/** A policy without what is the default anyway, unless the file says it already; the user's own `x-` keys stay. */
function essentials(policy: PolicyConfig, existing: Policy = {}): Policy {
  const given = Object.entries(policy).filter(([, value]) => value !== undefined);
  const telling = given.filter(([key, value]) => key !== "disableScaleIn" || value || key in existing);
  const own = Object.entries(existing).filter(([key]) => key.startsWith("x-"));
  return Object.fromEntries([...telling, ...own]);
}

/** Edits the `scaling` block in place, after taking it out of its comment if that is where it is. */
function editBlock(text: string, policy: PolicyConfig, range: Partial<Range>, path: ScalingPath): string | undefined {
  const commented = scalingOf(text, path) ? undefined : uncommentScaling(text);
  const open = commented ?? text;
  const scaling: unknown = parseMap(open)?.getIn(path);
  if (!isMap(scaling)) return undefined;
  const policies: unknown = scaling.get("policies");
  if (policies === undefined) {
    const inserted = insertList(open, scaling, policy);
    return inserted.length === 0 ? undefined : editBlock(applyEdits(open, inserted), policy, range, path);
  }
  if (!isSeq(policies)) return undefined;
  return applyEdits(open, [...editRange(scaling, range), ...editPolicies(open, policies, policy, !!commented)]);
}

/** An example out of a comment makes way for the policy; a policy that the user wrote stays beside it. */
function editPolicies(text: string, list: YAMLSeq, policy: PolicyConfig, isExample: boolean): Edit[] {
  const items = list.items.filter((item): item is YAMLMap => isMap(item));
  const same = items.find((item) => item.get("name") === policy.name) ?? (isExample ? items[0] : undefined);
  if (same) return editItem(text, same, policy);
  const last = items.at(-1);
  if (!last?.range || !list.range || list.flow) return [];
  const indent = columnOf(text, last.range[0]) - 2;
  const end = endOf(text, last);
  return [{ start: end, end, text: `\n${" ".repeat(indent)}- ${formatPolicy(essentials(policy))}` }];
}

/** A list with the policy in it, at the end of a `scaling` block that has none. */
function insertList(text: string, scaling: YAMLMap, policy: PolicyConfig): Edit[] {
  const last: unknown = scaling.items.at(-1)?.value;
  if (!scaling.range || scaling.flow || !isScalar(last) || !last.range) return [];
  const indent = " ".repeat(columnOf(text, scaling.range[0]));
  // The end of its line: a comment there belongs to the value, those of the next lines do not.
  const lineEnd = text.indexOf("\n", last.range[1]);
  const end = lineEnd === -1 ? text.length : lineEnd;
  return [{ start: end, end, text: `\n${indent}policies:\n${indent}  - ${formatPolicy(essentials(policy))}` }];
}

/** Key by key, so that the comments behind the values stay; as a whole where keys come or go, or a value is no scalar. */
function editItem(text: string, item: YAMLMap, policy: PolicyConfig): Edit[] {
  const before = item.toJSON() as Policy;
  const after = essentials(policy, before);
  if (isDeepStrictEqual(before, after)) return [];
  const changed = Object.entries(after).filter(([key, value]) => !isDeepStrictEqual(before[key], value));
  const sameKeys = Object.keys(before).length === Object.keys(after).length && changed.every(([key]) => key in before);
  if (sameKeys && changed.every(([, value]) => typeof value !== "object"))
    return changed.flatMap(([key, value]) => editScalar(item, key, value as string | number | boolean) ?? []);
  if (!item.range) return [];
  return [{ start: item.range[0], end: endOf(text, item), text: formatPolicy(after) }];
}

const formatPolicy = (policy: Policy): string => formatFlow(policy);

/** Lists and maps on one line. */
function formatFlow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(formatFlow).join(", ")}]`;
  // Readers of older YAML take 20:30 for a number of minutes.
  if (typeof value === "string" && /^[\d.<>=-]+:/.test(value)) return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return formatScalar(value as string | number | boolean);
  const pairs = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{ ${pairs.map(([key, inner]) => `${formatScalar(key)}: ${formatFlow(inner)}`).join(", ")} }`;
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf("\n", offset - 1) + 1);
}

/** Where a node ends, a comment behind it included, the line end not. */
function endOf(text: string, node: YAMLMap): number {
  const [start, valueEnd = start, nodeEnd = valueEnd] = node.range ?? [0, 0, 0];
  const lineEnd = text.indexOf("\n", valueEnd);
  const end = /^[ \t]*#/.test(text.slice(valueEnd)) ? (lineEnd === -1 ? text.length : lineEnd) : valueEnd;
  return start + text.slice(start, Math.max(end, Math.min(valueEnd, nodeEnd))).trimEnd().length;
}

/** A new block at the end of the file. */
function appendBlock(text: string, policy: PolicyConfig, range: Partial<Range>): string {
  const list = `  policies:\n    - ${formatPolicy(essentials(policy))}`;
  return `${text.trimEnd()}\n\nscaling:\n${formatRange(range)}${list}\n`;
}

/** The way for unusual files: comments stay, spacing may not. */
function rewrite(text: string, scaling: Scaling, path: ScalingPath): string {
  const document: Document = parseDocument(text);
  if (isMap(document.getIn(path))) {
    const before = scalingOf(text, path);
    for (const [key, value] of Object.entries(scaling))
      if (!isDeepStrictEqual(before?.[key], value)) document.setIn([...path, key], document.createNode(value));
  } else document.setIn(path, document.createNode(scaling));
  return document.toString({ lineWidth: 0 });
}
