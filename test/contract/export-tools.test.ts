import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { type Config, loadBalancerSchema } from "../../src/core/config/schema.ts";
import { writeCloudFormation } from "../../src/core/export/cloudformation/template.ts";
import type { ExportedFile } from "../../src/core/export/source.ts";
import { writeTerraform } from "../../src/core/export/terraform/configuration.ts";
import { describeExport, everything, readTemplate } from "../support/exports.ts";
import { runWhereInstalled } from "../support/run-tool.ts";

/** Releases of cfn-lint from before June 2026 do not know metrics every 20 seconds. */
function withoutFast(config: Config): Config {
  const copy = structuredClone(config);
  for (const policy of copy.scaling?.policies ?? []) delete policy.fast;
  return copy;
}

/** Writes files into a folder and lets a tool look at it, where there is one. */
async function examine(
  context: TestContext,
  files: readonly ExportedFile[],
  command: (folder: string) => [tool: string, ...args: string[]],
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "ecsctl-export-"));
  try {
    for (const { name, content } of files) writeFileSync(join(folder, name), content);
    const [tool, ...args] = command(folder);
    const outcome = await runWhereInstalled(tool, args);
    if (outcome) assert.equal(outcome.code, 0, outcome.output);
    else context.skip(`${tool} is not installed`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const [name, config] of [
  ["flash-sale behind a load balancer", { ...readTemplate("flash-sale"), loadBalancer: loadBalancerSchema.parse({}) }],
  ["api", readTemplate("api")],
  ["everything", everything()],
] as const) {
  test(`${name}: cfn-lint finds nothing in the template`, async (context) => {
    const { files } = writeCloudFormation(await describeExport(withoutFast(config)));
    await examine(context, files, (folder) => ["cfn-lint", "--template", join(folder, "template.yaml")]);
  });

  test(`${name}: terraform reads the configuration, and would write it the same way`, async (context) => {
    const { files } = writeTerraform(await describeExport(config, { live: true }));
    await examine(context, files, (folder) => ["terraform", "fmt", "-check", "-diff", folder]);
  });
}
