import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { askedFor, readPlanFile, writePlanFile } from "../../../src/core/operations/plan-file.ts";
import type { Plan } from "../../../src/core/plan/build.ts";

const plan: Plan = { version: 1, changes: 0, steps: [], cost: null, warnings: [] };

test("a saved plan is applied with the consent and the image that it was made with", async () => {
  const dir = mkdtempSync(join(tmpdir(), "ecsctl-plan-"));
  try {
    const file = join(dir, "plan.json");
    await writePlanFile(file, plan, { adopt: true, image: "v2" });
    const saved = await readPlanFile(file);
    assert.deepEqual(askedFor(saved, { adopt: false }), { adopt: true, image: "v2" });
    assert.deepEqual(askedFor(saved, { image: "v3" }), { adopt: true, image: "v3" });
    assert.deepEqual(askedFor(plan, {}), { adopt: undefined, image: undefined }, "of an older ecsctl");
  } finally {
    rmSync(dir, { recursive: true });
  }
});
