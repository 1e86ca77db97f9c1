import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { whyNoContainers } from "../support/docker-tasks.ts";

const demo = join(import.meta.dirname, "../../scripts/demo.ts");
const skip = await whyNoContainers();

/** The running containers that a sandbox started for the demo's container definition. */
function countContainers(): number {
  const list = spawnSync("docker", ["ps", "--format", "{{.Names}}", "--filter", "label=ecsctl.sandbox"], {
    encoding: "utf8",
  });
  return list.stdout.split("\n").filter((name) => name.startsWith("ecs-web-container-")).length;
}

test("the same journey with an engine: docker ps shows three at the peak, and none afterwards", { skip }, async () => {
  const before = countContainers();
  const child = spawn(process.execPath, [demo, "--runtime", "docker"], {
    env: { ...process.env, CI: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  let peak = 0;
  const watching = setInterval(() => (peak = Math.max(peak, countContainers() - before)), 500);
  const code = await ended;
  clearInterval(watching);
  assert.equal(code, 0, output);
  assert.match(output, /tasks went 1 → 3 → 1/);
  assert.match(output, /the image is FROM scratch with busybox/);
  assert.equal(peak, 3, "docker ps showed three containers at the peak");
  assert.equal(countContainers(), before, "no container is left");
});
