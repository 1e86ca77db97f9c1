import { readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { isMap, isSeq, parse, parseDocument, type Document, type YAMLMap, type YAMLSeq } from "yaml";
import { applyEdits, editScalar, formatScalar, parseMap, type Edit } from "./edit.ts";
import type { Project } from "./project.ts";
import type { PolicyConfig } from "./scaling-schema.ts";
import { uncommentScaling } from "./uncomment-scaling.ts";
import { writeWhole } from "./write-file.ts";

interface Range {
  min: number;
  max: number;
}

/** Writes a policy (and the range of tasks) into `ecsctl.yaml`: adds it, or updates the one of that name. Comments stay. */
export async function writeScalingPolicy(project: Project, policy: PolicyConfig, range: Range): Promise<void> {
  const text = await readFile(project.file, "utf8");
  await writeIfChanged(project.file, text, addPolicy(text, policy, range));
}

/** Takes a policy out of `ecsctl.yaml`. A name that is not there changes nothing. */
export async function removeScalingPolicy(project: Project, name: string): Promise<void> {
  const text = await readFile(project.file, "utf8");
  await writeIfChanged(project.file, text, removePolicy(text, name));
}

async function writeIfChanged(file: string, before: string, after: string): Promise<void> {
  if (after !== before) await writeWhole(file, after);
}

/** The text with the policy in it. Pure. */
export function addPolicy(text: string, policy: PolicyConfig, range: Range): string {
  const wanted = withPolicy(text, policy, range);
  const edited = editBlock(text, policy, range) ?? appendBlock(text, policy, range);
  return isDeepStrictEqual(scalingOf(edited), wanted) ? edited : rewrite(text, wanted);
}

/** The text without the policy. Pure. */
export function removePolicy(text: string, name: string): string {
  const scaling = scalingOf(text);
  if (!scaling?.policies?.some((policy) => policy["name"] === name)) return text;
  const wanted = { ...scaling, policies: scaling.policies.filter((policy) => policy["name"] !== name) };
  const edited = wanted.policies.length === 0 ? undefined : cutItem(text, name);
  return edited !== undefined && isDeepStrictEqual(scalingOf(edited), wanted) ? edited : rewrite(text, wanted);
}

type Policy = Record<string, unknown>;
type Scaling = { policies?: Policy[] | null } & Record<string, unknown>;

function scalingOf(text: string): Scaling | undefined {
  try {
    return (parse(text) as { scaling?: Scaling } | null)?.scaling ?? undefined;
  } catch {
    return undefined;
  }
}

/** What the file should say afterwards. */
function withPolicy(text: string, policy: PolicyConfig, range: Range): Scaling {
  const scaling = scalingOf(text);
  const policies = [...(scaling?.policies ?? [])];
  const index = policies.findIndex((other) => other["name"] === policy.name);
  if (index === -1) policies.push(essentials(policy));
  else policies[index] = { ...policies[index], ...essentials(policy, policies[index]) };
  return { ...scaling, ...range, policies };
}

/** A policy without what is the default anyway, unless the file says it already. */
function essentials(policy: PolicyConfig, existing: Policy = {}): Policy {
  const { disableScaleIn, ...rest } = policy;
  return disableScaleIn || "disableScaleIn" in existing ? { ...rest, disableScaleIn } : rest;
}

/** Edits the `scaling` block in place, after taking it out of its comment if that is where it is. */
function editBlock(text: string, policy: PolicyConfig, range: Range): string | undefined {
  const commented = scalingOf(text) ? undefined : uncommentScaling(text);
  const open = commented ?? text;
  const scaling: unknown = parseMap(open)?.get("scaling");
  if (!isMap(scaling)) return undefined;
  const policies: unknown = scaling.get("policies");
  if (!isSeq(policies)) return undefined;
  const limits = [editScalar(scaling, "min", range.min), editScalar(scaling, "max", range.max)];
  const edits = [...limits.filter((edit) => edit !== undefined), ...editPolicies(open, policies, policy, !!commented)];
  return applyEdits(open, edits);
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

/** Key by key, so that the comments behind the values stay; as a whole where a key is missing. */
function editItem(text: string, item: YAMLMap, policy: PolicyConfig): Edit[] {
  const values = Object.entries(essentials(policy, item.toJSON() as Policy)) as [string, string | number | boolean][];
  if (values.every(([key]) => item.has(key)))
    return values.flatMap(([key, value]) => editScalar(item, key, value) ?? []);
  if (!item.range) return [];
  const all = { ...(item.toJSON() as Policy), ...Object.fromEntries(values) };
  return [{ start: item.range[0], end: endOf(text, item), text: formatPolicy(all) }];
}

function formatPolicy(policy: Policy): string {
  const pairs = Object.entries(policy).map(([key, value]) => `${key}: ${formatScalar(value as string | number)}`);
  return `{ ${pairs.join(", ")} }`;
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
function appendBlock(text: string, policy: PolicyConfig, { min, max }: Range): string {
  const lines = [
    "scaling:",
    `  min: ${min}`,
    `  max: ${max}`,
    "  policies:",
    `    - ${formatPolicy(essentials(policy))}`,
  ];
  return `${text.trimEnd()}\n\n${lines.join("\n")}\n`;
}

/** Cuts the lines of one item out of a block list. */
function cutItem(text: string, name: string): string | undefined {
  const policies: unknown = parseMap(text)?.getIn(["scaling", "policies"]);
  if (!isSeq(policies) || policies.flow) return undefined;
  const item = policies.items.find((other): other is YAMLMap => isMap(other) && other.get("name") === name);
  if (!item?.range) return undefined;
  const start = text.lastIndexOf("\n", item.range[0] - 1) + 1;
  const lineEnd = text.indexOf("\n", endOf(text, item));
  return applyEdits(text, [{ start, end: lineEnd === -1 ? text.length : lineEnd + 1, text: "" }]);
}

/** The way for unusual files: comments stay, spacing may not. */
function rewrite(text: string, scaling: Scaling): string {
  const document: Document = parseDocument(text);
  if (document.hasIn(["scaling", "policies"])) {
    for (const [key, value] of Object.entries(scaling)) document.setIn(["scaling", key], document.createNode(value));
  } else document.set("scaling", document.createNode(scaling));
  return document.toString({ lineWidth: 0 });
}
