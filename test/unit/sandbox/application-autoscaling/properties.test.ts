import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { ScaledService } from "./scaled-service.ts";

const hour = 3600;
const bounds = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 10 }))
  .map(([min, more]) => ({ min, max: min + more }));
const policy = fc.record({
  target: fc.integer({ min: 10, max: 90 }),
  scaleIn: fc.constantFrom(0, 60, 300),
  scaleOut: fc.constantFrom(0, 30, 300),
});
type Policy = typeof policy extends fc.Arbitrary<infer Value> ? Value : never;

async function makeService({ min, max }: { min: number; max: number }, { target, scaleIn, scaleOut }: Policy) {
  const service = new ScaledService();
  service.register(min, max);
  await service.track({ TargetValue: target, ScaleInCooldown: scaleIn, ScaleOutCooldown: scaleOut });
  return service;
}

test("whatever the load, the desired count stays within the bounds", async () => {
  const loads = fc.array(fc.integer({ min: 0, max: 1500 }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(bounds, policy, loads, async (range, rule, load) => {
      const service = await makeService(range, rule);
      for (const level of load) {
        service.load = level;
        service.world.step(20 * 60);
      }
      for (const [, desired] of service.changes)
        assert.ok(desired >= range.min && desired <= range.max, JSON.stringify(service.changes));
    }),
    { numRuns: 15 },
  );
});

test("under a constant load the desired count comes to rest", async () => {
  await fc.assert(
    fc.asyncProperty(bounds, policy, fc.integer({ min: 0, max: 700 }), async (range, rule, load) => {
      const service = await makeService(range, rule);
      service.load = load;
      service.world.step(2 * hour);
      const settled = service.changes.length;
      service.world.step(hour);
      assert.equal(service.changes.length, settled, JSON.stringify(service.changes));
      const directions = service.changes.map(([, desired], index) => desired - (service.changes[index - 1]?.[1] ?? 1));
      assert.ok(
        directions.filter((change, index) => change > 0 && (directions[index - 1] ?? 1) < 0).length === 0,
        "in, then out again",
      );
    }),
    { numRuns: 12 },
  );
});

test("more load never comes to rest with fewer tasks", async () => {
  await fc.assert(
    fc.asyncProperty(
      policy,
      fc.integer({ min: 0, max: 400 }),
      fc.integer({ min: 0, max: 300 }),
      async (rule, load, more) => {
        const rest = async (level: number): Promise<number> => {
          const service = await makeService({ min: 1, max: 10 }, rule);
          service.load = level;
          service.world.step(hour);
          return service.desired;
        };
        assert.ok((await rest(load + more)) >= (await rest(load)));
      },
    ),
    { numRuns: 8 },
  );
});
