import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

const demo = join(import.meta.dirname, "../../scripts/demo.ts");

test("the whole journey happens for real, with no engine and no credentials", () => {
  const done = spawnSync(process.execPath, [demo], { encoding: "utf8", env: { ...process.env, CI: "true" } });
  assert.equal(done.status, 0, `${done.stdout}\n${done.stderr}`);
  // scripts/demo.ts holds the journey to its promises; what a person reads must say the same.
  for (const line of [
    /tasks went 1 → 3 → 1/,
    /the account is empty again\n/,
    /destroy left no task process/,
    /the sandbox and its processes are gone/,
  ])
    assert.match(done.stderr, line);
});
