import { referencesIn, type Reference } from "../references.ts";
import { outputOf, type Exported, type ExportSubject, type Source } from "../source.ts";
import { accountKinds } from "./account-kinds.ts";
import { block, raw, writeBlock, type Body, type Refer } from "./hcl.ts";
import type { TerraformKind, TerraformResource } from "./kind.ts";
import { serviceKinds } from "./service-kinds.ts";
import { eventKinds } from "./event-kinds.ts";
import { watchKinds } from "./watch-kinds.ts";

/** Every kind of thing that a graph can have, for Terraform's AWS provider. */
export const terraformKinds: Readonly<Record<string, TerraformKind>> = {
  ...accountKinds,
  ...serviceKinds,
  ...watchKinds,
  ...eventKinds,
};

interface Described {
  source: Source;
  kind: TerraformKind;
  resources: { address: string; resource: TerraformResource }[];
}

const provider = ({ region }: ExportSubject): string =>
  [
    writeBlock(
      "terraform",
      {
        required_version: ">= 1.5",
        required_providers: block({ aws: { map: { source: "hashicorp/aws", version: "~> 6.0" } } }),
      },
      noReference,
    ),
    writeBlock('provider "aws"', { region }, noReference),
  ].join("\n");

const noReference: Refer = () => {
  throw new Error("Nothing can be referred to here.");
};

/** The configuration with everything, and import blocks with which `terraform plan` takes over what exists. */
export function writeTerraform(subject: ExportSubject): Exported {
  const described = describeAll(subject.sources.filter(({ adopted }) => !adopted));
  const looked = new Map<string, string>();
  const refer: Refer = (reference) => referTo(reference, subject, described, looked);
  const texts = described.flatMap((one) => writeResources(one, described, refer));
  const all = described.flatMap(({ resources }) => resources);
  const imports = all.flatMap(({ address, resource: { importId } }) =>
    importId === undefined ? [] : [writeBlock("import", { to: raw(address), id: importId }, noReference)],
  );
  const left = described.filter(
    ({ source, resources }) => source.live && resources[0]?.resource.importId === undefined,
  );
  return {
    files: [
      { name: "main.tf", content: [provider(subject), ...looked.values(), ...texts].join("\n") },
      { name: "imports.tf", content: imports.join("\n") },
    ],
    resources: described.map(({ source }) => source.id),
    imports: described
      .filter(({ resources }) => resources[0]?.resource.importId !== undefined)
      .map(({ source }) => source.id),
    adopted: subject.sources.filter(({ adopted }) => adopted).map(({ id }) => id),
    remarks: [
      ...left.map(({ source }) => `${source.title} exists, but Terraform cannot take it over: it would write it again`),
      ...described.flatMap(({ source, kind }) => kind.remarks?.(source.calls) ?? []),
    ],
  };
}

/** Names of resources are unique in their type. */
function describeAll(sources: readonly Source[]): Described[] {
  const taken = new Set<string>();
  return sources.map((source) => {
    const kind = terraformKinds[source.kind];
    if (!kind) throw new Error(`No resource of Terraform is known for ${source.kind}.`);
    const resources = kind.resources(source.calls, source).map((resource) => {
      const wanted = `${resource.type}.${toName([source.name, resource.suffix ?? ""].filter(Boolean).join("-"))}`;
      let address = wanted;
      for (let number = 2; taken.has(address); number++) address = `${wanted}_${number}`;
      taken.add(address);
      return { address, resource };
    });
    return { source, kind, resources };
  });
}

/** A name in Terraform: letters, digits and underscores, no digit first. */
function toName(text: string): string {
  const name = text
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .toLowerCase();
  return /^[a-z]/.test(name) ? name : `r_${name}`;
}

function writeResources({ source, resources }: Described, all: readonly Described[], refer: Refer): string[] {
  return resources.map(({ address, resource }, index) => {
    const referred = new Set(referencesIn(resource.body).map(({ id }) => id));
    const needed = all.filter((other) => source.needs.includes(other.source.id) && !referred.has(other.source.id));
    const after = needed.flatMap((other) => other.resources.map((one) => one.address));
    const body: Body =
      index === 0 && after.length > 0 ? { ...resource.body, depends_on: after.map((one) => raw(one)) } : resource.body;
    const [type = "", name = ""] = address.split(".");
    return writeBlock(`resource "${type}" "${name}"`, body, refer);
  });
}

/** An attribute of what the configuration has, or of what is looked up because somebody else made it. */
function referTo(
  { id, output }: Reference,
  { sources }: ExportSubject,
  described: readonly Described[],
  looked: Map<string, string>,
): string {
  const own = described.find(({ source }) => source.id === id);
  const source = sources.find((one) => one.id === id);
  if (!source) throw new Error(`${id} is referred to, but not in the graph.`);
  const kind = terraformKinds[source.kind];
  const attribute = kind?.outputs[output];
  if (own && attribute !== undefined) return `${own.resources[0]?.address}.${attribute}`;
  if (own || !kind) throw new Error(`Terraform knows no ${output} of ${source.kind}.`);
  if (!kind.data || attribute === undefined) return JSON.stringify(outputOf(source, output) ?? "");
  const { type, body } = kind.data(source);
  const name = toName(source.name);
  looked.set(id, writeBlock(`data "${type}" "${name}"`, body, noReference));
  return `data.${type}.${name}.${attribute}`;
}
