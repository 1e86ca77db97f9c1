import assert from "node:assert/strict";
import { test } from "node:test";
import { currentValue } from "../../../src/core/observe/datapoints.ts";

const now = Date.parse("2026-01-01T12:00:30Z");

test("a figure of now is one of the last minutes: what was before the tasks went is none", () => {
  const at = (time: string, value: number) => ({ at: `2026-01-01T${time}Z`, value });
  assert.equal(
    currentValue([at("11:58:00.000", 5), at("12:00:00.000", 7)], now),
    7,
    "also of a minute that is not over",
  );
  assert.equal(currentValue([at("11:56:00.000", 5)], now), 5);
  assert.equal(currentValue([at("11:40:00.000", 5)], now), null);
  assert.equal(currentValue([], now), null);
});
