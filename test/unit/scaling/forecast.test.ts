import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  forecastCapacity,
  forecastFloor,
  forecastLoad,
  forecastMaximum,
  hourMs,
} from "../../../src/core/scaling/forecast.ts";

const monday = Date.parse("2026-11-16T00:00:00Z");
/** Busy from eight to eighteen, on working days only. */
const levelAt = (at: number): number => {
  const date = new Date(at);
  const working = date.getUTCDay() >= 1 && date.getUTCDay() <= 5;
  return working && date.getUTCHours() >= 8 && date.getUTCHours() < 18 ? 400 : 50;
};
const history = (days: number) =>
  Array.from({ length: days * 24 }, (_, hour) => {
    const at = monday - (hour + 1) * hourMs;
    return { at, value: levelAt(at) };
  });

test("less than a day of history is no forecast", () => {
  assert.equal(forecastLoad(history(1).slice(0, 23), { from: monday, hours: 48 }), undefined);
  assert.equal(forecastLoad([], { from: monday, hours: 48 }), undefined);
  assert.equal(forecastLoad(history(1), { from: monday, hours: 48 })?.length, 48);
});

test("with a week of history the days of the week tell, before that the hours of the day", () => {
  const week = forecastLoad(history(14), { from: monday, hours: 48 }) ?? [];
  assert.deepEqual(
    week,
    Array.from({ length: 48 }, (_, hour) => levelAt(monday + hour * hourMs)),
  );
  // Saturday and Sunday only: the sandbox knows no better than that Monday will be as quiet.
  const weekend = forecastLoad(history(2), { from: monday, hours: 24 }) ?? [];
  assert.deepEqual(new Set(weekend), new Set([50]));
});

test("a floor counts from its buffer on, and is the larger of two hours", () => {
  const forecast = [2, 5, 3].map((capacity, hour) => ({ at: monday + hour * hourMs, capacity }));
  const at = (minutes: number) => forecastFloor(forecast, { now: monday + minutes * 60_000, bufferSeconds: 300 });
  assert.deepEqual([at(-10), at(-5), at(30), at(54), at(55), at(119), at(120), at(175), at(180)].map(String), [
    "undefined",
    "2",
    "2",
    "2",
    "5",
    "5",
    "3",
    "3",
    "undefined",
  ]);
});

test("a buffer lifts the maximum above the forecast", () => {
  assert.equal(forecastMaximum(40, 50, 10), 55, "AWS's example");
  assert.equal(forecastMaximum(40, 50, undefined), 40);
  assert.equal(forecastMaximum(40, 10, 10), 40);
});

test("a forecast is never negative, and grows with the load", () => {
  const loads = fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), { minLength: 24, maxLength: 400 });
  fc.assert(
    fc.property(loads, fc.double({ min: 1, max: 3, noNaN: true }), (values, factor) => {
      const past = (by: number) =>
        values.map((value, hour) => ({ at: monday - (hour + 1) * hourMs, value: value * by }));
      const one = forecastLoad(past(1), { from: monday, hours: 48 }) ?? [];
      const more = forecastLoad(past(factor), { from: monday, hours: 48 }) ?? [];
      assert.ok(one.every((value, hour) => value >= 0 && (more[hour] ?? -1) >= value * (1 - 1e-9)));
      assert.ok(one.every((value, hour) => forecastCapacity(more[hour] ?? 0, 50) >= forecastCapacity(value, 50) - 1));
    }),
    { numRuns: 50 },
  );
});
