import assert from "node:assert/strict";
import { test } from "node:test";
import { parseLoad } from "../../../src/core/rehearsal/load-expression.ts";
import { parseTuneObjective } from "../../../src/core/rehearsal/objective.ts";
import { runTrial, tune, type TuneOptions } from "../../../src/core/rehearsal/tune.ts";

const options = (changes: Partial<TuneOptions> = {}): TuneOptions => ({
  load: parseLoad("sine 50..900rps period 2h for 4h"),
  model: { capacityPerTask: 100, taskStart: 20, taskStop: 5, memory: { idle: 20, full: 80 }, metricDelay: 5, tasks: 1 },
  startsAt: 0,
  objective: parseTuneObjective("p(util>90%)<1%"),
  metric: "cpu",
  set: { label: "", bounds: { min: 1, max: 20 }, policies: [] },
  costOf: ({ taskHours }) => taskHours * 0.05,
  ...changes,
});

test("recommends the cheapest candidate that keeps to the objective", () => {
  const search = options();
  const { trials, frontier, recommended } = tune(search);
  assert.ok(recommended.meets && recommended.risk < 1);
  for (const trial of trials) if (trial.meets) assert.ok(trial.cost >= recommended.cost);
  assert.ok(trials.length >= 50);
  assert.ok(frontier.includes(recommended));
  assert.deepEqual(runTrial(recommended.candidate, search), recommended, "the same candidate comes to the same");
});

test("the frontier has nothing that something else beats in both", () => {
  const { trials, frontier } = tune(options());
  for (const [index, one] of frontier.entries()) {
    const next = frontier[index + 1];
    if (next) assert.ok(next.cost >= one.cost && next.risk < one.risk);
    assert.ok(!trials.some((other) => other.cost < one.cost && other.risk <= one.risk));
  }
});

test("when nothing keeps to the objective, the safest is told and does not claim to", () => {
  const { trials, recommended } = tune(options({ objective: parseTuneObjective("worst<10%") }));
  assert.equal(recommended.meets, false);
  assert.equal(recommended.risk, Math.min(...trials.map(({ risk }) => risk)));
});

test("of a limit to the cost, the safest is told that the money buys, and what each sum would buy", () => {
  const objective = parseTuneObjective("cost<1.5");
  const { trials, frontier, recommended } = tune(options({ objective }));
  const affordable = trials.filter(({ cost }) => cost < 1.5);
  assert.ok(recommended.meets && affordable.length > 1);
  assert.equal(recommended.figures.riskPercent, Math.min(...affordable.map(({ figures }) => figures.riskPercent)));
  assert.ok(frontier.length > 3 && frontier.includes(recommended));
  for (const [index, one] of frontier.entries())
    assert.ok(one.figures.riskPercent > (frontier[index + 1]?.figures.riskPercent ?? -1));
  const broke = tune(options({ objective: parseTuneObjective("cost<0.01") }));
  assert.equal(broke.recommended.meets, false);
  assert.equal(broke.recommended.cost, Math.min(...broke.trials.map(({ cost }) => cost)));
});

test("candidates keep to the maximum, and policies that stay act beside them", () => {
  const schedule = { kind: "scheduled", name: "morning", schedule: "cron(30 0 ? * * *)", min: 6 } as const;
  const { trials } = tune(options({ set: { label: "", bounds: { min: 2, max: 8 }, policies: [schedule] } }));
  for (const { candidate, figures } of trials) {
    assert.ok(candidate.min >= 1 && candidate.min <= 8 && figures.peakDesired <= 8);
    assert.ok(figures.peakDesired >= 6);
  }
});

test("a long load bounds the search", () => {
  assert.equal(tune(options({ budgetSeconds: 1 })).trials.length, 24);
  assert.equal(tune(options({ budgetSeconds: 4 * 3600 * 30 })).trials.length, 30);
});

test("requests a minute and task are searched in proportion to what a task can do", () => {
  const { recommended } = tune(options({ metric: "requests" }));
  assert.ok(recommended.candidate.target >= 1000 && recommended.candidate.target <= 6000);
});
