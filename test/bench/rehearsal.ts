/** How long a rehearsed week takes: `npm run bench:rehearsal`. Prints; asserts nothing. */
import { parseLoad } from "../../src/core/rehearsal/load-expression.ts";
import type { Model } from "../../src/core/rehearsal/model.ts";
import { parseTuneObjective } from "../../src/core/rehearsal/objective.ts";
import type { PolicySet } from "../../src/core/rehearsal/policy.ts";
import { rehearsePolicy } from "../../src/core/rehearsal/rehearse-policy.ts";
import { parsePolicies } from "../../src/core/rehearsal/short-policy.ts";
import { simulate } from "../../src/core/rehearsal/simulate.ts";
import { tune } from "../../src/core/rehearsal/tune.ts";

const model: Model = {
  capacityPerTask: 100,
  taskStart: 20,
  taskStop: 5,
  memory: { idle: 20, full: 80 },
  metricDelay: 5,
  tasks: 1,
  group: {
    min: 1,
    max: 10,
    tasksPerInstance: 4,
    cpuShares: 4,
    boot: 90,
    warmUp: 60,
    targetCapacity: 100,
    managed: true,
  },
};
const week = parseLoad("sine 100..1500rps period 1d for 7d");
const startsAt = Date.parse("2026-11-23T00:00:00Z");

const setOf = (text: string): PolicySet => ({
  label: text,
  bounds: { min: 1, max: 40 },
  policies: parsePolicies(text).policies.flatMap((policy) => rehearsePolicy(policy).policies),
});

const texts = [
  "cpu 50",
  "memory 60",
  "requests 3000",
  "step cpu 80:+2 95:+4 20:-1",
  "schedule cron(0 6 ? * * *) min 5; schedule cron(0 20 ? * * *) min 1",
];

function time(what: string, run: () => unknown): void {
  const started = performance.now();
  run();
  console.log(`${what.padEnd(52)} ${Math.round(performance.now() - started)} ms`);
}

time("a week of one service with all 5 policies", () => simulate(week, setOf(texts.join("; ")), model, { startsAt }));
time("a week with 5 policies side by side", () =>
  texts.map((text) => simulate(week, setOf(text), model, { startsAt })),
);
const objective = parseTuneObjective("p(util>90%)<1%");
const set = { label: "", bounds: { min: 1, max: 40 }, policies: [] };
const costOf = (): number | null => null;
time("tune over a day", () =>
  tune({ load: parseLoad("sine 100..1500rps period 1d"), model, startsAt, objective, metric: "cpu", set, costOf }),
);
time("tune over a week", () => tune({ load: week, model, startsAt, objective, metric: "cpu", set, costOf }));
