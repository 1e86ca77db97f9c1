import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { build, decodeFromCompressedBase64 } from "hdr-histogram-js";
import { Latencies } from "../../../src/core/loadtest/latencies.ts";

const someMs = fc.array(
  fc.integer({ min: 1, max: 3_600_000_000 }).map((us) => us / 1000),
  { maxLength: 200 },
);

function recorded(values: readonly number[]): Latencies {
  const latencies = new Latencies();
  for (const ms of values) latencies.record(ms);
  return latencies;
}

const figures = (one: Latencies) => ({
  count: one.count,
  max: one.max,
  percentiles: [0, 50, 90, 99, 99.9, 100].map((percent) => one.percentile(percent)),
});

test("parts that are merged are what the whole would be, added or packed", () => {
  fc.assert(
    fc.property(fc.array(someMs, { maxLength: 5 }), (parts) => {
      const added = new Latencies();
      const unpacked = new Latencies();
      for (const part of parts) {
        added.add(recorded(part));
        unpacked.addPacked(structuredClone(recorded(part).pack()));
      }
      const whole = recorded(parts.flat());
      for (const merged of [added, unpacked]) {
        assert.deepEqual(figures(merged), figures(whole));
        assert.ok(Math.abs(merged.mean - whole.mean) <= whole.mean * 1e-9);
        assert.ok(Math.abs(merged.stddev - whole.stddev) <= 1e-3 + whole.stddev * 1e-3);
      }
    }),
  );
});

test("HdrHistogram reads what was encoded, and says the same", () => {
  fc.assert(
    fc.property(
      someMs.filter((values) => values.length > 0),
      (values) => {
        const ours = recorded(values);
        const theirs = decodeFromCompressedBase64(ours.encode());
        assert.equal(theirs.totalCount, ours.count);
        for (const percent of [50, 90, 99]) {
          const expected = theirs.getValueAtPercentile(percent) / 1000;
          const actual = ours.percentile(percent);
          assert.ok(Math.abs(actual - expected) <= expected / 1000, `${percent}: ${actual}, not ${expected}`);
        }
      },
    ),
  );
});

test("a percentile is within three digits of the value that it stands for", () => {
  fc.assert(
    fc.property(
      someMs.filter((values) => values.length > 0),
      fc.integer({ min: 1, max: 100 }),
      (values, percent) => {
        const sorted = values.toSorted((a, b) => a - b);
        const exact = sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? 0;
        const actual = recorded(values).percentile(percent);
        assert.ok(actual >= exact - 1e-9 && actual <= exact * 1.001 + 0.001, `${actual}, not ${exact}`);
      },
    ),
  );
});

test("mean and standard deviation are those of the values", () => {
  const one = recorded([2, 4, 4, 4, 5, 5, 7, 9]);
  assert.equal(one.mean, 5);
  assert.equal(one.stddev, 2);
  assert.deepEqual([new Latencies().mean, new Latencies().stddev, new Latencies().percentile(99)], [0, 0, 0]);
});

test("nothing is left after a reset", () => {
  const one = recorded([1, 1000]);
  one.reset();
  assert.deepEqual(figures(one), figures(new Latencies()));
  one.record(5);
  assert.equal(one.percentile(50), 5);
});

test("the correction is HdrHistogram's", () => {
  const values = [...Array.from({ length: 500 }, (_, index) => 1 + (index % 7)), 1000, 250];
  const theirs = build({ bitBucketSize: 32, highestTrackableValue: 3_600_000_000, numberOfSignificantValueDigits: 3 });
  for (const ms of values) theirs.recordValueWithExpectedInterval(ms * 1000, 4000);
  const ours = recorded(values).corrected(4);
  assert.ok(Math.abs(ours.count - theirs.totalCount) <= 2, `${ours.count}, not ${theirs.totalCount}`);
  for (const percent of [50, 90, 99]) {
    const expected = theirs.getValueAtPercentile(percent) / 1000;
    assert.ok(
      Math.abs(ours.percentile(percent) - expected) <= expected * 0.01,
      `${ours.percentile(percent)}, ${expected}`,
    );
  }
});
