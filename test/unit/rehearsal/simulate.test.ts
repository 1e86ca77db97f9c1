import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { array, assert as checkAll, integer, property, record } from "fast-check";
import { parseLoad } from "../../../src/core/rehearsal/load-expression.ts";
import type { Model } from "../../../src/core/rehearsal/model.ts";
import { rehearsePolicy } from "../../../src/core/rehearsal/rehearse-policy.ts";
import { parsePolicies } from "../../../src/core/rehearsal/short-policy.ts";
import { type Rehearsal, simulate } from "../../../src/core/rehearsal/simulate.ts";

const startsAt = Date.parse("2026-11-23T00:00:00Z");

const model = (changes: Partial<Model> = {}): Model => ({
  capacityPerTask: 100,
  taskStart: 10,
  taskStop: 5,
  memory: { idle: 20, full: 80 },
  metricDelay: 5,
  tasks: 1,
  ...changes,
});
const group = {
  min: 1,
  max: 5,
  tasksPerInstance: 2,
  cpuShares: 2,
  boot: 60,
  warmUp: 60,
  targetCapacity: 100,
  managed: true,
};

function rehearse(load: string, policy: string, changes: Partial<Model> = {}, points = 0): Rehearsal {
  const { policies, bounds = { min: 1, max: 10 } } = parsePolicies(policy);
  const set = { label: policy, bounds, policies: policies.flatMap((one) => rehearsePolicy(one).policies) };
  return simulate(parseLoad(load), set, model(changes), { startsAt, points });
}

const path = ({ changes }: Rehearsal): string => changes.map(({ seconds, to }) => `${seconds}:${to}`).join(" ");

describe("a rehearsal", () => {
  test("scales out to the full need after three minutes over the target, and in one by one after fifteen under", () => {
    const run = rehearse("step 220rps 20m; drop", "cpu 50 cooldown 60s");
    // Fargate shows 100 % at most: the need shows bit by bit.
    assert.match(path(run), /^185:2 245:4 305:5 /);
    const downs = run.changes.filter(({ from, to }) => to < from);
    assert.ok(downs.every(({ from, to }) => from - to === 1));
    assert.ok((downs[0]?.seconds ?? 0) > 305 + 14 * 60);
    assert.equal(run.changes[0]?.policy, "cpu");
  });

  test("on instances a task may use what nobody else does, so the need shows at once", () => {
    const roomy = { ...group, cpuShares: 8, tasksPerInstance: 8 };
    assert.match(path(rehearse("step 220rps 20m", "cpu 50 cooldown 60s", { group: roomy })), /^185:5/);
  });

  test("tasks wait for instances, which boot; at the group's maximum they wait for ever", () => {
    const { figures, timeline } = rehearse("step 900rps 30m", "cpu 50 cooldown 60s; 1..20", { group }, 2000);
    assert.deepEqual([figures.peakDesired, figures.peakRunning, figures.peakInstances], [20, 10, 5]);
    assert.ok(figures.waitingSeconds > 20 * 60);
    const more = timeline.find(({ instances }) => instances > 1);
    const runs = timeline.find(({ running }) => running > 2);
    assert.ok(more && runs && runs.seconds - more.seconds >= group.boot + 10, "boot, then start");
  });

  test("a group without managed scaling stays as it is", () => {
    const { figures } = rehearse("step 900rps 30m", "cpu 50 cooldown 60s", { group: { ...group, managed: false } });
    assert.deepEqual([figures.peakInstances, figures.peakRunning], [1, 2]);
  });

  test("a schedule moves the bounds in its time zone", () => {
    const run = rehearse(
      "step 10rps 12h",
      "cpu 50; schedule cron(0 8 ? * * *) zone Europe/Berlin min 4; schedule cron(0 10 ? * * *) zone Europe/Berlin min 1",
    );
    assert.equal(path(run).split(" ")[0], `${7 * 3600}:4`);
    assert.equal(run.changes[0]?.policy, "schedule-2");
    assert.ok((run.changes[1]?.seconds ?? 0) >= 9 * 3600, "scales in only when the minimum lets it");
  });

  test("requests a task and minute can be tracked as well", () => {
    assert.match(path(rehearse("step 50rps 20m", "requests 1000 cooldown 60s")), /^185:3/);
  });

  test("a forecast scales before the hour that it foresees, from the second day on", () => {
    const load = "repeat 3 (step 45rps 8h; step 450rps 8h; step 45rps 8h)";
    const { changes } = rehearse(load, "cpu 50 cooldown 60s; predict cpu 50; 1..12");
    const foreseen = changes.filter(({ policy }) => policy.startsWith("predict"));
    assert.deepEqual(
      foreseen.map(({ seconds, to }) => [seconds, to]),
      [
        [(24 + 8) * 3600 - 300, 9],
        [(48 + 8) * 3600 - 300, 9],
      ],
    );
    const without = rehearse(load, "cpu 50 cooldown 60s; 1..12").figures;
    const withIt = rehearse(load, "cpu 50 cooldown 60s; predict cpu 50; 1..12").figures;
    assert.ok(withIt.underProvisionedSeconds < without.underProvisionedSeconds / 2);
  });

  test("without any task there is no figure for the worst moment, and nothing scales", () => {
    const run = rehearse("step 50rps 20m", "cpu 50; 0..10", { tasks: 0 });
    assert.deepEqual([run.figures.worstUtilisation, run.changes.length, run.figures.lostPercent], [null, 0, 100]);
  });

  test("high-resolution metrics act within a minute", () => {
    const [slow, fast] = ["cpu 50", "cpu 50 fast"].map((policy) => rehearse("step 90rps 20m", policy).changes[0]);
    assert.equal(slow?.seconds, 185);
    assert.ok(fast && fast.seconds < 90, `${fast?.seconds}`);
  });

  test("the figures are sums that can be done by hand", () => {
    const { figures, shareAbove } = rehearse("step 95rps 30m; step 150rps 30m", "cpu 99 no-scale-in; 1..1");
    assert.deepEqual(
      [figures.seconds, figures.requests, figures.taskHours, figures.instanceHours, figures.lostRequests],
      [3600, 441_000, 1, 0, 90_000],
    );
    assert.deepEqual(
      [figures.riskPercent, figures.worstUtilisation, figures.underProvisionedSeconds],
      [100, 150, 1800],
    );
    assert.deepEqual([shareAbove(95), shareAbove(94), shareAbove(150)], [50, 100, 0]);
    const idle = rehearse("step 45rps 1h", "cpu 99 no-scale-in; 3..3").figures;
    assert.deepEqual([idle.overProvisionedTaskHours, idle.riskPercent, idle.meanUtilisation], [2, 0, 15]);
  });

  test("a timeline has as many points as asked for, and keeps the peak", () => {
    const { timeline } = rehearse("step 10rps 1h; spike 95rps 5s; hold 1h", "cpu 50", {}, 200);
    assert.ok(timeline.length <= 200 && timeline.length > 100);
    assert.equal(Math.max(...timeline.map(({ utilisation }) => utilisation ?? 0)), 95);
  });
});

const policy = record({
  target: integer({ min: 20, max: 90 }),
  out: integer({ min: 0, max: 600 }),
  in: integer({ min: 0, max: 600 }),
  min: integer({ min: 1, max: 4 }),
  more: integer({ min: 0, max: 20 }),
});
const textOf = (one: { target: number; out: number; in: number; min: number; more: number }): string =>
  `cpu ${one.target} out ${one.out}s in ${one.in}s; ${one.min}..${one.min + one.more}`;

describe("whatever the policy and the load", () => {
  test("the count stays within its bounds, and every change begins where the one before ended", () => {
    checkAll(
      property(policy, array(integer({ min: 0, max: 1500 }), { minLength: 1, maxLength: 6 }), (one, rates) => {
        const run = rehearse(rates.map((rate) => `step ${rate}rps 20m`).join("; "), textOf(one), { group });
        let count = Math.max(one.min, 1);
        for (const { from, to } of run.changes) {
          assert.equal(from, count);
          assert.ok(to >= one.min && to <= one.min + one.more && to !== from);
          count = to;
        }
        assert.ok(run.figures.peakRunning <= group.max * group.tasksPerInstance);
      }),
      { numRuns: 60 },
    );
  });

  test("a constant load ends in a constant count: no flapping", () => {
    checkAll(
      property(policy, integer({ min: 0, max: 1200 }), (one, rate) => {
        const run = rehearse(`step ${rate}rps 5h`, textOf(one));
        const late = run.changes.filter(({ seconds }) => seconds > 4 * 3600);
        assert.deepEqual(late, [], path(run));
      }),
      { numRuns: 60 },
    );
  });

  test("more load never means fewer tasks at the peak", () => {
    checkAll(
      property(policy, integer({ min: 1, max: 600 }), integer({ min: 0, max: 600 }), (one, rate, more) => {
        const [less, greater] = [rate, rate + more].map(
          (all) => rehearse(`step ${all}rps 3h`, textOf(one)).changes.at(-1)?.to ?? one.min,
        );
        assert.ok((less ?? 0) <= (greater ?? 0));
      }),
      { numRuns: 60 },
    );
  });
});
