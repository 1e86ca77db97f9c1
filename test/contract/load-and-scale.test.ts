import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { listEvents } from "../../src/core/operations/list-events.ts";
import type { LoadtestOptions } from "../../src/core/operations/loadtest-options.ts";
import { runLoadtest } from "../../src/core/operations/run-loadtest.ts";
import { watchService } from "../../src/core/operations/watch-service.ts";
import { addFlashSale, addPolicy, project } from "../support/flash-sale.ts";
import { HttpTasks } from "../support/http-tasks.ts";
import { startSandbox, type TestSandbox } from "../support/sandbox.ts";

/** A minute of the world in half a second. */
const speed = 120;
let sandbox: TestSandbox;
let tasks: HttpTasks;

before(async () => {
  tasks = new HttpTasks(0.001);
  sandbox = await startSandbox({ runtime: tasks, speed });
  await addFlashSale(sandbox);
});
after(() => sandbox.close());

const options: LoadtestOptions = {
  concurrency: 12,
  timeoutSeconds: 3,
  method: "GET",
  headers: [],
  targets: [],
  slo: [],
};

test("a load that is too short, without a policy, says so before it starts and why nothing scaled after", async () => {
  const context = sandbox.context();
  const report = await runLoadtest(context, project, { ...options, requests: 500, slo: ["errors<1%", "rps>10000000"] });
  assert.equal(report.requests, 500);
  assert.deepEqual(report.errors, { total: 0, byKind: {}, examples: {} });
  assert.equal(report.scaled, null);
  assert.deepEqual(
    report.objectives.map(({ met }) => met),
    [true, false],
  );
  assert.match(report.verdict, /did not change: no policy scales it/);
  const warnings = context.events.flatMap((event) => (event.type === "warning" ? [event.message] : []));
  assert.deepEqual(warnings, ["no policy scales this service out: the number of tasks will not change"]);
});

test("load until three tasks answer: the report tells cause and effect, in the service's time", async () => {
  await addPolicy(sandbox);
  const context = sandbox.context();
  const report = await runLoadtest(context, project, { ...options, until: "count=3" });
  assert.deepEqual(report.until, { goal: "count=3", met: true });
  assert.equal(report.scaled?.from, 1);
  assert.equal(report.scaled.to, 3);
  // Three datapoints of a minute, at the least two whole minutes and what it takes to publish them.
  assert.ok(report.scaled.firstChangeAfterSeconds >= 120, `${report.scaled.firstChangeAfterSeconds} s`);
  assert.equal(report.tasks.length, 3);
  assert.ok(report.tasks.every((task) => task.requests > 0));
  assert.equal([...tasks.answered.values()].length, 3);
  assert.ok(report.errors.total < report.requests / 100, JSON.stringify(report.errors));
  assert.match(
    report.verdict,
    /The alarm went on after .*; the desired count went from 1 to .*first new task answered after/,
  );
  const notes = context.events.flatMap((event) => (event.type === "note" ? [event.message] : []));
  assert.match(notes.join("\n"), /3 datapoints of 60 s: about 4 min of load to the first scale-out/);
});

test("when the load has ended the service comes back to one task, and the timeline explains all of it", async () => {
  const context = sandbox.context();
  const result = await watchService(context, project, { intervalSeconds: 10, until: "count=1", timeoutSeconds: 3600 });
  assert.equal(result.met, true);
  const { events } = await listEvents(context, project, { kinds: ["scaling"] });
  assert.match(events[0]?.meaning ?? "", /because the metric was above the target of cpu-target-tracking/);
  assert.match(events.at(-1)?.meaning ?? "", /because the metric was well below the target/);
});
