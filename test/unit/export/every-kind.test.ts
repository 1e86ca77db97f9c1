import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { cloudFormationKinds } from "../../../src/core/export/cloudformation/template.ts";
import { terraformKinds } from "../../../src/core/export/terraform/configuration.ts";

const folder = new URL("../../../src/core/resources/", import.meta.url);

/** Every kind that a resource of ours says it is. */
const kinds = globSync("*.ts", { cwd: folder }).flatMap((file) =>
  [...readFileSync(new URL(file, folder), "utf8").matchAll(/^\s+kind: "([a-z-]+)",$/gm)].map((match) => match[1] ?? ""),
);

test("there are kinds to look for", () => assert.ok(kinds.length >= 20 && kinds.includes("ecs-service"), kinds.join()));

for (const kind of kinds)
  test(`${kind} can be written for CloudFormation and Terraform`, () => {
    assert.ok(cloudFormationKinds[kind], `src/core/export/cloudformation knows no ${kind}`);
    assert.ok(terraformKinds[kind], `src/core/export/terraform knows no ${kind}`);
  });
