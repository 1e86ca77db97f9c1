import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseRule, RuleError } from "../../../src/core/scaling/composite-rule.ts";
import { MathError } from "../../../src/core/scaling/metric-math.ts";
import { computeMetrics } from "../../../src/core/scaling/metric-set.ts";

const soup = (words: readonly string[]) =>
  fc
    .array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 3 })), { maxLength: 12 })
    .map((parts) => parts.join(" "));

test("whatever is written as a rule is read or refused", () => {
  const words = ["ALARM(a)", "OK(", ")", "AND", "OR", "NOT", "AT_LEAST(", "1,", "50%", "(a, b)", '"', "TRUE"];
  fc.assert(
    fc.property(soup(words), (text) => {
      try {
        parseRule(text);
      } catch (error) {
        assert.ok(error instanceof RuleError, String(error));
      }
    }),
    { numRuns: 500 },
  );
});

test("whatever is written as metric math is computed or refused", () => {
  const words = [
    "m1",
    "m2",
    "+",
    "-",
    "*",
    "/",
    "(",
    ")",
    "[",
    "]",
    ",",
    "SUM(",
    "RATE(",
    "FILL(",
    "IF(",
    "REPEAT",
    "1.5",
    "METRICS()",
    "<",
    "AND",
  ];
  const series = new Map([
    [0, 1],
    [60_000, 2],
  ]);
  fc.assert(
    fc.property(soup(words), (expression) => {
      try {
        const queries = [
          { id: "m1", period: 60 },
          { id: "m2", period: 60 },
          { id: "e1", expression, period: 60 },
        ];
        const found = computeMetrics(queries, { read: () => series, periods: () => [0, 60_000] }).get("e1") ?? [];
        for (const one of found) assert.ok(one instanceof Map);
      } catch (error) {
        assert.ok(error instanceof MathError, String(error));
      }
    }),
    { numRuns: 1000 },
  );
});
