import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { useBusyboxImage } from "../../scripts/demo-busybox.ts";
import { descendants } from "../../scripts/descendants.ts";
import { waitUntilGone } from "../../src/core/cli/sandbox-socket.ts";
import { whyNoContainers } from "../support/docker-tasks.ts";
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

const containersOf = (label: string): string[] =>
  spawnSync("docker", ["ps", "--all", "--quiet", "--filter", `label=${label}`], { encoding: "utf8" })
    .stdout.split("\n")
    .filter(Boolean);

async function deployFlashSale(runtime: "docker" | "process"): Promise<Journey> {
  const journey = await Journey.open("killed-sandbox");
  await journey.json("sandbox", "start", "--speed", "60", "--runtime", runtime);
  await journey.json("init", "--template", "flash-sale", "--dir", journey.dir, "--yes", "--force");
  if (runtime === "docker") await useBusyboxImage(journey.dir);
  await journey.json("push", "--sandbox", "--engine", "builtin");
  await journey.json("deploy", "--yes", "--sandbox");
  return journey;
}

async function firstUrl(journey: Journey): Promise<string> {
  const { endpoints } = await journey.json<Endpoints>("endpoints", "--sandbox");
  assert.equal(endpoints.length, 1);
  return endpoints[0]?.url ?? "";
}

async function kill(journey: Journey): Promise<void> {
  const { pid } = await journey.json<{ pid: number }>("sandbox", "status");
  const gone = waitUntilGone(journey.stateDir, AbortSignal.timeout(30_000));
  process.kill(pid, "SIGKILL");
  await gone;
}

async function startAgain(journey: Journey, runtime: "docker" | "process"): Promise<void> {
  await journey.json("sandbox", "start", "--speed", "60", "--runtime", runtime);
  await journey.json("deploy", "--yes", "--sandbox");
  assert.equal((await fetch(await firstUrl(journey))).status, 200);
}

describe("a sandbox that is killed", { skip: existsSync("/proc/self") ? false : "needs /proc" }, () => {
  let journey: Journey;
  before(async () => {
    journey = await deployFlashSale("process");
  });
  after(() => journey.close());

  it("leaves no process, and its service comes back when it is started again", async () => {
    const url = await firstUrl(journey);
    assert.equal((await fetch(url)).status, 200);
    const { pid } = await journey.json<{ pid: number }>("sandbox", "status");
    const tasks = descendants(pid);
    assert.ok(tasks.length > 0, "the task is a process of the sandbox");
    await kill(journey);
    await until("the tasks end with the sandbox", () => tasks.every((task) => !existsSync(`/proc/${task}`)));
    await assert.rejects(fetch(url));
    await startAgain(journey, "process");
  });
});

describe("a sandbox of containers that is killed", { skip: await whyNoContainers() }, () => {
  let journey: Journey;
  before(async () => {
    journey = await deployFlashSale("docker");
  });
  after(() => journey.close());

  it("leaves no container, and its service comes back when it is started again", async () => {
    const { tasks } = await journey.json<{ tasks: { id: string }[] }>("status", "--sandbox");
    const label = `ecsctl.task=${tasks[0]?.id}`;
    assert.equal(containersOf(label).length, 1);
    await kill(journey);
    await until("the container goes with the sandbox", () => containersOf(label).length === 0);
    await startAgain(journey, "docker");
  });
});
