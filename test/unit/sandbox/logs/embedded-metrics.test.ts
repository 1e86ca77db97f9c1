import assert from "node:assert/strict";
import { test } from "node:test";
import { readEmbedded } from "../../../../src/sandbox/world/embedded-metrics.ts";

const at = Date.parse("2026-11-22T07:00:00Z");
const line = (directive: object, values: object): string =>
  JSON.stringify({ _aws: { Timestamp: at, CloudWatchMetrics: [directive] }, ...values });
const directive = {
  Namespace: "shop",
  Dimensions: [["Step"], ["Step", "Zone"], []],
  Metrics: [{ Name: "Seconds", Unit: "Seconds" }],
};

test("a line makes a metric for each set of dimensions", () => {
  const samples = readEmbedded(line(directive, { Step: "pay", Zone: "a", Seconds: 0.8 }));
  assert.deepEqual(
    samples.map(({ namespace, name, dimensions, sum, unit }) => ({ namespace, name, dimensions, sum, unit })),
    [{ Step: "pay" }, { Step: "pay", Zone: "a" }, {}].map((dimensions) => ({
      namespace: "shop",
      name: "Seconds",
      dimensions,
      sum: 0.8,
      unit: "Seconds",
    })),
  );
  assert.equal(samples[0]?.at.getTime(), at);
});

test("a list of values is so many samples", () => {
  const [sample] = readEmbedded(line(directive, { Step: "pay", Zone: "a", Seconds: [1, 2, 6] }));
  assert.deepEqual([sample?.count, sample?.sum, sample?.min, sample?.max], [3, 9, 1, 6]);
});

test("a set whose dimension has no value makes none, the others do", () => {
  assert.deepEqual(
    readEmbedded(line(directive, { Step: "pay", Seconds: 1 })).map(({ dimensions }) => dimensions),
    [{ Step: "pay" }, {}],
  );
});

test("what breaks the specification makes nothing", () => {
  assert.deepEqual(readEmbedded("GET / 200"), []);
  assert.deepEqual(readEmbedded('{"_aws": 1}'), []);
  assert.deepEqual(readEmbedded(line(directive, { Step: "pay", Seconds: "fast" })), []);
  assert.deepEqual(readEmbedded(line({ ...directive, Namespace: "" }, { Step: "pay", Seconds: 1 })), []);
  assert.deepEqual(
    readEmbedded(JSON.stringify({ _aws: { CloudWatchMetrics: [directive] }, Step: "a", Seconds: 1 })),
    [],
  );
});
