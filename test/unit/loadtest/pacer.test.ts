import assert from "node:assert/strict";
import { test } from "node:test";
import { closedLoop } from "../../../src/core/loadtest/pacer.ts";

test("in the closed loop a request is due when it is asked for", () => {
  const pacer = closedLoop();
  assert.equal(pacer.next(17), 17);
  assert.equal(pacer.next(42.5), 42.5);
});

test("a limited loop hands out exactly so many requests", () => {
  const pacer = closedLoop({ limit: 2 });
  assert.deepEqual([pacer.next(1), pacer.next(2), pacer.next(3), pacer.next(4)], [1, 2, undefined, undefined]);
});
