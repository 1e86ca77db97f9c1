import assert from "node:assert/strict";
import { test } from "node:test";
import { explainUsage, unknownCommand } from "../../../src/core/cli/explain-usage.ts";

/** An error as oclif's parser throws it. */
class FailedFlagValidationError extends Error {
  readonly oclif = { exit: 2 };
}

test("missing flags are named like missing arguments, all at once", () => {
  const thrown = new FailedFlagValidationError(
    "The following errors occurred:\n  Missing required flag to\n  Missing required flag from\nSee more help with --help",
  );
  const error = explainUsage(thrown, "event-rule add");
  assert.deepEqual(
    [error?.code, error?.message, error?.hint, error?.exitCode],
    ["MissingFlag", "Missing: --to, --from.", "ecsctl event-rule add --help", 2],
  );
});

for (const [typed, hint] of [
  ["statsu", "ecsctl status"],
  ["scale:polcy", "ecsctl scale policy"],
  ["scale:polcy:add:cpu50", "ecsctl scale policy add"],
  ["version", "ecsctl --version"],
] as const)
  test(`${typed.replaceAll(":", " ")} is told the command or topic that was meant`, () => {
    const config = {
      commands: [{ id: "status" }, { id: "scale:policy:add" }],
      topics: [{ name: "scale" }, { name: "scale:policy" }],
    };
    const error = unknownCommand(typed, config);
    assert.equal(error.hint, `Did you mean: ${hint}\necsctl --help`);
  });
