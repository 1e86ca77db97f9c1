import assert from "node:assert/strict";
import { test } from "node:test";
import { EcsctlError } from "../../../src/core/errors.ts";
import { checkObjectives, parseObjective } from "../../../src/core/loadtest/objectives.ts";

const latency = { unit: "ms", p50: 5, p90: 20, p95: 40, p99: 240, p999: 800, max: 1200, mean: 9 } as const;
const figures = { requests: 10_000, errors: 7, rps: 512.5, latency };

const outcomes: [text: string, met: boolean, value: number][] = [
  ["p99<250ms", true, 240],
  ["p99 < 0.25s", true, 240],
  ["p99<240ms", false, 240],
  ["p99<=240ms", true, 240],
  ["p99.9<1s", true, 800],
  ["p999<500ms", false, 800],
  ["max<1s", false, 1200],
  ["mean<9500us", true, 9],
  ["errors<0.1%", true, 0.07],
  ["errors<0.05%", false, 0.07],
  ["errors<=7", true, 7],
  ["errors<5", false, 7],
  ["rps>500", true, 512.5],
  ["rps>=600", false, 512.5],
];

for (const [text, met, value] of outcomes)
  test(`${text} is ${met ? "met" : "missed"}`, () => {
    assert.deepEqual(checkObjectives([parseObjective(text)], figures), [{ objective: text, met, value }]);
  });

for (const text of ["p99", "p99<250", "p98<5ms", "errors<0.1ms", "rps>5%", "p99<250min", "p99=5ms", "", "p99<-1ms"])
  test(`'${text}' is a usage error that shows the grammar`, () => {
    assert.throws(
      () => parseObjective(text),
      (error) =>
        error instanceof EcsctlError &&
        error.code === "InvalidObjective" &&
        error.exitCode === 2 &&
        error.hint?.includes("--slo 'p99<250ms'") === true,
    );
  });

test("without a request no objective is met", () => {
  const none = { ...figures, requests: 0, errors: 0 };
  assert.equal(checkObjectives([parseObjective("errors<1%")], none)[0]?.met, false);
});
