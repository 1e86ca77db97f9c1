import { mkdir, writeFile } from "node:fs/promises";
import { configJsonSchema } from "../src/core/config/json-schema.ts";
import { reportJsonSchema } from "../src/core/loadtest/report-schema.ts";
import { describeConfig } from "./describe-config.ts";

await mkdir("schema", { recursive: true });
await writeFile("schema/ecsctl.schema.json", `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`);
await writeFile("schema/loadtest-report.schema.json", `${JSON.stringify(reportJsonSchema(), undefined, 2)}\n`);
await writeFile("docs/config.md", describeConfig());
