import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createRegistry, type Registry } from "../../src/sandbox/registry/registry.ts";
import { NoRuntime } from "../../src/sandbox/runtime/none.ts";
import { ProcessRuntime } from "../../src/sandbox/runtime/process.ts";
import type { ContainerSpec } from "../../src/sandbox/runtime/runtime.ts";
import { Clock } from "../../src/sandbox/world/clock.ts";
import { World } from "../../src/sandbox/world/world.ts";

/** A registry and a runtime of processes, in a folder of their own. */
export async function startProcessTasks(): Promise<{
  dir: string;
  world: World;
  registry: Registry;
  runtime: ProcessRuntime;
  [Symbol.asyncDispose](): Promise<void>;
}> {
  const dir = await mkdtemp(path.join(tmpdir(), "ecsctl-tasks-"));
  const world = new World({ clock: new Clock(), runtime: new NoRuntime(), engines: [] });
  const registry = createRegistry(world, { dir: path.join(dir, "registry") });
  const runtime = new ProcessRuntime({ registry: () => registry, dir: path.join(dir, "images") });
  return {
    dir,
    world,
    registry,
    runtime,
    [Symbol.asyncDispose]: async () => {
      await runtime.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A port that nobody listens at just now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A container of that image with its port 80 published at `port`. */
export function containerSpec(image: string, port: number, more: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    taskId: "0123456789abcdef0123456789abcdef",
    containerName: "web-container",
    image,
    environment: {},
    cpu: 256,
    memoryMiB: 512,
    address: "127.0.0.1",
    ports: [{ containerPort: 80, hostPort: port, protocol: "tcp" }],
    onLog: () => {},
    onExit: () => {},
    ...more,
  };
}
