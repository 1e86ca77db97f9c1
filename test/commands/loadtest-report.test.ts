import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as z from "zod";
import { stringify } from "yaml";
import { mergeHistograms } from "../../src/core/loadtest/encoded-histogram.ts";
import { loadReportSchema } from "../../src/core/loadtest/report-schema.ts";
import type { LoadReport } from "../../src/core/loadtest/report.ts";
import type { ReportComparison } from "../../src/core/operations/compare-reports.ts";
import { addFlashSale, addPolicy, project } from "../support/flash-sale.ts";
import { HttpTasks } from "../support/http-tasks.ts";
import { makeCourse } from "../support/load-reports.ts";
import { root, runCli } from "../support/run-cli.ts";
import { startSandbox, type TestSandbox } from "../support/sandbox.ts";

let sandbox: TestSandbox;
let dir: string;
const cli = (...args: string[]) =>
  runCli(args, {
    cwd: dir,
    env: {
      AWS_ENDPOINT_URL: sandbox.url,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "sandbox",
      AWS_SECRET_ACCESS_KEY: "sandbox",
      ECSCTL_STATE_DIR: join(dir, "state"),
    },
  });
const readText = (name: string) => readFile(join(dir, name), "utf8");

before(async () => {
  sandbox = await startSandbox({ runtime: new HttpTasks(), speed: 60 });
  dir = await mkdtemp(join(tmpdir(), "ecsctl-report-"));
  await writeFile(join(dir, "ecsctl.yaml"), stringify(project.config));
  await addFlashSale(sandbox);
  await addPolicy(sandbox);
});
after(async () => {
  await sandbox.close();
  await rm(dir, { recursive: true, force: true });
});

test("a real load leaves a document as published, its histograms for other tools, and a page", async () => {
  const files = ["--out", "run.json", "--report", "run.html"];
  const outcome = await cli(
    "loadtest",
    "--duration",
    "3s",
    "--concurrency",
    "2",
    "--max-rps",
    "200",
    "--json",
    ...files,
  );
  assert.equal(outcome.code, 0, outcome.stderr);
  assert.match(outcome.stderr, /wrote \S+run\.json\n.*wrote \S+run\.html/);

  const report = JSON.parse(await readText("run.json")) as LoadReport;
  const published = JSON.parse(await readFile(join(root, "schema/loadtest-report.schema.json"), "utf8")) as object;
  const check = z.fromJSONSchema(published as Parameters<typeof z.fromJSONSchema>[0]).safeParse(report);
  assert.ok(check.success, JSON.stringify(check.error?.issues));
  assert.deepEqual(loadReportSchema.parse(report), report, "no field without a description");

  const whole = mergeHistograms([report.histogram.data]);
  assert.equal(whole.totalCount, report.latency.measured);
  const seconds = mergeHistograms(report.timeline.map((sample) => sample.histogram ?? ""));
  assert.deepEqual(seconds.toString(), whole.toString(), "the seconds together are the whole");
  assert.ok(Math.abs(whole.getValueAtPercentile(99) / 1000 - report.latency.p99) < 0.01);

  const printed = JSON.parse(outcome.stdout) as LoadReport;
  assert.ok(printed.timeline.every((sample) => sample.histogram === undefined));
  assert.deepEqual({ ...report, timeline: [] }, { ...printed, timeline: [] });
  assert.match(await readText("run.html"), /^<!doctype html>[^]*Load test of flash-sale-service/);
});

test("the page is made again from the document, by source and bundle alike", async () => {
  await writeFile(join(dir, "course.json"), JSON.stringify(makeCourse()));
  const [first, named] = await Promise.all([
    cli("loadtest", "report", "course.json"),
    cli("loadtest", "report", "course.json", "--out", "again.html", "--json"),
  ]);
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /^It scaled\.\n\nWrote \S+course\.html/);
  assert.equal((JSON.parse(named.stdout) as { report: string }).report, join(dir, "again.html"));
  assert.equal(await readText("again.html"), await readText("course.html"));
  const bundled = await runCli(["loadtest", "report", "course.json", "--out", "bundled.html"], {
    cwd: dir,
    bin: "run.js",
  });
  assert.equal(bundled.code, 0, bundled.stderr);
  assert.match(await readText("bundled.html"), /uPlot/);
});

test("two runs are compared, exit 0 whatever comes out", async () => {
  const slow = makeCourse();
  await writeFile(join(dir, "a.json"), JSON.stringify(slow));
  const steady = slow.timeline.map((sample) => ({ ...sample, requests: 5000 + (sample.seconds % 9) }));
  await writeFile(join(dir, "b.json"), JSON.stringify({ ...slow, requests: 600_000, rps: 5004, timeline: steady }));
  const [text, json] = await Promise.all([
    cli("loadtest", "compare", "a.json", "b.json"),
    cli("loadtest", "compare", "a.json", "b.json", "--json"),
  ]);
  assert.equal(text.code, 0, text.stderr);
  assert.match(text.stdout, /^B is better than A: requests a second\.\n/);
  assert.match(text.stdout, /\nrequests\/s .* better\n/);
  assert.match(text.stdout, /\np99 .* not more than noise\n/);
  const { figures, method } = JSON.parse(json.stdout) as ReportComparison;
  assert.deepEqual(
    figures.map(({ figure, verdict }) => [figure, verdict]),
    [
      ["rps", "better"],
      ["errorPercent", "same"],
      ["p50", "same"],
      ["p90", "same"],
      ["p99", "same"],
    ],
  );
  assert.equal(method.intervalsA, 120);
});

test("what is no report, and what cannot be written, is a usage error that says why, before any load", async () => {
  await writeFile(join(dir, "text.json"), "not json");
  await writeFile(join(dir, "other.json"), `{"version":1,"requests":"many"}`);
  await writeFile(join(dir, "newer.json"), `{"version":99}`);
  const wrong: [args: string[], says: RegExp][] = [
    [["report", "nowhere.json"], /nowhere\.json is not a report.*ENOENT/s],
    [["report", "text.json"], /it is not JSON/],
    [["report", "other.json"], /startedAt: /],
    [["compare", "newer.json", "other.json"], /its version is 99.*a newer one wrote it/s],
    [["compare", "other.json"], /./],
    [["--report", "no/such/folder/x.html"], /--report no\/such\/folder\/x\.html: cannot be written/],
    [["--out", "."], /this is a folder/],
  ];
  const outcomes = await Promise.all(wrong.map(([args]) => cli("loadtest", ...args)));
  for (const [index, { code, stderr, stdout }] of outcomes.entries()) {
    assert.equal(code, 2, stderr);
    assert.match(stderr, wrong[index]?.[1] ?? /$^/);
    assert.equal(stdout, "");
  }
});
