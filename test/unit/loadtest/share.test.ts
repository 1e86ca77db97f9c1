import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { shareOut } from "../../../src/core/loadtest/share.ts";

const names = ["a", "b", "c", "d", "e"];
const someTargets = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 });
const someShares = fc.array(fc.option(fc.constantFrom(...names, "gone"), { nil: undefined }), { maxLength: 60 });

const counts = (shares: readonly (string | undefined)[], targets: readonly string[]) =>
  targets.map((target) => shares.filter((share) => share === target).length);

test("every connection has a target and the shares differ by one at most", () => {
  fc.assert(
    fc.property(someShares, someTargets, (current, targets) => {
      const shared = shareOut(current, targets);
      assert.equal(shared.length, current.length);
      assert.ok(shared.every((target) => target !== undefined && targets.includes(target)));
      const each = counts(shared, targets);
      assert.ok(Math.max(...each) - Math.min(...each) <= 1, `${each.join()}`);
    }),
  );
});

test("shares that are even already stay as they are", () => {
  fc.assert(
    fc.property(someShares, someTargets, (current, targets) => {
      const shared = shareOut(current, targets);
      assert.deepEqual(shareOut(shared, targets), shared);
    }),
  );
});

test("a new target gets its share, and only that many connections move", () => {
  const before = shareOut(Array.from({ length: 100 }), ["a"]);
  const after = shareOut(before, ["a", "b"]);
  assert.deepEqual(counts(after, ["a", "b"]), [50, 50]);
  assert.equal(after.filter((target, index) => target !== before[index]).length, 50);
});

test("without targets nobody has one", () => {
  assert.deepEqual(shareOut(["a", "b"], []), [undefined, undefined]);
});
