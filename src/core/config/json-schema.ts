import * as z from "zod";
import { configSchema } from "./schema.ts";

interface Schema {
  [key: string]: unknown;
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: boolean | Schema;
  required?: string[];
}

/** The JSON Schema of `ecsctl.yaml` for editors: with `environments`, `x-` keys and `${VAR}` in place of numbers. */
export function configJsonSchema(): Schema {
  const schema = z.toJSONSchema(configSchema, { io: "input", target: "draft-7" }) as Schema;
  const { $schema, ...document } = schema;
  const root = loosen(document);
  const environment = makePartial(root);
  return {
    $schema,
    title: "ecsctl.yaml",
    ...root,
    properties: {
      ...root.properties,
      environments: {
        description: "What is different elsewhere, by name: `ecsctl deploy --env production`.",
        type: ["object", "null"] as unknown as string,
        additionalProperties: { ...environment, description: "Merged over the rest of the file." },
      },
    },
  };
}

/** Every fixed map takes `x-` keys; every number and switch may come out of a variable. */
function loosen(schema: Schema): Schema {
  const { type, properties, items } = schema;
  if (type === "integer" || type === "number" || type === "boolean") {
    const { description, default: preset, ...rest } = schema;
    const variable = { type: "string", pattern: "\\$\\{" };
    return {
      ...(description ? { description } : {}),
      ...(preset === undefined ? {} : { default: preset }),
      anyOf: [rest, variable],
    };
  }
  if (items) return { ...schema, items: loosen(items) };
  if (!properties) return schema;
  return { ...schema, properties: mapValues(properties, loosen), patternProperties: { "^x-": {} } };
}

/** An environment says only what is different: nothing is required, nothing defaults. */
function makePartial({ required: _required, default: _default, ...schema }: Schema): Schema {
  return schema.properties ? { ...schema, properties: mapValues(schema.properties, makePartial) } : schema;
}

function mapValues(record: Record<string, Schema>, change: (schema: Schema) => Schema): Record<string, Schema> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
