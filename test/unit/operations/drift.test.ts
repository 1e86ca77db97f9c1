import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { noteDrift, readDeployed } from "../../../src/core/operations/drift.ts";
import type { Plan, Step } from "../../../src/core/plan/build.ts";
import { unknownValue } from "../../../src/core/plan/resource.ts";
import { readTemplate } from "../../support/exports.ts";

const deployed = { version: 1, digest: "x", at: "2026-01-01T00:00:00.000Z" } as const;

const step = (action: Step["action"], ...changes: Step["changes"]): Step => ({
  id: "log-group/web",
  resource: "log-group",
  title: "log group web",
  action,
  changes,
  needs: [],
  notes: [],
});

const notesOf = (one: Step, since: typeof deployed | undefined = deployed): string[] => {
  const plan: Plan = { version: 1, changes: 1, steps: [one], cost: null, warnings: [] };
  return noteDrift(plan, since).steps[0]?.notes ?? [];
};

test("a difference from what was deployed is somebody's doing", () => {
  assert.match(
    notesOf(step("update", { path: "retentionDays", from: 1, to: 14 })).join(),
    /changed in AWS.*2026-01-01/,
  );
  assert.match(notesOf(step("create")).join(), /is gone/);
});

test("another image and what follows from it, tags, and what is as it was, are not", () => {
  assert.deepEqual(notesOf(step("update", { path: "image", from: "a", to: "b" })), []);
  assert.deepEqual(notesOf(step("update", { path: "taskDefinition", from: "a", to: unknownValue })), []);
  assert.deepEqual(notesOf(step("update", { path: "tags.Name", from: "a", to: "b" })), []);
  assert.deepEqual(notesOf(step("keep")), []);
});

test("where nothing is known of a deploy, there is no hint", () => {
  const plan: Plan = { version: 1, changes: 1, steps: [step("create")], cost: null, warnings: [] };
  assert.deepEqual(noteDrift(plan, undefined), plan);
});

test("a record that is missing or broken is no deploy", () => {
  const stateDir = mkdtempSync(join(tmpdir(), "ecsctl-drift-"));
  try {
    const config = readTemplate("flash-sale");
    const place = { stateDir, aws: { region: "us-east-1" } };
    assert.equal(readDeployed(place, config, "123456789012"), undefined);
    mkdirSync(join(stateDir, "deployed"));
    writeFileSync(join(stateDir, "deployed", `${config.app}-us-east-1-123456789012.json`), "{");
    assert.equal(readDeployed(place, config, "123456789012"), undefined);
    assert.equal(readDeployed(place, config, undefined), undefined);
  } finally {
    rmSync(stateDir, { recursive: true });
  }
});
