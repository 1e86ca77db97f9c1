import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { descendants } from "../../scripts/descendants.ts";
import { waitUntilGone } from "../../src/core/cli/sandbox-socket.ts";
import { Journey } from "../support/journey.ts";

interface Endpoints {
  endpoints: { url: string }[];
}

/** Waits for a condition of the machine, not of the sandbox; fails after half a minute. */
async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!holds()) {
    assert.ok(performance.now() < deadline, what);
    await pause(50);
  }
}

describe("a sandbox that is killed", { skip: existsSync("/proc/self") ? false : "needs /proc" }, () => {
  let journey: Journey;
  before(async () => {
    journey = await Journey.open("killed-sandbox");
    await journey.json("sandbox", "start", "--speed", "60", "--runtime", "process");
    await journey.json("init", "--template", "flash-sale", "--dir", journey.dir, "--yes", "--force");
    await journey.json("push", "--sandbox", "--engine", "builtin");
    await journey.json("deploy", "--yes", "--sandbox");
  });
  after(() => journey.close());

  const firstUrl = async (): Promise<string> => {
    const { endpoints } = await journey.json<Endpoints>("endpoints", "--sandbox");
    assert.equal(endpoints.length, 1);
    return endpoints[0]?.url ?? "";
  };

  it("leaves no process, and its service comes back when it is started again", async () => {
    const url = await firstUrl();
    assert.equal((await fetch(url)).status, 200);
    const { pid } = await journey.json<{ pid: number }>("sandbox", "status");
    const tasks = descendants(pid);
    assert.ok(tasks.length > 0, "the task is a process of the sandbox");
    const gone = waitUntilGone(journey.stateDir, AbortSignal.timeout(30_000));
    process.kill(pid, "SIGKILL");
    await gone;
    await until("the tasks end with the sandbox", () => tasks.every((task) => !existsSync(`/proc/${task}`)));
    await assert.rejects(fetch(url));

    await journey.json("sandbox", "start", "--speed", "60", "--runtime", "process");
    await journey.json("deploy", "--yes", "--sandbox");
    assert.equal((await fetch(await firstUrl())).status, 200);
  });
});
