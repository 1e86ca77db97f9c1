import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { test } from "node:test";
import type { RuntimeError } from "../../../../src/sandbox/runtime/runtime.ts";
import { addImage } from "../../../support/images.ts";
import { containerSpec, freePort, startProcessTasks } from "../../../support/process-tasks.ts";

const page = [{ name: "usr/local/apache2/htdocs/index.html", content: "<title>Flash Sale!</title>" }];
const httpd = { Cmd: ["httpd-foreground"] };

test("a task serves the image's page at its own address and port", async () => {
  await using tasks = await startProcessTasks();
  const { registry, runtime, world } = tasks;
  const digest = await addImage(registry, world.region("us-east-1"), {
    repository: "shop",
    layers: [page],
    config: httpd,
  });
  const port = await freePort();
  const lines: string[] = [];
  const exits: number[] = [];
  const container = await runtime.start(
    containerSpec(`127.0.0.1:1/shop@${digest}`, port, {
      onLog: (line) => lines.push(line),
      onExit: ({ exitCode }) => exits.push(exitCode),
    }),
  );
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-type"), "text/html; charset=utf-8");
  assert.match(await answer.text(), /Flash Sale!/);
  assert.equal((await fetch(`http://127.0.0.1:${port}/missing.png`)).status, 404);
  assert.equal((await fetch(`http://127.0.0.1:${port}/..%2f..%2fetc/passwd`)).status, 400);
  const usage = await container.usage();
  assert.ok(usage && usage.memoryBytes > 1e6 && usage.cpuSeconds > 0, JSON.stringify(usage));
  assert.equal(container.imageDigest, digest);
  await container.stop(5);
  assert.deepEqual(exits, [0]);
  assert.ok(
    lines.some((line) => line.includes('"GET / HTTP/1.1" 200')),
    lines.join("\n"),
  );
  assert.equal(await container.usage(), undefined);
});

test("a port in use is refused in Docker's words", async () => {
  await using tasks = await startProcessTasks();
  const { registry, runtime, world } = tasks;
  await addImage(registry, world.region("us-east-1"), { repository: "shop", layers: [page], config: httpd });
  const port = await freePort();
  await runtime.start(containerSpec("127.0.0.1:1/shop", port));
  await assert.rejects(runtime.start(containerSpec("127.0.0.1:1/shop", port)), (error: RuntimeError) => {
    assert.equal(error.code, "CannotStartContainerError");
    assert.match(error.message, new RegExp(`Bind for 127\\.0\\.0\\.1:${port} failed: port is already allocated$`));
    return true;
  });
});

test("an image that was never pushed cannot be pulled", async () => {
  await using tasks = await startProcessTasks();
  await assert.rejects(tasks.runtime.start(containerSpec("127.0.0.1:1/nothing:v1", 1)), {
    code: "CannotPullContainerError",
    message: /failed to resolve ref 127\.0\.0\.1:1\/nothing:v1/,
  });
});

const server = `
  const http = require("node:http");
  http.createServer((req, res) => {
    if (req.url === "/exit") process.exit(3);
    res.end(JSON.stringify({ greeting: process.env.GREETING, leaked: Object.keys(process.env) }));
  }).listen(80, () => console.log("listening"));
`;

test("a node command runs with its ports published and only its own environment", async () => {
  await using tasks = await startProcessTasks();
  const { registry, runtime, world } = tasks;
  await addImage(registry, world.region("us-east-1"), {
    repository: "api",
    layers: [[{ name: "app/server.js", content: server }]],
    config: { Cmd: ["node", "server.js"], WorkingDir: "/app", Env: ["GREETING=hello"] },
  });
  const port = await freePort();
  const listening = Promise.withResolvers<void>();
  const exited = Promise.withResolvers<number>();
  await runtime.start(
    containerSpec("127.0.0.1:1/api", port, {
      onLog: (line) => line === "listening" && listening.resolve(),
      onExit: ({ exitCode }) => exited.resolve(exitCode),
    }),
  );
  await listening.promise;
  const seen = (await (await fetch(`http://127.0.0.1:${port}/`)).json()) as { greeting: string; leaked: string[] };
  assert.equal(seen.greeting, "hello");
  assert.deepEqual(seen.leaked.sort(), ["GREETING", "PATH"]);
  await fetch(`http://127.0.0.1:${port}/exit`).catch(() => {});
  assert.equal(await exited.promise, 3);
});

/** Starts `killed-parent.ts`, which runs one task and prints the task's pid and port, then kills it. */
async function killParent(kind: "static" | "busy"): Promise<{ pid: number; port: number }> {
  const parent = spawn(process.execPath, [path.join(import.meta.dirname, "../../../support/killed-parent.ts"), kind], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await Promise.race([once(parent.stdout, "data"), once(parent, "exit")]);
  const started = JSON.parse(String(line)) as { pid: number; port: number; dir: string };
  parent.kill("SIGKILL");
  await once(parent, "exit");
  await rm(started.dir, { recursive: true, force: true });
  return started;
}

async function waitUntilGone(pid: number): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await pause(20);
  }
  assert.fail(`process ${pid} outlived its parent`);
}

for (const kind of ["static", "busy"] as const)
  test(`a task (${kind}) ends when its sandbox is killed`, async () => {
    const { pid, port } = await killParent(kind);
    await waitUntilGone(pid);
    await assert.rejects(fetch(`http://127.0.0.1:${port}/`));
  });
