import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import * as z from "zod";
import {
  countsOf,
  encodeHistogram,
  mergeHistograms,
  percentileMs,
} from "../../../src/core/loadtest/encoded-histogram.ts";
import { loadReportSchema, reportJsonSchema } from "../../../src/core/loadtest/report-schema.ts";
import { encodeLatencies, makeCourse } from "../../support/load-reports.ts";

const published = join(import.meta.dirname, "../../../schema/loadtest-report.schema.json");

test("the published schema is current: npm run generate:schema", async () => {
  assert.deepEqual(JSON.parse(await readFile(published, "utf8")), JSON.parse(JSON.stringify(reportJsonSchema())));
});

test("a report is valid by the published schema; one of another version, or without a field, is not", () => {
  const check = z.fromJSONSchema(reportJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);
  const course = makeCourse();
  assert.ok(check.safeParse(course).success);
  assert.ok(check.safeParse({ ...course, more: "may be added" }).success);
  assert.ok(!check.safeParse({ ...course, version: 2 }).success);
  const { verdict: _verdict, ...rest } = course;
  assert.ok(!check.safeParse(rest).success);
  assert.deepEqual(loadReportSchema.parse(course), course);
});

test("an encoded histogram comes back as it was, and is what other tools call V2 compressed", () => {
  const latencies = [0.007, 1.234, 1.234, 987.6, 3_000_000];
  const encoded = encodeLatencies(latencies);
  assert.match(encoded, /^HISTFAAAA/);
  // The cookie of a compressed V2 histogram, HdrHistogram's EncodableHistogram.
  assert.equal(Buffer.from(encoded, "base64").readUInt32BE(0), 0x1c849314);
  assert.equal(encodeHistogram(mergeHistograms([encoded])), encoded);
  const counts = countsOf(encoded);
  assert.deepEqual(
    counts.map(([, count]) => count),
    [1, 2, 1, 1],
  );
  for (const [index, ms] of [0.007, 1.234, 987.6, 3_000_000].entries()) {
    const [kept = 0] = counts[index] ?? [];
    assert.ok(Math.abs(kept - ms) <= ms / 1000, `${kept} is not about ${ms}`);
  }
});

test("merging adds up, and nothing is nothing", () => {
  const merged = mergeHistograms([encodeLatencies([1, 2]), "", encodeLatencies([3])]);
  assert.equal(merged.totalCount, 3);
  assert.equal(percentileMs(merged, 100), merged.maxValue / 1000);
  assert.deepEqual([percentileMs(mergeHistograms([]), 99), countsOf("")], [0, []]);
});
