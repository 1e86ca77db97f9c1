import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { evaluateAlarm, evaluationRange, type AlarmRule, type AlarmState } from "../../../src/core/scaling/alarm.ts";

/** AWS's notation: `X` breaches, `0` does not, `-` is missing; oldest first. */
const read = (text: string): (number | undefined)[] =>
  text.split(" ").map((mark) => (mark === "-" ? undefined : mark === "X" ? 100 : 0));

const rule = (datapointsToAlarm: number, missingData: AlarmRule["missingData"]): AlarmRule => ({
  comparison: "GreaterThanThreshold",
  threshold: 50,
  evaluationPeriods: 3,
  datapointsToAlarm,
  missingData,
});

const retained = "retained";
type Row = [data: string, missing: string, ignore: string, breaching: string, notBreaching: string];

/** The tables of "Configuring how CloudWatch alarms treat missing data" (alarms-and-missing-data). */
const threeOfThree: Row[] = [
  ["0 - X - X", "OK", "OK", "OK", "OK"],
  ["- - - - 0", "OK", "OK", "OK", "OK"],
  ["- - - - -", "INSUFFICIENT_DATA", retained, "ALARM", "OK"],
  ["0 X X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
  ["- - X - -", "ALARM", retained, "ALARM", "OK"],
];
const twoOfThree: Row[] = [
  ["0 - X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
  ["0 0 X 0 X", "ALARM", "ALARM", "ALARM", "ALARM"],
  ["0 - X - -", "OK", "OK", "ALARM", "OK"],
  ["- - - - 0", "OK", "OK", "ALARM", "OK"],
  ["- - - X -", "ALARM", retained, "ALARM", "OK"],
];

function check(rows: Row[], datapointsToAlarm: number): void {
  const treatments = ["missing", "ignore", "breaching", "notBreaching"] as const;
  for (const [data, ...expected] of rows)
    for (const [index, treatment] of treatments.entries())
      for (const current of ["OK", "ALARM", "INSUFFICIENT_DATA"] as const) {
        const verdict = evaluateAlarm(rule(datapointsToAlarm, treatment), read(data), current);
        const state = expected[index] === retained ? current : expected[index];
        assert.equal(verdict.state, state, `${data} treated as ${treatment} from ${current}`);
      }
}

test("an alarm of 3 out of 3 treats missing data as AWS's first table says", () => check(threeOfThree, 3));
test("an alarm of 2 out of 3 treats missing data as AWS's second table says", () => check(twoOfThree, 2));

test("a fresh alarm with a breach that is younger than its periods keeps its state", () => {
  const verdict = evaluateAlarm(rule(3, "missing"), read("- - - - X"), "INSUFFICIENT_DATA");
  assert.equal(verdict.state, "INSUFFICIENT_DATA");
});

test("the verdict names the datapoints that decided, newest first", () => {
  const verdict = evaluateAlarm(rule(3, "missing"), read("0 X X - X"), "OK");
  assert.deepEqual(verdict, { state: "ALARM", evaluated: [4, 2, 1], breaching: 3, filled: 0 });
});

test("every comparison compares as its name says, also at the threshold", () => {
  const at = (comparison: AlarmRule["comparison"], value: number): AlarmState =>
    evaluateAlarm({ ...rule(1, "missing"), comparison, evaluationPeriods: 1 }, [value], "OK").state;
  const table = [
    ["GreaterThanThreshold", 51, 50],
    ["GreaterThanOrEqualToThreshold", 50, 49],
    ["LessThanThreshold", 49, 50],
    ["LessThanOrEqualToThreshold", 50, 51],
  ] as const;
  for (const [comparison, breaching, fine] of table) {
    assert.equal(at(comparison, breaching), "ALARM", comparison);
    assert.equal(at(comparison, fine), "OK", comparison);
  }
});

test("with all data there, the state is a count of the newest N, whatever is said of missing data", () => {
  const values = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 5, maxLength: 5 });
  const treatment = fc.constantFrom("missing", "ignore", "breaching", "notBreaching");
  fc.assert(
    fc.property(values, treatment, fc.integer({ min: 1, max: 3 }), (data, missingData, datapointsToAlarm) => {
      const { state } = evaluateAlarm(rule(datapointsToAlarm, missingData), data, "INSUFFICIENT_DATA");
      const over = data.slice(-3).filter((value) => value > 50).length;
      assert.equal(state, over >= datapointsToAlarm ? "ALARM" : "OK");
    }),
  );
});

test("without any data, an alarm that says nothing of it has insufficient data", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 15 }), (evaluationPeriods) => {
      const asked = { ...rule(1, "missing"), evaluationPeriods, datapointsToAlarm: evaluationPeriods };
      const nothing = Array.from({ length: evaluationRange(evaluationPeriods) }, () => undefined);
      assert.equal(evaluateAlarm(asked, nothing, "ALARM").state, "INSUFFICIENT_DATA");
    }),
  );
});
