import assert from "node:assert/strict";
import { test } from "node:test";
import { mergeHistograms, percentileMs } from "../../../src/core/loadtest/encoded-histogram.ts";
import { Recorder } from "../../../src/core/loadtest/recorder.ts";

const target = { task: "abc", url: "http://127.0.0.1:1/" };
const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) <= expected / 1000 + 0.001, `${actual} is not about ${expected}`);

test("percentiles keep three significant digits from microseconds to an hour", () => {
  for (const ms of [0.007, 1.234, 987.6, 3_000_000]) {
    const recorder = new Recorder();
    recorder.answered(recorder.of(target), ms);
    near(recorder.latency().p50, ms);
    near(recorder.latency().max, ms);
    near(recorder.latency().mean, ms);
  }
});

test("percentiles of 1 to 1000 ms are what they should be", () => {
  const recorder = new Recorder();
  for (let ms = 1; ms <= 1000; ms++) recorder.answered(recorder.of(target), ms);
  const { p50, p90, p99, p999, max } = recorder.latency();
  for (const [value, expected] of [
    [p50, 500],
    [p90, 900],
    [p99, 990],
    [p999, 999],
    [max, 1000],
  ] as const)
    near(value, expected);
});

test("an answer with an error status is measured and counted, a refused connection only counted, a timeout measured", () => {
  const recorder = new Recorder();
  const record = recorder.of(target);
  recorder.answered(record, 5);
  recorder.answered(record, 7, "http5xx", "answered 503");
  recorder.failed(record, "refused", "nobody listens");
  recorder.failed(record, "timeout", "too slow", 3000);
  assert.equal(recorder.requests, 4);
  assert.equal(recorder.errors, 3);
  near(recorder.latency().max, 3000);
  assert.deepEqual(Object.fromEntries(recorder.byKind), {
    http5xx: { count: 1, example: "answered 503" },
    refused: { count: 1, example: "nobody listens" },
    timeout: { count: 1, example: "too slow" },
  });
});

test("the first example of a kind stays", () => {
  const recorder = new Recorder();
  recorder.failed(recorder.of(target), "reset", "the first");
  recorder.failed(recorder.of(target), "reset", "the second");
  assert.deepEqual(recorder.byKind.get("reset"), { count: 2, example: "the first" });
});

test("a window holds what happened since the one before", () => {
  const recorder = new Recorder();
  recorder.answered(recorder.of(target), 10);
  recorder.failed(recorder.of(target), "reset", "gone");
  const first = recorder.takeWindow();
  assert.deepEqual([first.requests, first.errors, first.byTask], [2, 1, { abc: 2 }]);
  near(first.p99, 10);
  near(percentileMs(mergeHistograms([first.histogram]), 99), 10);
  assert.deepEqual(first.errorsByKind, { reset: 1 });
  const nothing = {
    requests: 0,
    errors: 0,
    errorsByKind: {},
    p50: 0,
    p90: 0,
    p99: 0,
    max: 0,
    histogram: "",
    byTask: {},
  };
  assert.deepEqual(recorder.takeWindow(), nothing);
  assert.equal(recorder.requests, 2);
});

test("each target has its own figures, and nothing recorded is all zeros", () => {
  const recorder = new Recorder();
  const other = { task: "def", url: "http://127.0.0.1:2/" };
  recorder.answered(recorder.of(target), 1);
  recorder.failed(recorder.of(other), "refused", "");
  assert.deepEqual(
    recorder.tasks().map(({ task, requests, errors }) => [task, requests, errors]),
    [
      ["abc", 1, 0],
      ["def", 1, 1],
    ],
  );
  assert.deepEqual(Object.values(new Recorder().latency()), ["ms", 0, 0, 0, 0, 0, 0, 0]);
});
