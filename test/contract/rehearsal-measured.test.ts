import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { capacitySchema } from "../../src/core/config/schema.ts";
import type { RehearsalOptions } from "../../src/core/operations/rehearsal-options.ts";
import { type Simulation, simulateScaling } from "../../src/core/operations/simulate-scaling.ts";
import { parseLoad } from "../../src/core/rehearsal/load-expression.ts";
import { play, ScriptedLoad } from "../support/agreement.ts";
import { addFlashSale, project } from "../support/flash-sale.ts";
import { startSandbox, type TestSandbox } from "../support/sandbox.ts";

const { cluster, service, task } = project.config;

describe("a rehearsal that looks at the running service", () => {
  const runtime = new ScriptedLoad();
  let sandbox: TestSandbox;

  before(async () => {
    sandbox = await startSandbox({ runtime });
    await addFlashSale(sandbox);
    runtime.begun = true;
    await sandbox.aws().call("ecs", "UpdateService", { cluster: cluster.name, service: service.name, desiredCount: 2 });
    await sandbox.advance(60 - ((sandbox.world.clock.now() / 1000) % 60));
    const { rates } = parseLoad("step 60% 10m; step 160% 20m; step 40% 5m");
    const loaded = { name: service.name, cluster: cluster.name, rates, size: { cpu: task.cpu, memory: task.memory } };
    await play(sandbox, runtime, [{ ...loaded, memory: { idle: 40, full: 40 } }], { seconds: rates.length });
  });
  after(() => sandbox.close());

  const rehearse = (options: Partial<RehearsalOptions>, config = project.config): Promise<Simulation> =>
    simulateScaling(
      { policies: ["cpu 50 cooldown 60s; memory 70; 1..10"], compare: [], measure: false, ...options },
      { project: { ...project, config }, openContext: async () => sandbox.context() },
    );
  const parametersOf = ({ model }: Simulation) =>
    Object.fromEntries(model.map(({ name, value, source }) => [name, { value, source }]));

  it("takes CPU times tasks of the last days as its load, in percent of a task", async () => {
    const simulation = await rehearse({ fromMetrics: 1800 });
    const { load } = simulation;
    assert.equal(load.unit, "%");
    assert.match(load.description, /^flash-sale-service since .* UTC, CPU × tasks$/);
    assert.ok(Math.abs(load.peak - 160) < 2, `peak ${load.peak}`);
    assert.ok(load.seconds >= 27 * 60 && load.seconds <= 31 * 60);
    assert.deepEqual(parametersOf(simulation)["tasks at the start"], { value: 2, source: "as many as ran then" });
    assert.equal(simulation.sets[0]?.figures.peakDesired, 5);
  });

  it("measures how long tasks and instances take, memory, and what runs", async () => {
    const capacity = capacitySchema.parse({ instanceType: "t3.small", min: 1, max: 3 });
    const config = { ...project.config, cluster: { ...cluster, capacity } };
    const simulation = await rehearse({ load: "step 90% 20m", measure: true }, config);
    const found = parametersOf(simulation);
    const start = found["task start"];
    assert.ok(Number(start?.value) >= 4 && Number(start?.value) <= 10, JSON.stringify(start));
    assert.equal(start?.source, "measured on 2 tasks, created to started");
    const boot = found["instance boot"];
    assert.ok(Number(boot?.value) >= 40 && Number(boot?.value) <= 45, JSON.stringify(boot));
    assert.equal(boot?.source, "measured on 1 instance, launched to registered");
    assert.deepEqual(found["tasks at the start"], { value: 2, source: "running now" });
    assert.deepEqual(found["memory, idle to busy"], { value: "40..40", source: "measured, the last hour" });
    assert.equal(found["tasks on an instance"]?.source, "t3.small and task.cpu, task.memory");
    assert.ok((simulation.sets[0]?.figures.costUsd ?? 0) > 0);
  });

  it("says so when there are no metrics for that time, and when a flag says better it takes the flag", async () => {
    const flagged = parametersOf(await rehearse({ load: "step 90% 20m", measure: true, taskStart: 33, tasks: 5 }));
    assert.deepEqual(flagged["task start"], { value: 33, source: "--task-start" });
    assert.deepEqual(flagged["tasks at the start"], { value: 5, source: "--tasks" });
    await assert.rejects(rehearse({ fromMetrics: 30 }), { code: "TooShort" });
    const other = { ...project.config, service: { ...service, name: "nobody" } };
    await assert.rejects(rehearse({ fromMetrics: 3600 }, other), { code: "ServiceNotFound", exitCode: 4 });
  });
});
