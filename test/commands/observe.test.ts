import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { stringify } from "yaml";
import type { LoadReport } from "../../src/core/loadtest/report.ts";
import type { Endpoint, Snapshot } from "../../src/core/observe/snapshot.ts";
import type { TimelineEntry } from "../../src/core/observe/timeline.ts";
import { addFlashSale, addPolicy, project } from "../support/flash-sale.ts";
import { HttpTasks } from "../support/http-tasks.ts";
import { collect, runCli, startCli } from "../support/run-cli.ts";
import { startSandbox, type TestSandbox } from "../support/sandbox.ts";

let sandbox: TestSandbox;
let dir: string;
const options = () => ({
  cwd: dir,
  env: {
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "sandbox",
    AWS_SECRET_ACCESS_KEY: "sandbox",
    ECSCTL_STATE_DIR: join(dir, "state"),
  },
});
const cli = (...args: string[]) => runCli(args, options());

before(async () => {
  sandbox = await startSandbox({ runtime: new HttpTasks(), speed: 60 });
  dir = await mkdtemp(join(tmpdir(), "ecsctl-observe-"));
  await writeFile(join(dir, "ecsctl.yaml"), stringify(project.config));
});
after(async () => {
  await sandbox.close();
  await rm(dir, { recursive: true, force: true });
});

test("without a cluster, watch, status, endpoints, events and loadtest are one clear error each, exit 4", async () => {
  const commands = ["watch", "status", "endpoints", "events", "loadtest"];
  for (const outcome of await Promise.all(commands.map((command) => cli(command, "--json")))) {
    assert.equal(outcome.code, 4, outcome.stderr);
    const { error } = JSON.parse(outcome.stdout) as { error: { code: string; hint: string } };
    assert.equal(error.code, "ClusterNotFound");
    assert.match(error.hint, /ecsctl deploy/);
  }
});

test("what is malformed is a usage error, exit 2, before AWS is asked", async () => {
  const wrong = [
    ["watch", "--until", "someday"],
    ["watch", "--interval", "soon"],
    ["loadtest", "--slo", "p99<fast"],
    ["loadtest", "--target", "nowhere"],
    ["loadtest", "--concurrency", "0"],
    ["events", "--kind", "gossip"],
  ];
  for (const outcome of await Promise.all(wrong.map((args) => cli(...args)))) {
    assert.equal(outcome.code, 2, outcome.stderr);
    assert.equal(outcome.stdout, "");
  }
});

test("status and endpoints print the documents that scripts rely on, and a text that says what to type next", async () => {
  await addFlashSale(sandbox);
  await addPolicy(sandbox);
  const [status, endpoints, text] = await Promise.all([
    cli("status", "--json"),
    cli("endpoints", "--json"),
    cli("status"),
  ]);
  const snapshot = JSON.parse(status.stdout) as Snapshot;
  const { name, cluster, desired, running, pending, taskDefinition } = snapshot.service;
  assert.deepEqual(
    [name, cluster, desired, running, pending, taskDefinition],
    ["flash-sale-service", "flash-sale-cluster", 1, 1, 0, "flash-sale-task:1"],
  );
  const list = JSON.parse(endpoints.stdout) as { endpoints: Endpoint[] };
  const [endpoint] = list.endpoints;
  assert.deepEqual(Object.keys(endpoint ?? {}).sort(), [
    "containerPort",
    "hostPort",
    "instance",
    "publicIp",
    "task",
    "url",
  ]);
  assert.equal(endpoint?.url, `http://${endpoint?.publicIp}:${endpoint?.hostPort}/`);
  assert.match(text.stdout, /1 running of 1 desired/);
  assert.match(text.stdout, /\nNext: ecsctl \w+/);
});

test("events are one timeline; with --explain each says what it means", async () => {
  const [json, text] = await Promise.all([cli("events", "--json"), cli("events", "--explain", "--kind", "service")]);
  const { events } = JSON.parse(json.stdout) as { events: TimelineEntry[] };
  assert.ok(events.length >= 3);
  assert.deepEqual(
    events.map((entry) => entry.at),
    events.map((entry) => entry.at).toSorted(),
  );
  assert.match(text.stdout, /has reached a steady state\.\n\s+→ As many healthy tasks run as should/);
  assert.doesNotMatch(text.stdout, / instance {2}/);
});

test("watch prints one document a line until its goal is met, and exit 7 when it is not", async () => {
  const met = await cli("watch", "--json", "--until", "count=1");
  assert.equal(met.code, 0);
  const lines = met.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Snapshot);
  assert.ok(lines.every((one) => one.at && one.service.running === 1));
  const missed = await cli("watch", "--until", "count=2", "--timeout", "20s");
  assert.equal(missed.code, 7);
  assert.match(missed.stdout, /^\d\d:\d\d:\d\d tasks: 1 running of 1 desired$/m);
  assert.match(missed.stderr, /--until count=2 was not met/);
});

test("loadtest prints the verdict, or one document with every figure, and writes it where it is told", async () => {
  const args = ["loadtest", "--requests", "300", "--concurrency", "5", "--slo", "errors<1%"];
  const [text, json] = [await cli(...args), await cli(...args, "--json", "--out", "report.json")];
  assert.equal(text.code, 0, text.stderr);
  // On a busy computer the first line says that the generator was the bottleneck.
  assert.match(text.stdout, /^(The generator was the bottleneck: [^\n]*[.] )?5 clients sent 300 requests/);
  const report = JSON.parse(json.stdout) as LoadReport;
  assert.equal(report.requests, 300);
  assert.deepEqual(report.objectives, [{ objective: "errors<1%", met: true, value: 0 }]);
  assert.equal(report.latency.unit, "ms");
  assert.equal(report.tasks.length, 1);
  // The file has the same figures and, besides, what tools need to compute others: the encoded histograms.
  const { requests, errors, latency, tasks, verdict } = report;
  const written = JSON.parse(await readFile(join(dir, "report.json"), "utf8")) as LoadReport;
  assert.partialDeepStrictEqual(written, { requests, errors, latency, tasks, verdict });
});

test("a missed objective is exit 7, with the report and its figure", async () => {
  const outcome = await cli("loadtest", "--requests", "50", "--concurrency", "2", "--slo", "rps>99999999");
  assert.equal(outcome.code, 7);
  assert.match(outcome.stdout, /MISSED {2}rps>99999999 {2}measured [\d.]+/);
});

test("Ctrl-C ends a load with the report so far, exit 130", async () => {
  const child = startCli(["loadtest", "--concurrency", "3", "--json", "--duration", "10m"], options());
  let interrupted = false;
  child.stderr.on("data", (text: Buffer) => {
    // Once only: a second Ctrl-C would leave at once.
    if (interrupted || !text.toString().includes("requests/s")) return;
    interrupted = child.kill("SIGINT");
  });
  const outcome = await collect(child);
  assert.equal(outcome.code, 130);
  const report = JSON.parse(outcome.stdout) as LoadReport;
  assert.equal(report.interrupted, true);
  assert.ok(report.requests > 0);
});
