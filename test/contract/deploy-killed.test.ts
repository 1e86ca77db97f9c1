import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { deploy } from "../../src/core/operations/deploy.ts";
import { destroy } from "../../src/core/operations/destroy.ts";
import { plan } from "../../src/core/operations/plan-deploy.ts";
import { DeployWorld } from "../support/deployable.ts";

let world: DeployWorld;
before(async () => {
  world = await DeployWorld.open(60);
});
after(() => world.close());

const journals = (): string[] =>
  existsSync(join(world.dir, "journals")) ? readdirSync(join(world.dir, "journals")) : [];

describe("killed half-way", () => {
  test("after any number of changing calls, the next deploy converges and makes nothing twice", async () => {
    for (let calls = 0; calls < 22; calls++) {
      const app = `kill-${calls}`;
      const project = world.project(app);
      await world.push(app);
      const ended = await deploy(world.killedAfter(calls), project, { wait: false }).then(
        () => "whole",
        (error: Error) => error.message,
      );
      if (ended === "killed") assert.equal(journals().length, 1, `${app}: the journal says what was going on`);
      else assert.equal(ended, "whole");
      await deploy(world.context(), project, { wait: false });
      const left = (await plan(world.context(), project, {})).steps.filter(({ action }) => action !== "keep");
      assert.deepEqual(left, [], `${app}: nothing is left to do`);
      assert.deepEqual(journals(), []);
      if (ended === "whole") return;
    }
  });

  test("the next deploy says what it resumes", async () => {
    const project = world.project("told");
    await world.push("told");
    await assert.rejects(deploy(world.killedAfter(5), project, { wait: false }), /killed/);
    const [journal = ""] = journals();
    assert.equal(JSON.parse(readFileSync(join(world.dir, "journals", journal), "utf8")).operation, "deploy");
    const context = world.context();
    await deploy(context, project, { wait: false });
    const notes = context.events.flatMap((event) => (event.type === "note" ? [event.message] : []));
    assert.match(notes.join("\n"), /Resuming after the deploy of .* was interrupted/);
  });

  test("a destroy that was killed is finished by the next; so is a deploy that never ended", async () => {
    for (const calls of [1, 5, 9, 14]) {
      const app = `end-${calls}`;
      const project = world.project(app);
      await world.push(app);
      await deploy(world.killedAfter(calls + 6), project, { wait: false }).catch(() => {});
      await destroy(world.killedAfter(calls), project, {}).catch(() => {});
      const { remaining } = await destroy(world.context(), project, {});
      assert.deepEqual(remaining, [], `${app}: nothing is left`);
    }
  });
});
