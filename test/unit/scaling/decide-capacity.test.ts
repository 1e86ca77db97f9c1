import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  decideCapacity,
  type Cooldown,
  type Proposal,
  type Situation,
} from "../../../src/core/scaling/decide-capacity.ts";
import { gradualCapacity, proportionalCapacity } from "../../../src/core/scaling/target-tracking.ts";

const situation = (change: Partial<Situation> = {}): Situation => ({
  bounds: { min: 1, max: 10 },
  desired: 2,
  running: 2,
  now: 1_000_000,
  cooldown: undefined,
  ...change,
});

const tracking = (direction: Proposal["direction"], metric = 0, change: Partial<Proposal> = {}): Proposal => ({
  policy: "cpu",
  direction,
  want: (capacity) => (direction === "in" ? gradualCapacity : proportionalCapacity)(capacity, metric, 50),
  cooldownSeconds: 30,
  vetoesScaleIn: true,
  ...change,
});

const step = (add: number): Proposal => ({
  policy: "step",
  direction: add > 0 ? "out" : "in",
  want: (capacity) => capacity + add,
  cooldownSeconds: 60,
  vetoesScaleIn: false,
});

test("scale-out sets the whole need and starts its cooldown", () => {
  const decision = decideCapacity(situation({ desired: 1, running: 1 }), [tracking("out", 150)]);
  const cooldown: Cooldown = { direction: "out", from: 1, until: 1_030_000 };
  assert.deepEqual(decision, { kind: "scale", direction: "out", to: 3, policy: "cpu", cooldown });
});

test("scale-out stops at the maximum, and at the maximum says so", () => {
  const bounds = { min: 1, max: 3 };
  const first = decideCapacity(situation({ bounds }), [tracking("out", 400)]);
  assert.equal(first.kind === "scale" && first.to, 3);
  const second = decideCapacity(situation({ bounds, desired: 3, running: 3 }), [tracking("out", 400)]);
  assert.deepEqual(second, { kind: "not-scaled", policy: "cpu", code: "AlreadyAtMaxCapacity" });
});

test("tasks that are still starting are not asked for a second time", () => {
  const decision = decideCapacity(situation({ desired: 3, running: 1 }), [tracking("out", 150)]);
  assert.deepEqual(decision, { kind: "not-scaled", policy: "cpu", code: "AlreadyAtDesiredCapacity" });
});

test("during a scale-out cooldown the same need adds nothing, a larger one adds the difference", () => {
  const cooling = { desired: 3, running: 3, cooldown: { direction: "out", from: 1, until: 1_010_000 } } as const;
  const same = decideCapacity(situation(cooling), [tracking("out", 150)]);
  assert.deepEqual(same, { kind: "hold", why: "scale-out-cooldown", policy: "cpu" });
  const larger = decideCapacity(situation(cooling), [tracking("out", 250)]);
  assert.equal(larger.kind === "scale" && larger.to, 5);
  assert.deepEqual(larger.kind === "scale" && larger.cooldown, { direction: "out", from: 1, until: 1_030_000 });
});

test("during a step policy's scale-out cooldown only a larger step adds, counted from where the first began", () => {
  const cooling = situation({ desired: 4, running: 4, cooldown: { direction: "out", from: 2, until: 1_010_000 } });
  assert.equal(decideCapacity(cooling, [step(2)]).kind, "hold");
  const larger = decideCapacity(cooling, [step(3)]);
  assert.equal(larger.kind === "scale" && larger.to, 5);
  const later = decideCapacity({ ...cooling, now: 1_010_000 }, [step(2)]);
  assert.equal(later.kind === "scale" && later.to, 6);
});

test("scale-in waits for its own cooldown, and not for one of a scale-out", () => {
  const inCooldown = situation({ cooldown: { direction: "in", from: 3, until: 1_010_000 } });
  assert.deepEqual(decideCapacity(inCooldown, [tracking("in")]), {
    kind: "hold",
    why: "scale-in-cooldown",
    policy: "cpu",
  });
  const over = decideCapacity({ ...inCooldown, now: 1_010_000 }, [tracking("in")]);
  assert.equal(over.kind === "scale" && over.to, 1);
  const outCooldown = situation({ cooldown: { direction: "out", from: 1, until: 1_010_000 } });
  assert.equal(decideCapacity(outCooldown, [tracking("in")]).kind, "scale");
});

test("a scale-out during a scale-in cooldown happens at once and ends that cooldown", () => {
  const cooling = situation({ cooldown: { direction: "in", from: 3, until: 1_010_000 } });
  const decision = decideCapacity(cooling, [tracking("out", 100)]);
  assert.deepEqual(decision.kind === "scale" && [decision.to, decision.cooldown.direction], [4, "out"]);
});

test("scale-in at the minimum says so; one that would only flap is left", () => {
  const atMinimum = decideCapacity(situation({ desired: 1, running: 1 }), [tracking("in")]);
  assert.deepEqual(atMinimum, { kind: "not-scaled", policy: "cpu", code: "AlreadyAtMinCapacity" });
  const flapping = decideCapacity(situation(), [tracking("in", 40)]);
  assert.deepEqual(flapping, { kind: "not-scaled", policy: "cpu", code: "AutoScalingAnticipatedFlapping" });
});

test("of several policies the largest wins, and scale-out beats scale-in", () => {
  const proposals = [tracking("out", 60), tracking("out", 150, { policy: "memory" }), step(-1)];
  const decision = decideCapacity(situation(), proposals);
  assert.deepEqual(decision.kind === "scale" && [decision.policy, decision.to], ["memory", 6]);
});

test("scale-in happens only when every policy with a say agrees, and then by the least", () => {
  const memory = (direction: Proposal["direction"], metric = 0): Proposal =>
    tracking(direction, metric, { policy: "memory" });
  for (const direction of ["steady", "blind"] as const) {
    const decision = decideCapacity(situation(), [tracking("in"), memory(direction)]);
    assert.deepEqual(decision, { kind: "hold", why: "other-policy", policy: "memory" });
  }
  const quiet = { ...memory("steady"), vetoesScaleIn: false };
  assert.equal(decideCapacity(situation(), [tracking("in"), quiet]).kind, "scale");
  const both = decideCapacity(situation({ desired: 30, running: 30, bounds: { min: 1, max: 50 } }), [
    tracking("in"),
    memory("in", 48),
  ]);
  assert.deepEqual(both.kind === "scale" && [both.policy, both.to], ["memory", 29]);
});

test("a step policy scales in whatever target tracking policies think", () => {
  const decision = decideCapacity(situation({ desired: 3, running: 3 }), [tracking("steady"), step(-1)]);
  assert.deepEqual(decision.kind === "scale" && [decision.policy, decision.to], ["step", 2]);
});

test("steps too start from the running tasks: what cannot be placed is not asked for again and again", () => {
  const decision = decideCapacity(situation({ desired: 4, running: 2 }), [step(2)]);
  assert.deepEqual(decision, { kind: "not-scaled", policy: "step", code: "AlreadyAtDesiredCapacity" });
});

test("from nothing, scale-out starts with one task", () => {
  const bounds = { min: 0, max: 5 };
  const decision = decideCapacity(situation({ desired: 0, running: 0, bounds }), [tracking("out", 80)]);
  assert.equal(decision.kind === "scale" && decision.to, 1);
});

test("nothing scales in while no task runs or a deployment goes on; scale-out goes on", () => {
  const gone = situation({ desired: 3, running: 0 });
  assert.deepEqual(decideCapacity(gone, [tracking("in")]), { kind: "hold", why: "steady" });
  const deploying = situation({ deploying: true });
  const held = decideCapacity(deploying, [tracking("in")]);
  assert.deepEqual(held, { kind: "not-scaled", policy: "cpu", code: "TargetServicePutResourceAsUnscalable" });
  assert.equal(decideCapacity(deploying, [tracking("out", 90)]).kind, "scale");
});

test("a desired count that somebody set outside the bounds comes back with the next scaling in that direction", () => {
  const bounds = { min: 2, max: 4 };
  const below = situation({ bounds, desired: 1, running: 1 });
  const up = decideCapacity(below, [tracking("out", 51)]);
  assert.equal(up.kind === "scale" && up.to, 2);
  assert.equal(decideCapacity(below, [tracking("in")]).kind, "not-scaled");
  const above = situation({ bounds, desired: 8, running: 8 });
  const down = decideCapacity(above, [tracking("in")]);
  assert.equal(down.kind === "scale" && down.to, 4);
  assert.equal(decideCapacity(above, [tracking("out", 90)]).kind, "not-scaled");
});

test("suspended scaling is held in its direction only", () => {
  const suspended = situation({ suspended: { out: true } });
  assert.deepEqual(decideCapacity(suspended, [tracking("out", 150)]), {
    kind: "hold",
    why: "suspended",
    policy: "cpu",
  });
  assert.equal(decideCapacity(suspended, [tracking("in")]).kind, "scale");
  assert.equal(decideCapacity(situation({ suspended: { in: true } }), [tracking("in")]).kind, "hold");
});

test("no decision leaves the bounds, and each moves in its direction", () => {
  const proposals = fc.array(
    fc.record({
      direction: fc.constantFrom("out", "in", "steady", "blind"),
      metric: fc.integer({ min: 0, max: 1000 }),
    }),
    { maxLength: 5 },
  );
  const worlds = fc.record({
    min: fc.integer({ min: 0, max: 20 }),
    room: fc.nat(30),
    at: fc.nat(30),
    running: fc.nat(60),
  });
  fc.assert(
    fc.property(worlds, proposals, ({ min, room, at, running }, given) => {
      const bounds = { min, max: min + room };
      const desired = Math.min(bounds.max, min + at);
      const decision = decideCapacity(
        situation({ bounds, desired, running }),
        given.map(({ direction, metric }) => tracking(direction, metric)),
      );
      if (decision.kind !== "scale") return;
      assert.ok(decision.to >= bounds.min && decision.to <= bounds.max);
      assert.ok(decision.direction === "out" ? decision.to > desired : decision.to < desired);
    }),
  );
});
