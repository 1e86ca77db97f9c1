import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { deploy } from "../../src/core/operations/deploy.ts";
import type { Target } from "../../src/sandbox/faults.ts";
import { listInventory, runUndisturbed } from "../support/chaos.ts";
import { DeployWorld, isChanging } from "../support/deployable.ts";

const cli = join(import.meta.dirname, "../../bin/dev.js");
/** After which changing call the process is killed, while the sandbox still works on it. */
const sample = { deploy: [1, 5, 9, 13, 17], destroy: [1, 6, 11, 16] };

let world: DeployWorld;
before(async () => {
  world = await DeployWorld.open(100);
});
after(() => world.close());

/** Runs the real command and kills its process at its `calls`-th changing call; true when it came to that. */
async function killCommand(args: string[], calls: number): Promise<boolean> {
  const { faults, url } = world.sandbox;
  const env = {
    PATH: process.env["PATH"],
    ECSCTL_STATE_DIR: world.dir,
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: "sandbox",
    AWS_SECRET_ACCESS_KEY: "sandbox",
    AWS_REGION: "us-east-1",
  };
  const child = spawn(process.execPath, [cli, ...args], { env, stdio: "ignore" });
  const ended = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  const pass = faults.pass.bind(faults);
  let seen = 0;
  faults.pass = (target: Target) => {
    if (isChanging(target) && ++seen === calls) child.kill("SIGKILL");
    return pass(target);
  };
  const [, signal] = await ended;
  faults.pass = pass;
  return signal === "SIGKILL";
}

describe("the process itself is killed", () => {
  test("during a first deploy: the next one ends as if nothing had been", async () => {
    const expected = await runUndisturbed(world, "deploy");
    for (const calls of sample.deploy) {
      const app = `killed-deploy-${String(calls).padStart(2, "0")}`;
      await world.push(app, "1");
      const file = world.writeConfig(app);
      assert.ok(await killCommand(["deploy", "--yes", "--config", file], calls), `${app}: it was killed`);
      assert.equal((await deploy(world.context(), world.project(app), {})).deployment.status, "completed");
      assert.deepEqual(listInventory(world, app), expected, app);
    }
  });

  test("during a destroy: the next one leaves nothing", async () => {
    for (const calls of sample.destroy) {
      const app = `killed-destroy-${String(calls).padStart(2, "0")}`;
      await world.push(app, "1");
      await deploy(world.context(), world.project(app), { wait: false });
      const args = ["destroy", "--yes", "--config", world.writeConfig(app)];
      assert.ok(await killCommand(args, calls), `${app}: it was killed`);
      await killCommand(args, Infinity);
      assert.deepEqual(listInventory(world, app), [], app);
    }
  });
});
