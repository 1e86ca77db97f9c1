import { after, before, describe, test } from "node:test";
import { killAndRepeat, runUndisturbed, scenarios } from "../support/chaos.ts";
import { DeployWorld } from "../support/deployable.ts";

/** How many apps live, die and are brought back side by side. */
const concurrency = 6;

let world: DeployWorld;
before(async () => {
  world = await DeployWorld.open(200);
});
after(() => world.close());

describe("killed after every changing call, run again: the same end, nothing twice", { concurrency: false }, () => {
  for (const name of Object.keys(scenarios) as (keyof typeof scenarios)[])
    test(name, async (context) => {
      const expected = await runUndisturbed(world, name);
      let points = 0;
      let next = 0;
      const failed = new AbortController();
      const work = async (): Promise<void> => {
        while (!failed.signal.aborted && (await killAndRepeat(world, name, next++, expected))) points++;
      };
      const note = (error: unknown): Promise<never> => {
        failed.abort();
        return Promise.reject(error);
      };
      // All of them end before the world does: who is left behind would ask it for ever.
      const ends = await Promise.allSettled(Array.from({ length: concurrency }, () => work().catch(note)));
      for (const end of ends) if (end.status === "rejected") throw end.reason;
      context.diagnostic(`${name}: ${points} points, ${expected.length} resources at the end`);
    });
});
