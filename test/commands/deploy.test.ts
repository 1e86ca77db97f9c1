import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Journey } from "../support/journey.ts";

let journey: Journey;
before(async () => {
  journey = await Journey.open("deploy");
  await journey.json("sandbox", "start", "--speed", "60", "--runtime", "process");
  await journey.json("init", "--template", "flash-sale", "--dir", journey.dir, "--yes", "--force");
  await journey.json("push", "--sandbox", "--engine", "builtin");
});
after(() => journey.close());

const journals = (): string[] => {
  const folder = join(journey.dir, "state", "journals");
  return existsSync(folder) ? readdirSync(folder) : [];
};

test("plan: exit 10 and the document while changes are pending", async () => {
  const outcome = await journey.run(["plan", "--sandbox", "--json"]);
  assert.equal(outcome.code, 10, outcome.stderr);
  const document = outcome.json<Record<string, unknown> & { steps: object[]; cost: object }>();
  assert.equal(document["version"], 1);
  assert.equal(document["changes"], 12);
  for (const key of ["id", "resource", "action", "changes", "needs"]) assert.ok(key in (document.steps[0] ?? {}), key);
  for (const key of ["currency", "hourlyMin", "hourlyMax", "pricesAsOf"]) assert.ok(key in document.cost, key);
});

test("plan says what is open to the world and what is more than an instance needs", async () => {
  const { stdout } = await journey.run(["plan", "--sandbox"]);
  assert.match(stdout, /open to the world/);
  assert.match(stdout, /AmazonEC2ContainerRegistryPowerUser is more than an instance needs/);
  assert.ok(!stdout.includes(String.fromCodePoint(27)), "no colour without a terminal");
});

test("Ctrl-C: exit 130, the journal is written, the next run says what it resumes and converges", async () => {
  const { child, outcome } = journey.start(["deploy", "--yes", "--sandbox"]);
  let interrupted = false;
  child.stderr?.on("data", (chunk: Buffer) => {
    if (interrupted || !chunk.toString().includes("create")) return;
    interrupted = true;
    child.kill("SIGINT");
  });
  const stopped = await outcome;
  assert.equal(stopped.code, 130, stopped.stderr);
  assert.equal(journals().length, 1);
  const { code, stderr } = await journey.run(["deploy", "--yes", "--sandbox"]);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /Resuming after the deploy of .* was interrupted/);
  assert.deepEqual(journals(), []);
});

test("deploy again: the document, and nothing to do; plan agrees with exit 0", async () => {
  const document = await journey.json<{ steps: { action: string }[]; deployment: { status: string }; seconds: number }>(
    "deploy",
    "--yes",
    "--sandbox",
  );
  assert.equal(document.deployment.status, "completed");
  assert.ok(document.steps.every(({ action }) => action === "keep"));
  assert.equal((await journey.run(["plan", "--sandbox"])).code, 0);
});

test("scale policy add, list and remove: documents and file", async () => {
  const add = "scale policy add cpu-target-tracking --metric cpu --target 50 --min 1 --max 3 --scale-out-cooldown 30s";
  const added = await journey.json<{ policy: object; alarms: string[]; target: object }>(
    ...add.split(" "),
    "--sandbox",
  );
  assert.equal(added.alarms.length, 2);
  assert.deepEqual(added.target, { min: 1, max: 3 });
  assert.match(await readFile(join(journey.dir, "ecsctl.yaml"), "utf8"), /^ +- name: cpu-target-tracking/m);
  const listed = await journey.json<{ policies: { name: string; scaleOutCooldown: number }[] }>(
    "scale",
    "policy",
    "list",
    "--sandbox",
  );
  assert.deepEqual(
    listed.policies.map(({ name, scaleOutCooldown }) => [name, scaleOutCooldown]),
    [["cpu-target-tracking", 30]],
  );
  assert.equal((await journey.run(["plan", "--sandbox"])).code, 0, "the file says what AWS has");
  const removed = await journey.json<{ removed: string }>(
    "scale",
    "policy",
    "remove",
    "cpu-target-tracking",
    "--sandbox",
  );
  assert.equal(removed.removed, "cpu-target-tracking");
  assert.equal((await journey.run(["plan", "--sandbox"])).code, 0);
});

test("a policy that lacks something, or that the service cannot follow, is refused", async () => {
  const base = "scale policy add p --min 1 --max 3 --sandbox".split(" ");
  for (const [extra, words] of [
    [["--metric", "cpu", "--target", "50", "--type", "step"], /Missing: --step/],
    [["--metric", "requests", "--target", "50"], /no load balancer that counts them/],
    [["--metric", "cpu", "--target", "0"], /above 0/],
  ] as const) {
    const outcome = await journey.run([...base, ...extra]);
    assert.equal(outcome.code, 2, outcome.stderr);
    assert.match(outcome.stderr, words);
  }
});

test("destroy: a wrong name touches nothing, the right one leaves nothing", async () => {
  const wrong = await journey.run(["destroy", "--confirm", "another", "--sandbox"]);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /flash-sale/);
  const document = await journey.json<{ deleted: string[]; kept: object[]; remaining: string[] }>(
    "destroy",
    "--confirm",
    "flash-sale",
    "--sandbox",
  );
  assert.ok(document.deleted.length > 10);
  assert.deepEqual(document.remaining, []);
  assert.deepEqual(document.kept, []);
});
