import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { detectEngine } from "../../src/sandbox/runtime/container-engine.ts";
import { type DockerTasks, listContainers, startDockerTasks, whyNoContainers } from "../support/docker-tasks.ts";
import { containerSpec, freePort } from "../support/process-tasks.ts";

const skip = await whyNoContainers();
const newTaskId = () => randomBytes(16).toString("hex");

async function readPage(port: number): Promise<string> {
  for (let tries = 0; ; tries++)
    try {
      return await (await fetch(`http://127.0.0.1:${port}/`)).text();
    } catch (error) {
      // Docker publishes the port before the program in the container listens.
      if (tries === 250) throw error;
      await pause(20);
    }
}

describe("tasks as containers", { skip }, () => {
  let tasks: DockerTasks;
  before(async () => {
    tasks = await startDockerTasks();
  });
  after(() => tasks.close());

  test("a container of an image from our registry serves its page, is measured, logs and goes", async () => {
    const { runtime, image, engine } = tasks;
    const port = await freePort();
    const taskId = newTaskId();
    const lines: string[] = [];
    const exits: number[] = [];
    const container = await runtime.start(
      containerSpec(image, port, {
        taskId,
        onLog: (line) => lines.push(line),
        onExit: ({ exitCode }) => exits.push(exitCode),
      }),
    );
    assert.match(await readPage(port), /Flash Sale!/);
    const usage = await container.usage();
    assert.ok(usage && usage.cpuSeconds >= 0 && usage.memoryBytes > 0, JSON.stringify(usage));
    const { HostConfig } = await engine.call<{ HostConfig: { CpuShares: number; Memory: number } }>({
      method: "GET",
      path: `/containers/${container.runtimeId}/json`,
    });
    assert.deepEqual([HostConfig.CpuShares, HostConfig.Memory], [256, 512 * 1024 * 1024]);
    await container.stop(0);
    assert.equal(exits.length, 1);
    assert.ok(
      lines.some((line) => line.includes("response:200")),
      lines.join("\n"),
    );
    assert.deepEqual(await listContainers(engine, `ecsctl.task=${taskId}`), []);
    assert.equal(await container.usage(), undefined);
  });

  test("a program that ends by itself tells its exit code", async () => {
    const exited = Promise.withResolvers<{ exitCode: number }>();
    await tasks.runtime.start(
      containerSpec(tasks.image, await freePort(), {
        taskId: newTaskId(),
        entryPoint: ["/bin/busybox", "sh", "-c", "exit 3"],
        onExit: exited.resolve,
      }),
    );
    assert.equal((await exited.promise).exitCode, 3);
  });

  test("a port in use and a missing program are refused in Docker's words, and leave nothing", async () => {
    const { runtime, image, engine } = tasks;
    const port = await freePort();
    const container = await runtime.start(containerSpec(image, port, { taskId: newTaskId() }));
    const taskId = newTaskId();
    await assert.rejects(runtime.start(containerSpec(image, port, { taskId })), {
      code: "CannotStartContainerError",
      message: /^Error response from daemon: .*port is already allocated/,
    });
    const entryPoint = ["/bin/nothing"];
    await assert.rejects(runtime.start(containerSpec(image, await freePort(), { taskId, entryPoint })), {
      code: "CannotStartContainerError",
      message: /no such file or directory/,
    });
    assert.deepEqual(await listContainers(engine, `ecsctl.task=${taskId}`), []);
    await container.stop(0);
  });
});

test("a killed sandbox leaves no container", { skip }, async () => {
  const engine = await detectEngine();
  assert.ok(engine);
  const taskId = newTaskId();
  const script = path.join(import.meta.dirname, "../support/killed-containers.ts");
  const parent = spawn(process.execPath, [script, taskId], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await Promise.race([once(parent.stdout, "data"), once(parent, "exit")]);
  const { dir } = JSON.parse(String(line)) as { dir: string };
  assert.equal((await listContainers(engine, `ecsctl.task=${taskId}`)).length, 1);
  parent.kill("SIGKILL");
  await once(parent, "exit");
  await rm(dir, { recursive: true, force: true });
  for (let tries = 0; tries < 500; tries++) {
    if ((await listContainers(engine, `ecsctl.task=${taskId}`)).length === 0) return;
    await pause(20);
  }
  assert.fail("the container outlived its sandbox");
});
