import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Deployed, noteDrift, readDeployed } from "../../../src/core/operations/drift.ts";
import type { Plan, Step } from "../../../src/core/plan/build.ts";
import { unknownValue } from "../../../src/core/plan/resource.ts";
import { readTemplate } from "../../support/exports.ts";

const digest = (value: unknown): string =>
  createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);

const deployed: Deployed = {
  version: 2,
  at: "2026-01-01T00:00:00.000Z",
  wanted: {
    "log-group/web": { retentionDays: digest(14), image: digest("b"), taskDefinition: digest(unknownValue) },
  },
};

const step = (action: Step["action"], ...changes: Step["changes"]): Step => ({
  id: "log-group/web",
  resource: "log-group",
  title: "log group web",
  action,
  changes,
  needs: [],
  notes: [],
});

/** What the file wants now of the log group. */
const wants = (retentionDays: number) => ({
  id: "log-group/web",
  diff: () => [
    { path: "retentionDays", to: retentionDays },
    { path: "image", to: "b" },
    { path: "taskDefinition", to: unknownValue },
  ],
});

const notesOf = (one: Step, retentionDays = 14): string[] => {
  const plan: Plan = { version: 1, changes: 1, steps: [one], cost: null, warnings: [] };
  return noteDrift(plan, deployed, [wants(retentionDays)]).steps[0]?.notes ?? [];
};

test("a difference from what was deployed is somebody's doing", () => {
  assert.match(
    notesOf(step("update", { path: "retentionDays", from: 1, to: 14 })).join(),
    /changed in AWS.*2026-01-01/,
  );
  assert.match(notesOf(step("create")).join(), /is gone/);
});

test("what the file wants otherwise now is its change; the rest of the step is still somebody's", () => {
  const other = { path: "retentionDays", from: 14, to: 30 };
  assert.deepEqual(notesOf(step("update", other), 30), []);
  const rule = { path: "ingress[tcp 22]", from: "allowed", to: undefined };
  assert.match(notesOf(step("update", other, rule), 30).join(), /^ingress\[tcp 22\]: changed in AWS/);
  const tag = { path: "tags.Team", to: "web" };
  assert.match(notesOf(step("update", tag, rule)).join(), /^changed in AWS/, "tags are told, and are no drift");
  assert.deepEqual(notesOf({ ...step("create"), id: "log-group/new" }), []);
});

test("what somebody added, and a deploy will delete, is said to be theirs", () => {
  assert.match(notesOf({ ...step("delete"), id: "scaling-policy/mine" }).join(), /^in AWS, not in ecsctl\.yaml/);
  assert.deepEqual(notesOf(step("delete")), [], "what was deployed");
});

test("a revision before the one that was deployed: a rollback, or ECS's own", () => {
  const change = { path: "taskDefinition", from: "web:2", to: "web:3" };
  assert.match(notesOf(step("update", change)).join(), /another revision .*2026-01-01.*circuit breaker/);
});

test("another image and what follows from it, tags, and what is as it was, are not", () => {
  assert.deepEqual(notesOf(step("update", { path: "image", from: "a", to: "b" })), []);
  assert.deepEqual(notesOf(step("update", { path: "taskDefinition", from: "a", to: unknownValue })), []);
  assert.deepEqual(notesOf(step("update", { path: "tags.Name", from: "a", to: "b" })), []);
  assert.deepEqual(notesOf(step("keep")), []);
});

test("where nothing is known of a deploy, there is no hint", () => {
  const plan: Plan = { version: 1, changes: 1, steps: [step("create")], cost: null, warnings: [] };
  assert.deepEqual(noteDrift(plan, undefined, []), plan);
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
