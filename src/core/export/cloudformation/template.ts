import { stringify } from "yaml";
import { referencesIn, splitReferences, type Reference } from "../references.ts";
import { outputOf, type Exported, type ExportSubject, type Source } from "../source.ts";
import { accountKinds } from "./account-kinds.ts";
import type { CloudFormationKind, Properties } from "./kind.ts";
import { serviceKinds } from "./service-kinds.ts";
import { eventKinds } from "./event-kinds.ts";
import { watchKinds } from "./watch-kinds.ts";

/** Every kind of thing that a graph can have, in CloudFormation. */
export const cloudFormationKinds: Readonly<Record<string, CloudFormationKind>> = {
  ...accountKinds,
  ...serviceKinds,
  ...watchKinds,
  ...eventKinds,
};

interface Described {
  source: Source;
  kind: CloudFormationKind;
  logicalId: string;
  properties: Properties;
}

/** The template of a stack with everything, and what CloudFormation needs to take over what exists. */
export function writeCloudFormation(subject: ExportSubject): Exported {
  const names = nameAll(subject.sources);
  const all = subject.sources.filter(({ adopted }) => !adopted).map((source) => describe(source, names));
  const described = all.filter(({ kind }) => !kind.within).map((one) => withParts(one, all));
  const parameters: Record<string, unknown> = {};
  const refer = (reference: Reference): unknown => referTo(reference, subject, names, parameters);
  const resources = Object.fromEntries(described.flatMap((one) => toResources(one, described, refer)));
  const template = {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `${subject.app}, as ecsctl made it`,
    ...(Object.keys(parameters).length > 0 ? { Parameters: parameters } : {}),
    Resources: resources,
  };
  const imports = described.flatMap((one) => toImport(one) ?? []);
  const left = described.filter((one) => one.source.live && !toImport(one));
  return {
    files: [
      { name: "template.yaml", content: stringify(template, { lineWidth: 0, aliasDuplicateObjects: false }) },
      { name: "resources-to-import.json", content: `${JSON.stringify(imports, undefined, 2)}\n` },
    ],
    resources: all.map(({ source }) => source.id),
    imports: described.filter((one) => toImport(one)).map(({ source }) => source.id),
    adopted: subject.sources.filter(({ adopted }) => adopted).map(({ id }) => id),
    remarks: [
      ...left.map(({ source }) => `${source.title} exists, but CloudFormation cannot take it over`),
      ...described.flatMap(({ source, kind }) => kind.remarks?.(source.calls) ?? []),
    ],
  };
}

/** Logical ids are letters and digits, unique in the template. */
function nameAll(sources: readonly Source[]): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const { id, kind, name } of sources) {
    const wanted = `${kind}-${name}`
      .split(/[^A-Za-z0-9]+/)
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join("")
      .slice(0, 200);
    let unique = wanted;
    for (let number = 2; taken.has(unique); number++) unique = `${wanted}${number}`;
    taken.add(unique);
    names.set(id, unique);
  }
  return names;
}

function describe(source: Source, names: ReadonlyMap<string, string>): Described {
  const kind = cloudFormationKinds[source.kind];
  if (!kind) throw new Error(`No CloudFormation type is known for ${source.kind}.`);
  const logicalId = names.get(source.id) ?? "";
  return { source, kind, logicalId, properties: kind.properties(source.calls, source) };
}

/** With what other things say in a list of its own. */
function withParts(whole: Described, all: readonly Described[]): Described {
  const parts = all.filter(
    ({ kind, source }) => kind.within?.kind === whole.source.kind && source.needs.includes(whole.source.id),
  );
  const lists = Map.groupBy(parts, ({ kind }) => kind.within?.property ?? "");
  const added = [...lists].map(([name, items]) => [name, items.map(({ properties }) => properties)] as const);
  return { ...whole, properties: { ...whole.properties, ...Object.fromEntries(added) } };
}

type Refer = (reference: Reference) => unknown;

// Deleting the stack must not delete what ran before there was one.
const policies = { DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" } as const;

function toResources(one: Described, all: readonly Described[], refer: Refer): [logicalId: string, resource: object][] {
  const { source, kind, logicalId, properties } = one;
  const referred = new Set(referencesIn(properties).map(({ id }) => id));
  const needed = all.filter((other) => source.needs.includes(other.source.id) && !referred.has(other.source.id));
  const after = needed.map((other) => other.logicalId);
  const own = {
    Type: kind.type,
    ...(after.length > 0 ? { DependsOn: after } : {}),
    ...policies,
    Properties: substitute(properties, refer),
  };
  const more = source.live ? {} : (kind.more?.(source.calls, logicalId) ?? {});
  const others = Object.entries(more).map(([name, { Type, Properties }]): [string, object] => [
    `${logicalId}${name}`,
    { Type, ...policies, Properties: substitute(Properties, refer) },
  ]);
  return [[logicalId, own], ...others];
}

function toImport({ source, kind, logicalId, properties }: Described): object | undefined {
  const identifier = source.live && kind.identifier(source, properties);
  return identifier && { ResourceType: kind.type, LogicalResourceId: logicalId, ResourceIdentifier: identifier };
}

/** `Ref` and `GetAtt` of what the template has; a parameter for what somebody else made. */
function referTo(
  { id, output }: Reference,
  { sources }: ExportSubject,
  names: ReadonlyMap<string, string>,
  parameters: Record<string, unknown>,
): unknown {
  const source = sources.find((one) => one.id === id);
  const logicalId = names.get(id);
  if (!source || logicalId === undefined) throw new Error(`${id} is referred to, but not in the graph.`);
  if (!source.adopted) {
    const attribute = cloudFormationKinds[source.kind]?.outputs[output];
    if (attribute === undefined) throw new Error(`CloudFormation knows no ${output} of ${source.kind}.`);
    if (attribute.includes("@")) return { "Fn::Sub": attribute.replace("@", logicalId) };
    return attribute === "Ref" ? { Ref: logicalId } : { "Fn::GetAtt": [logicalId, attribute] };
  }
  const name = `${logicalId}${output.charAt(0).toUpperCase()}${output.slice(1)}`;
  parameters[name] = {
    Type: "String",
    Description: `${output} of the ${source.title}, which was there before`,
    Default: outputOf(source, output) ?? "",
  };
  return { Ref: name };
}

/** Writes every mark as CloudFormation refers to things, and leaves out what is not set. */
function substitute(value: unknown, refer: Refer): unknown {
  if (typeof value === "string") return substituteText(value, refer);
  if (Array.isArray(value)) return value.map((item) => substitute(item, refer));
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, substitute(inner, refer)]));
}

function substituteText(text: string, refer: Refer): unknown {
  const parts = splitReferences(text);
  const [first] = parts;
  if (parts.every((part) => typeof part === "string")) return text;
  if (parts.length === 1 && typeof first === "object") return refer(first);
  return { "Fn::Join": ["", parts.map((part) => (typeof part === "string" ? part : refer(part)))] };
}
