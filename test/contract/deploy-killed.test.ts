import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { deploy } from "../../src/core/operations/deploy.ts";
import { destroy } from "../../src/core/operations/destroy.ts";
import { killAndRepeat, runUndisturbed } from "../support/chaos.ts";
import { DeployWorld } from "../support/deployable.ts";

/** After which changing calls: thirty of the points of `npm run test:chaos`. */
const sample = {
  deploy: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
  update: [0, 1],
  rollback: [0],
  destroy: [0, 2, 4, 5, 7, 8, 10, 12, 14, 16],
};

let world: DeployWorld;
before(async () => {
  world = await DeployWorld.open(200);
});
after(() => world.close());

const journals = (): string[] =>
  existsSync(join(world.dir, "journals")) ? readdirSync(join(world.dir, "journals")) : [];

describe("killed half-way", () => {
  test("the next deploy says what it resumes", async () => {
    const project = world.project("told");
    await world.push("told");
    await assert.rejects(deploy(world.killedAfter(5), project, { wait: false }), /killed/);
    const [journal = ""] = journals();
    assert.equal(JSON.parse(readFileSync(join(world.dir, "journals", journal), "utf8")).operation, "deploy");
    const context = world.context();
    await deploy(context, project, { wait: false });
    const notes = context.events.flatMap((event) => (event.type === "note" ? [event.message] : []));
    assert.match(notes.join("\n"), /Resuming after the deploy of .* (was interrupted|failed at: create)/);
  });

  test("a deploy that never ended is destroyed whole, by a destroy that was killed too", async () => {
    for (const calls of [3, 11]) {
      const app = `end-${calls}`;
      const project = world.project(app);
      await world.push(app);
      await deploy(world.killedAfter(calls + 4), project, { wait: false }).catch(() => {});
      await destroy(world.killedAfter(calls), project, {}).catch(() => {});
      const { remaining } = await destroy(world.context(), project, {});
      assert.deepEqual(remaining, [], `${app}: nothing is left`);
    }
  });

  // All points of everything: npm run test:chaos.
  for (const [name, points] of Object.entries(sample))
    test(`${name}: run again, the same end as without the kill, and nothing twice`, async () => {
      const expected = await runUndisturbed(world, name as keyof typeof sample);
      const left = [...points];
      const work = async (): Promise<void> => {
        for (let calls = left.shift(); calls !== undefined; calls = left.shift())
          assert.ok(await killAndRepeat(world, name as keyof typeof sample, calls, expected), `${calls} is too late`);
      };
      await Promise.all([work(), work(), work(), work()]);
    });
});
