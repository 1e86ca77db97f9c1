import assert from "node:assert/strict";
import { test } from "node:test";
import type { AlarmState } from "../../../src/core/scaling/alarm.ts";
import { suppress, type Suppression } from "../../../src/core/scaling/action-suppressor.ts";
import { alarmsOf, evaluateRule, parseRule, RuleError } from "../../../src/core/scaling/composite-rule.ts";

const states: Record<string, AlarmState> = { a: "ALARM", b: "OK", c: "INSUFFICIENT_DATA", "my alarm (1)": "ALARM" };
const holds = (rule: string): boolean => evaluateRule(parseRule(rule), (name) => states[name]);

test("rules of composite alarms", () => {
  const table: [rule: string, expected: boolean][] = [
    ["ALARM(a)", true],
    ['ALARM("a") AND OK(b)', true],
    ["ALARM(b) OR INSUFFICIENT_DATA(c)", true],
    ["NOT ALARM(a)", false],
    ["NOT OK(b) OR ALARM(a)", true],
    ["ALARM(a) OR OK(b) AND ALARM(c)", true],
    ["(ALARM(a) OR OK(b)) AND ALARM(c)", false],
    ['ALARM("my alarm (1)")', true],
    ["TRUE AND NOT FALSE", true],
    ["AT_LEAST(2, ALARM, (a, b, c))", false],
    ["AT_LEAST(1, ALARM, (a, b, c))", true],
    ["AT_LEAST(50%, NOT ALARM, (a, b))", true],
    ["AT_LEAST(60%, NOT OK, (a, b, c))", true],
    ["ALARM(gone)", false],
    ["NOT ALARM(gone)", true],
  ];
  for (const [rule, expected] of table) assert.equal(holds(rule), expected, rule);
  assert.deepEqual(alarmsOf(parseRule('ALARM(a) AND (OK("b") OR AT_LEAST(1, OK, (a, c)))')), ["a", "b", "c"]);
});

test("rules that cannot be read are refused in CloudWatch's words", () => {
  const wrong = [
    "ALARM(a",
    "a",
    "ALARM(a) ALARM(b)",
    "AT_LEAST(x, OK, (a))",
    "ALARM()",
    "NOT",
    '"ALARM"(a)',
    "OK(a) AND",
  ];
  for (const rule of wrong) assert.throws(() => parseRule(rule), RuleError, rule);
  assert.throws(() => parseRule("FOO(a)"), {
    message:
      "Error in AlarmRule [Unsupported token FOO at position 0, must be: '(', 'NOT', AT_LEAST, TRUE or FALSE, ALARM, OK, or INSUFFICIENT_DATA]",
  });
  assert.throws(() => parseRule(" ALARM(a)"), {
    message: "AlarmRule must not contain leading or trailing whitespace or be null",
  });
});

/** What is done at each moment: a letter for the alarm's state and one for the suppressor's, ten seconds apart. */
function play(script: string, { wait = 20, extension = 30 } = {}): string[] {
  const letters: Record<string, AlarmState> = { O: "OK", A: "ALARM", I: "INSUFFICIENT_DATA" };
  let held: Suppression = { acted: "OK", since: 0 };
  return script.split(" ").map((moment, index) => {
    const { next, act } = suppress(held, {
      state: letters[moment[0] ?? ""] ?? "OK",
      suppressor: letters[moment[1] ?? ""],
      waitSeconds: wait,
      extensionSeconds: extension,
      now: index * 10_000,
    });
    held = next;
    return act ? "act" : (next.by ?? "-");
  });
}

test("a suppressor holds actions: while it is in ALARM, for a while after, and for a while before", () => {
  assert.deepEqual(play("OO AO AO AO AO"), ["-", "WaitPeriod", "WaitPeriod", "act", "-"]);
  assert.deepEqual(play("OO AO OO OO"), ["-", "WaitPeriod", "-", "-"], "gone back in time: nothing is told");
  assert.deepEqual(play("OO AO AA AA AO AO AO AO"), [
    "-",
    "WaitPeriod",
    "Alarm",
    "Alarm",
    "ExtensionPeriod",
    "ExtensionPeriod",
    "ExtensionPeriod",
    "act",
  ]);
  assert.deepEqual(play("OA AA AO OO OO OO OO").slice(-2), ["-", "-"], "went back during the extension");
  assert.deepEqual(play("OO AO AO", { wait: 0 }), ["-", "act", "-"]);
});
