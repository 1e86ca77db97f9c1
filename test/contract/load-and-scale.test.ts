import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Event } from "../../src/core/events.ts";
import type { LoadProgress } from "../../src/core/operations/load-run.ts";
import { listEvents } from "../../src/core/operations/list-events.ts";
import type { LoadtestOptions } from "../../src/core/operations/loadtest-options.ts";
import { runLoadtest } from "../../src/core/operations/run-loadtest.ts";
import { watchService } from "../../src/core/operations/watch-service.ts";
import { addFlashSale, addPolicy, project, removePolicy } from "../support/flash-sale.ts";
import { HttpTasks } from "../support/http-tasks.ts";
import { startSandbox, type TestSandbox } from "../support/sandbox.ts";

/** A minute of the world in half a second. */
const speed = 120;
let sandbox: TestSandbox;
let tasks: HttpTasks;

before(async () => {
  tasks = new HttpTasks();
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
  tasks.cpuSecondsPerRequest = 0.001;
  const context = sandbox.context();
  const report = await runLoadtest(context, project, { ...options, until: "count=3" });
  assert.deepEqual(report.until, { goal: "count=3", met: true });
  assert.equal(report.scaled?.from, 1);
  assert.equal(report.scaled.to, 3);
  // Three datapoints of a minute, at the least two whole minutes and what it takes to publish them.
  assert.ok(report.scaled.firstChangeAfterSeconds >= 120, `${report.scaled.firstChangeAfterSeconds} s`);
  assert.equal(report.tasks.length, 3);
  assert.ok(report.tasks.every((task) => task.requests > 0));
  assert.ok([...tasks.answered.values()].filter((count) => count > 0).length >= 3);
  assert.ok(report.errors.total < report.requests / 100, JSON.stringify(report.errors));
  assert.match(
    report.verdict,
    /The alarm went on after .*; the desired count went from 1 to .*first new task answered after/,
  );
  const notes = context.events.flatMap((event) => (event.type === "note" ? [event.message] : []));
  assert.match(notes.join("\n"), /3 datapoints of 60 s, about 4 min of load to the first scale-out/);
});

test("when the load has ended the service comes back to one task, and the timeline explains all of it", async () => {
  const context = sandbox.context();
  const result = await watchService(context, project, { intervalSeconds: 10, until: "count=1", timeoutSeconds: 3600 });
  assert.equal(result.met, true);
  const { events } = await listEvents(context, project, { kinds: ["scaling"] });
  assert.match(events[0]?.meaning ?? "", /because the metric was above the target of cpu-target-tracking/);
  assert.match(events.at(-1)?.meaning ?? "", /because the metric was well below the target/);
});

test("tasks that come and go under load get their share and cost next to no request", async () => {
  const context = sandbox.context();
  // Nothing but this test sets the count.
  await removePolicy(sandbox);
  const setCount = (desiredCount: number) =>
    context.aws.call("ecs", "UpdateService", {
      cluster: project.config.cluster.name,
      service: project.config.service.name,
      desiredCount,
    });
  let step = 0;
  const seen = new AbortController();
  const emit = (event: Event) => {
    if (event.type !== "data" || event.kind !== "load") return;
    const { running } = (event.data as LoadProgress).sample;
    if (step === 0) void setCount(3).then(() => (step = 2));
    if (step === 0) step = 1;
    if (step === 2 && running === 3) void setCount(1).then(() => (step = 4));
    if (step === 2 && running === 3) step = 3;
    if (step === 4 && running === 1) seen.abort();
  };
  // It ends when all of that was seen; on a busy computer that takes longer.
  const load = { ...options, durationSeconds: 60 };
  const report = await runLoadtest({ ...context, emit, signal: seen.signal }, project, load);
  assert.equal(step, 4, "went to three tasks and back");
  assert.equal(report.tasks.filter((task) => task.requests > 0).length, 3);
  // A task that is stopped takes the requests under way with it, at most one a client; the clients go on elsewhere.
  assert.ok(report.errors.total <= 2 * options.concurrency, JSON.stringify(report.errors));
  const lost = report.tasks.filter((task) => task.stopped).reduce((sum, { errors }) => sum + errors, 0);
  assert.equal(report.errors.total, lost, "every error was at a task that stopped");
  const explained = new Set(["reset", "refused"]);
  assert.deepEqual(
    Object.keys(report.errors.byKind).filter((kind) => !explained.has(kind)),
    [],
  );
  assert.deepEqual(report.scaled && [report.scaled.from, report.scaled.to], [1, 3]);
});
