import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { capacitySchema, configSchema } from "../../../src/core/config/schema.ts";
import type { Project } from "../../../src/core/config/project.ts";
import type { EcsctlError } from "../../../src/core/errors.ts";
import {
  type Simulation,
  type SimulateOptions,
  simulateScaling,
} from "../../../src/core/operations/simulate-scaling.ts";
import { type TuneScalingOptions, tuneScaling } from "../../../src/core/operations/tune-scaling.ts";
import { formatSimulation } from "../../../src/core/output/simulation-view.ts";
import { formatTuned } from "../../../src/core/output/tune-view.ts";
import { makeCourse } from "../../support/load-reports.ts";
import { project as base } from "../../support/flash-sale.ts";

let dir = "";
before(async () => {
  dir = await mkdtemp(join(tmpdir(), "ecsctl-rehearsal-"));
});
after(() => rm(dir, { recursive: true, force: true }));

async function write(name: string, content: string): Promise<string> {
  const file = join(dir, name);
  await writeFile(file, content);
  return file;
}

const openContext = () => Promise.reject(new Error("asks AWS"));
const load = "step 90rps 5m; step 240rps 20m";
const rehearse = (options: Partial<SimulateOptions>, project?: Project): Promise<Simulation> =>
  simulateScaling(
    { load, capacity: 100, policies: ["cpu 50"], compare: [], measure: false, ...options },
    { project, openContext },
  );
const tuned = (options: Partial<TuneScalingOptions>, project?: Project) =>
  tuneScaling(
    { load, capacity: 100, policies: [], measure: false, objective: "p(util>90%)<20%", metric: "cpu", ...options },
    { project, openContext },
  );

/** The flash sale's configuration with instances and a policy of its own. */
const project = (): Project => ({
  ...base,
  config: configSchema.parse({
    ...base.config,
    cluster: { ...base.config.cluster, capacity: capacitySchema.parse({ instanceType: "t2.small", min: 1, max: 3 }) },
    scaling: { min: 1, max: 6, policies: [{ name: "mine", type: "target-tracking", metric: "cpu", target: 50 }] },
  }),
});

describe("what a rehearsal is put together from", () => {
  test("everything by flags: no configuration, no AWS", async () => {
    const {
      sets,
      model,
      load: told,
      prices,
    } = await rehearse({ taskStart: 12, min: 2, max: 8, start: "2026-11-23T08:00" });
    assert.deepEqual([sets[0]?.min, sets[0]?.max, told.startsAt, told.unit], [2, 8, "2026-11-23T08:00:00.000Z", "rps"]);
    assert.deepEqual(
      model.map(({ name, value, source }) => [name, value, source]),
      [
        ["capacity of a task", 100, "--capacity"],
        ["task start", 12, "--task-start"],
        ["delay of metrics", 5, "assumed"],
        ["tasks at the start", 1, "assumed"],
      ],
    );
    assert.deepEqual(prices, { taskHour: null, instanceHour: null });
  });

  test("policies, bounds, instances and prices of ecsctl.yaml, beside what they are compared with", async () => {
    const file = await write(
      "other.yaml",
      "scaling: {min: 2, max: 4, policies: [{name: a, type: target-tracking, metric: cpu, target: 70}]}",
    );
    const { sets, prices } = await rehearse({ policies: [], compare: ["cpu 70; 2..5", file] }, project());
    assert.deepEqual(
      sets.map(({ label, min, max }) => [label, min, max]),
      [
        ["ecsctl.yaml", 1, 6],
        ["cpu 70", 2, 5],
        [file, 2, 4],
      ],
    );
    assert.ok((prices.instanceHour ?? 0) > 0.02);
    assert.ok(sets.every(({ figures }) => (figures.costUsd ?? 0) > 0 && figures.peakInstances >= 1));
  });

  test("flags come before ecsctl.yaml, and what a policy says of its bounds before both", async () => {
    const { sets } = await rehearse({ policies: [], compare: ["cpu 70; 2..5"], max: 9 }, project());
    assert.deepEqual(
      sets.map(({ min, max }) => [min, max]),
      [
        [1, 9],
        [2, 5],
      ],
    );
  });

  test("two sets that differ in their bounds only keep them in their names", async () => {
    const { sets } = await rehearse({ policies: ["cpu 50; 1..5"], compare: ["cpu 50; 2..5"] });
    assert.deepEqual(
      sets.map(({ label }) => label),
      ["cpu 50; 1..5", "cpu 50; 2..5"],
    );
  });

  test("a load in percent of a task needs no capacity", async () => {
    const { model } = await rehearse({ load: "step 250% 20m", capacity: undefined });
    assert.deepEqual(model[0], {
      name: "capacity of a task",
      value: 100,
      unit: "%",
      source: "the load is in percent of a task",
    });
  });

  test("a load test's report is a load, and tells what a task can do", async () => {
    const file = await write("run.json", JSON.stringify(makeCourse()));
    const { load: told, model } = await rehearse({ load: undefined, fromReport: file, capacity: undefined });
    assert.ok(told.peak > 0);
    assert.equal(told.description, file);
    assert.match(model[0]?.source ?? "", /^requests against CPU in /);
  });

  test("a CSV is a load with its own dates", async () => {
    const file = await write("week.csv", "time,rps\n2026-11-22T08:00:00Z,100\n2026-11-22T09:00:00Z,100\n");
    const { load: told } = await rehearse({ load: file });
    assert.deepEqual([told.seconds, told.startsAt, told.peak], [3600, "2026-11-22T08:00:00.000Z", 100]);
  });

  test("what cannot be rehearsed is left out and said", async () => {
    const file = await write(
      "queue.yaml",
      "{policies: [{name: queue, type: target-tracking, metric: AWS/SQS/Depth, target: 5}]}",
    );
    const { notes, sets } = await rehearse({ policies: ["cpu 50", file] });
    assert.ok(notes.includes("Left out: queue: the load says nothing about AWS/SQS/Depth."));
    assert.equal(sets[0]?.policies.length, 1);
  });
});

describe("a rehearsal's bad input", () => {
  const refused: [name: string, options: Partial<SimulateOptions>, code: string, says: RegExp][] = [
    ["no load", { load: undefined }, "LoadMissing", /No load is named/],
    ["two loads", { fromReport: "run.json" }, "SeveralLoads", /More than one/],
    ["no such CSV", { load: "/nowhere/week.csv" }, "LoadUnreadable", /week\.csv/],
    ["no such report", { load: undefined, fromReport: "/nowhere/run.json" }, "InvalidReport", /run\.json/],
    ["no capacity", { capacity: undefined }, "CapacityUnknown", /not known/],
    ["no policy", { policies: [] }, "PolicyMissing", /no policy/],
    ["no such policy file", { policies: ["/nowhere/p.yaml"] }, "PolicyUnreadable", /p\.yaml/],
    ["bad policy", { compare: ["cpu many"] }, "InvalidPolicy", /expected a target/],
    ["bounds the wrong way round", { min: 5, max: 2 }, "MinAboveMax", /5 is above the maximum of 2/],
    ["bad instances", { instances: "3" }, "InvalidInstances", /--instances 3/],
    ["bad memory", { policies: ["memory 50"], memory: "much" }, "InvalidMemory", /--memory much/],
    ["bad start", { start: "tomorrow" }, "InvalidStart", /--start tomorrow/],
    ["metrics without a configuration", { load: undefined, fromMetrics: 3600 }, "ConfigNotFound", /ecsctl\.yaml/],
    ["a measurement without a configuration", { measure: true }, "ConfigNotFound", /ecsctl\.yaml/],
    [
      "a page in no folder",
      { page: { file: "/nowhere/r.html", render: async () => "" } },
      "CannotWriteReport",
      /r\.html/,
    ],
  ];
  for (const [name, options, code, says] of refused)
    test(name, async () => {
      const ask = name.includes("configuration") ? { openContext: async () => ({}) as never } : { openContext };
      const wanted = { load, capacity: 100, policies: ["cpu 50"], compare: [], measure: false, ...options };
      await assert.rejects(simulateScaling(wanted, { project: undefined, ...ask }), (error: EcsctlError) => {
        assert.equal(error.code, code);
        assert.match(error.message, says);
        assert.equal(error.exitCode, 2);
        assert.ok(error.hint, "it says what to do");
        return true;
      });
    });

  test("JSON is not CSV, and a YAML file says where it is wrong", async () => {
    const json = await write("run2.json", "{}");
    await assert.rejects(rehearse({ load: json }), { code: "InvalidLoad", message: /this is JSON/ });
    const wrong: [string, RegExp][] = [
      ["{policies: [{name: a, type: magic}]}", /policies\[0\]\.type/],
      ["{scaling: {}}", /it has no `policies`/],
      ["a: [", /bad\.yaml.*[^:]\.$/],
      [
        "policies: [{ name: a, type: target-tracking, metric: cpu }]",
        /policies\[0\]: target is missing: a target-tracking policy needs it/,
      ],
      ['policies: [{ name: a, type: scheduled, schedule: "rate(1 hour)" }]', /min or max is missing/],
    ];
    for (const [content, says] of wrong) {
      const file = await write("bad.yaml", content);
      await assert.rejects(rehearse({ policies: [file] }), { code: "InvalidPolicy", exitCode: 3, message: says });
    }
  });
});

describe("tuning", () => {
  test("says what to type, how it compares with now, and what more load would do", async () => {
    const result = await tuned({}, project());
    assert.equal(result.objective.met, true);
    assert.equal(result.costUnit, "USD");
    assert.match(
      result.apply[0] ?? "",
      /^ecsctl scale policy add cpu-target-tracking --metric cpu --target \d+ --min \d --max 6 /,
    );
    assert.equal(result.present?.label, "ecsctl.yaml");
    assert.ok(result.margin.risk >= result.recommended.risk);
    assert.ok(result.robust && result.robust.cost >= result.recommended.cost);
    const text = formatTuned(result, 200);
    assert.match(text, /keeps to p\(util>90%\)<20% \([\d.]+ %\) for the least: \$/);
    assert.match(text, /As it is now \(ecsctl\.yaml\)/);
    assert.match(text, /\nNext:\n.*ecsctl scale policy add/);
    assert.match(text, /\n→ +80 +3 +60 s, 300 s +\$/);
    for (const line of formatTuned(result, 80).split("\n"))
      assert.ok([...line].length <= 80 || line.startsWith("  ecsctl"), line);
  });

  test("does not claim what it did not reach", async () => {
    const result = await tuned({ objective: "worst<5%", min: 1, max: 3 });
    assert.equal(result.objective.met, false);
    assert.match(formatTuned(result, 200), /^Nothing that was tried keeps to worst<5%/);
  });

  test("refuses objectives, metrics and prices that it cannot know", async () => {
    await assert.rejects(tuned({ objective: "p99<5ms" }), { code: "InvalidObjective", exitCode: 2 });
    await assert.rejects(tuned({ objective: "cost<5" }), { code: "PricesUnknown", exitCode: 2 });
    await assert.rejects(tuned({ load: "step 50% 10m", metric: "requests" }), { code: "InvalidMetric", exitCode: 2 });
  });
});

test("a sentence says what it comes to: of one set, and which of several is safest and which cheapest", async () => {
  const one = await rehearse({ policies: ["cpu 50 cooldown 60s; 1..2"] });
  assert.match(
    one.summary,
    /^cpu 50 cooldown 60s takes the service to 2 tasks: [\d.]+ % of the time over 90 %, [\d.]+ task-hours\. It comes to its maximum of 2\.$/,
  );
  const several = await rehearse({ compare: ["cpu 90"] });
  assert.match(
    several.summary,
    /^cpu 50 is the safest \(.*\), for \d+ % more than the cheapest, cpu 90 \(.* over 90 %, [\d.]+ task-hours\)\.$/,
  );
  const quiet = await rehearse({ load: "step 10rps 20m", policies: ["cpu 50; 2..4"], compare: ["cpu 50; 1..4"] });
  assert.equal(quiet.summary, "cpu 50; 1..4 is the safest and the cheapest: never over 90 %, 0.333 task-hours.");
  const waiting = await rehearse({
    load: "step 900rps 30m",
    policies: ["cpu 50; 1..12"],
    instances: "1..2",
    tasksPerInstance: 2,
  });
  assert.match(waiting.summary, /Tasks wait for an instance for \d+ min; 2 run at most\.$/);
});

test("the text has a chart of every set, the figures side by side, and the model with its sources", async () => {
  const text = formatSimulation(await rehearse({ compare: ["cpu 80"], instances: "1..3" }), 100);
  assert.match(text, /^step 90rps 5m; step 240rps 20m: 25 min, 240 rps at most, 210 rps on average\n/);
  for (const row of ["demand", "utilisation", "desired", "running", "instances"])
    assert.match(text, new RegExp(`\n  ${row} +[▁▂▃▄▅▆▇█]+`));
  assert.match(text, /\n +cpu 50 +cpu 80\n/);
  assert.match(text, /\np\(util>90%\) +[\d.]+ % +[\d.]+ %\n/);
  assert.match(text, /\n  capacity of a task +100 requests\/s +--capacity\n/);
  for (const line of text.split("\n")) assert.ok([...line].length <= 100 || line.startsWith("  ecsctl"), line);
  const compare = [
    "cpu 80",
    "memory 60; 1..9",
    "step cpu 80:+2 20:-1; schedule cron(0 8 ? * MON-FRI *) zone Europe/Berlin min 4",
  ];
  const narrow = formatSimulation(await rehearse({ compare }), 80);
  for (const line of narrow.split("\n")) assert.ok([...line].length <= 80 || line.startsWith("  ecsctl"), line);
  assert.equal(narrow.match(/^p\(util>90%\)/gm)?.length, 2, "as many side by side as there is room for");
});
