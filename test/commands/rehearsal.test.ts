import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Simulation } from "../../src/core/operations/simulate-scaling.ts";
import { runCli } from "../support/run-cli.ts";

let dir = "";
before(async () => {
  dir = await mkdtemp(join(tmpdir(), "ecsctl-rehearse-"));
});
after(() => rm(dir, { recursive: true, force: true }));
const cli = (...args: string[]) => runCli(["scale", ...args], { cwd: dir });
const load = ["--load", "ramp 0..400rps over 10m; hold 10m; drop", "--capacity", "100rps"];

test("scale simulate needs neither AWS nor a configuration, and leaves a page", async () => {
  const [text, json] = await Promise.all([
    cli("simulate", ...load, "--policy", "cpu 50 out 60s", "--report", "page.html"),
    cli("simulate", ...load, "--policy", "cpu 50", "--compare", "cpu 70; 2..6", "--json"),
  ]);
  assert.equal(text.code, 0, text.stderr);
  assert.match(text.stdout, /utilisation +[▁▂▃▄▅▆▇█]+/);
  assert.match(text.stdout, /Wrote .*page\.html/);
  assert.match(await readFile(join(dir, "page.html"), "utf8"), /<h1>Rehearsal of scaling<\/h1>/);
  assert.equal(json.code, 0, json.stderr);
  const { sets, load: told } = JSON.parse(json.stdout) as Simulation;
  assert.deepEqual(
    sets.map(({ label, max }) => [label, max]),
    [
      ["cpu 50", 10],
      ["cpu 70", 6],
    ],
  );
  assert.deepEqual([told.seconds, told.peak], [3000, 400]);
  assert.ok((sets[0]?.changes.length ?? 0) > 3 && (sets[0]?.timeline.length ?? 0) > 100);
});

test("scale tune recommends and exits 0, or 7 when nothing keeps to the objective", async () => {
  const [kept, missed] = await Promise.all([
    cli("tune", ...load, "--objective", "p(util>90%)<40%"),
    cli("tune", ...load, "--objective", "worst<1%", "--json"),
  ]);
  assert.equal(kept.code, 0, kept.stderr);
  assert.match(kept.stdout, /ecsctl scale policy add cpu-target-tracking --metric cpu --target \d+/);
  assert.equal(missed.code, 7, missed.stderr);
  assert.equal((JSON.parse(missed.stdout) as { objective: { met: boolean } }).objective.met, false);
});

test("a malformed load is exit 2 with its column and the grammar; a named configuration that is not there exit 3", async () => {
  const [malformed, missing] = await Promise.all([
    cli("simulate", "--load", "ramp 0..x over 1m", "--policy", "cpu 50"),
    cli("simulate", ...load, "--policy", "cpu 50", "--config", "nowhere.yaml"),
  ]);
  assert.deepEqual([malformed.code, malformed.stdout], [2, ""]);
  assert.match(malformed.stderr, /column 9: expected a rate/);
  assert.match(malformed.stderr, /ramp \[RATE\.\.\]RATE over TIME/);
  assert.equal(missing.code, 3, missing.stderr);
});
