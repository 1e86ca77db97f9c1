import assert from "node:assert/strict";
import { test } from "node:test";
import { explainUsage } from "../../../src/core/cli/explain-usage.ts";

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
