import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { buildPolicy } from "../../src/core/iam/build-policy.ts";
import { commandNames } from "../../src/core/iam/command-names.ts";
import { policyNames } from "../../src/core/operations/policy-names.ts";
import { everything, readTemplate } from "../support/exports.ts";
import { runWhereInstalled } from "../support/run-tool.ts";

/** cfn-lint carries AWS's service authorization reference: which actions there are, and which resources each takes. */
test("cfn-lint knows every action of the printed policies, and takes every resource for it", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "ecsctl-policies-"));
  try {
    const place = { partition: "aws", region: "us-east-1", account: "123456789012" };
    const policies = [readTemplate("flash-sale"), readTemplate("api"), everything()].map((config, index) => [
      `Policy${index}`,
      {
        Type: "AWS::IAM::ManagedPolicy",
        Properties: { PolicyDocument: buildPolicy(commandNames, policyNames(config, place.region), place) },
      },
    ]);
    const template = { AWSTemplateFormatVersion: "2010-09-09", Resources: Object.fromEntries(policies) as object };
    const file = join(folder, "policies.json");
    writeFileSync(file, JSON.stringify(template));
    const outcome = await runWhereInstalled("cfn-lint", ["--include-checks", "I", "--template", file]);
    if (outcome) assert.equal(outcome.code, 0, outcome.output);
    else context.skip("cfn-lint is not installed");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
