import assert from "node:assert/strict";
import { test } from "node:test";
import { wrapText } from "../../src/core/output/wrap-text.ts";

test("lines break between words and keep to the width", () => {
  assert.deepEqual(wrapText("one two  three four", 9), ["one two", "three", "four"]);
  assert.deepEqual(wrapText("", 9), []);
});

test("a word that is too long stands alone", () => {
  assert.deepEqual(wrapText("a extraordinarily b", 5), ["a", "extraordinarily", "b"]);
});
