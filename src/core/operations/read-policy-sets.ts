import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { parse, YAMLParseError } from "yaml";
import { checkAlone } from "../config/check-policies.ts";
import { type PolicyConfig, policySchema } from "../config/scaling-schema.ts";
import { configError, usageError } from "../errors.ts";
import type { PolicySet } from "../rehearsal/policy.ts";
import { rehearsePolicy } from "../rehearsal/rehearse-policy.ts";
import { parsePolicies, policyGrammar, type WrittenPolicies } from "../rehearsal/short-policy.ts";
import type { RehearsalOptions, RehearsalSources } from "./rehearsal-options.ts";

export interface ReadSets {
  sets: PolicySet[];
  /** What of the policies cannot be rehearsed. */
  notes: string[];
}

interface Written extends WrittenPolicies {
  label: string;
}

/** The policies to rehearse: `--policy` or those of ecsctl.yaml, then each `--compare`. Throws usage errors. */
export async function readPolicySets(
  options: RehearsalOptions,
  compare: readonly string[],
  { project }: RehearsalSources,
): Promise<ReadSets> {
  const scaling = project?.config.scaling;
  const written: Written[] = [];
  if (options.policies.length > 0) written.push(join(await Promise.all(options.policies.map(readPolicies))));
  else if (scaling && scaling.policies.length > 0) written.push({ label: "ecsctl.yaml", policies: scaling.policies });
  written.push(...(await Promise.all(compare.map(readPolicies))));
  if (written.length === 0)
    throw usageError({
      code: "PolicyMissing",
      message: "There is no policy to rehearse: none in ecsctl.yaml, none named.",
      hint: `Name one: --policy '${policyGrammar.split("\n").at(-1)?.split("'")[1]}'. It is ${policyGrammar}`,
    });
  const found = { min: options.min ?? scaling?.min, max: options.max ?? scaling?.max };
  const notes: string[] = [];
  const sets = written.map((one) => makeSet(one, found, notes));
  return { sets: sets.map((set) => ({ ...set, label: labelOf(set, sets) })), notes: [...new Set(notes)] };
}

/** Bounds are told beside a label, and stand in it only where nothing else tells two sets apart. */
function labelOf({ label }: PolicySet, sets: readonly PolicySet[]): string {
  const short = shorten(label);
  return sets.filter((other) => shorten(other.label) === short).length > 1 ? label : short;
}

const shorten = (label: string): string =>
  label
    .split(";")
    .map((part) => part.trim())
    .filter((part) => part !== "" && !/^\d+\.\.\d+$/.test(part))
    .join("; ");

const join = (all: readonly Written[]): Written => ({
  label: all.map(({ label }) => label).join("; "),
  policies: all.flatMap(({ policies }) => policies),
  bounds: all.find(({ bounds }) => bounds)?.bounds,
});

function makeSet(
  { label, policies, bounds }: Written,
  found: { min: number | undefined; max: number | undefined },
  notes: string[],
): PolicySet {
  const min = bounds?.min ?? found.min ?? 1;
  const max = bounds?.max ?? found.max ?? Math.max(10, min);
  if (!bounds && found.max === undefined)
    notes.push(`Between ${min} and ${max} tasks, because nothing says otherwise: --min, --max.`);
  if (min > max)
    throw usageError({
      code: "MinAboveMax",
      message: `The minimum of ${min} is above the maximum of ${max}.`,
      hint: "--min 1 --max 10",
    });
  const rehearsable = policies.map(rehearsePolicy);
  for (const { leftOut } of rehearsable) if (leftOut) notes.push(`Left out: ${leftOut}.`);
  return { label, bounds: { min, max }, policies: rehearsable.flatMap((one) => one.policies) };
}

async function readPolicies(text: string): Promise<Written> {
  const found = await stat(resolve(text)).catch(() => undefined);
  if (!found?.isFile() && !/\.ya?ml$/i.test(text)) return { label: text.trim(), ...parsePolicies(text) };
  const content = await readFile(resolve(text), "utf8").catch((error: Error) => {
    throw usageError({
      code: "PolicyUnreadable",
      message: `${text}: the file cannot be read.`,
      why: error.message,
      hint: "Name a YAML file with a `scaling:` block, or write the policy: --policy 'cpu 50'",
    });
  });
  return { label: text, ...readPolicyFile(text, content) };
}

/** A whole ecsctl.yaml, or its `scaling` block alone. */
function readPolicyFile(file: string, content: string): WrittenPolicies {
  const document = parseYaml(file, content);
  const scaling = (document?.["scaling"] ?? document) as Record<string, unknown> | null | undefined;
  const list = scaling?.["policies"];
  if (!Array.isArray(list) || list.length === 0) throw invalid(file, "it has no `policies`");
  const policies = list.map((one, index): PolicyConfig => {
    const parsed = policySchema.safeParse(one);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw invalid(
      file,
      `policies[${index}]${issue?.path.map((part) => `.${String(part)}`).join("") ?? ""}: ${issue?.message}`,
    );
  });
  for (const [index, policy] of policies.entries()) {
    const [fault] = checkAlone(policy, policies.slice(0, index));
    if (fault)
      throw invalid(file, `policies[${index}]${fault.key ? `.${fault.key}` : ""}: ${fault.message}`, fault.hint);
  }
  const [min, max] = [scaling?.["min"], scaling?.["max"]];
  return { policies, ...(typeof min === "number" && typeof max === "number" ? { bounds: { min, max } } : {}) };
}

function parseYaml(file: string, content: string): Record<string, unknown> | null {
  try {
    return parse(content) as Record<string, unknown> | null;
  } catch (error) {
    if (error instanceof YAMLParseError) throw invalid(file, (error.message.split("\n")[0] ?? "").replace(/:$/, ""));
    throw error;
  }
}

const invalid = (file: string, why: string, hint?: string) =>
  configError({
    code: "InvalidPolicy",
    message: `${file}: ${why}.`,
    hint: hint ?? "A file like ecsctl.yaml: scaling: { min, max, policies: [...] }",
  });
