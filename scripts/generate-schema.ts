import { mkdir, writeFile } from "node:fs/promises";
import { configJsonSchema } from "../src/core/config/json-schema.ts";

await mkdir("schema", { recursive: true });
await writeFile("schema/ecsctl.schema.json", `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`);
