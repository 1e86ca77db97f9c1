import { configJsonSchema } from "../src/core/config/json-schema.ts";

interface Schema {
  type?: string | string[];
  enum?: string[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  items?: Schema;
  required?: string[];
  default?: unknown;
  description?: string;
}

/** `docs/config.md`: every key of `ecsctl.yaml`, made from its schema. */
export function describeConfig(): string {
  const rows = listKeys(configJsonSchema() as Schema, "");
  return `# ecsctl.yaml

Made from the schema by \`npm run generate:schema\`; \`schema/ecsctl.schema.json\` says the same to editors.

A value comes from the first that has one: a flag, an environment variable, \`environments.<env>\` (\`--env\`), the file, the
default. \`\${VAR}\` and \`\${VAR:-default}\` are expanded from the environment, \`$$\` is a dollar sign, and a variable that is
not set is an error. Keys that start with \`x-\` are yours; every other unknown key is an error. Anchors, aliases and \`<<\` work.

| key | takes | default | |
|---|---|---|---|
${rows.join("\n")}
`;
}

function listKeys({ properties = {}, required = [] }: Schema, prefix: string): string[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const path = `${prefix}${name}`;
    const inner = schema.items ?? schema;
    const own = describeKey(path, schema, required.includes(name));
    return [own, ...listKeys(inner, schema.items ? `${path}[].` : `${path}.`)];
  });
}

function describeKey(path: string, schema: Schema, isRequired: boolean): string {
  const preset =
    schema.default === undefined ? (isRequired ? "required" : "") : `\`${JSON.stringify(schema.default)}\``;
  return `| \`${path}\` | ${typeOf(schema)} | ${preset} | ${(schema.description ?? "").replaceAll("|", "\\|")} |`;
}

function typeOf({ type, enum: choices, anyOf, items }: Schema): string {
  if (choices) return choices.map((choice) => `\`${choice}\``).join(" or ");
  if (anyOf?.[0]) return typeOf(anyOf[0]);
  if (items) return "list";
  const name = Array.isArray(type) ? (type[0] ?? "") : (type ?? "");
  return { integer: "whole number", string: "text", object: "map", boolean: "true or false" }[name] ?? name;
}
