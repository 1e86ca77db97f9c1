import { existsSync } from "node:fs";
import { readFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type ContainerEngine, detectEngine } from "../../src/sandbox/runtime/container-engine.ts";
import { DockerRuntime } from "../../src/sandbox/runtime/docker.ts";
import type { Registry } from "../../src/sandbox/registry/registry.ts";
import { Sandbox } from "../../src/sandbox/sandbox.ts";
import { addImage } from "./images.ts";

const busybox = "/bin/busybox";

/** Why the tests with containers cannot run here; false when they can. CI, which installs an engine, requires one. */
export async function whyNoContainers(): Promise<string | false> {
  const why = await findReason();
  if (why && process.env["ECSCTL_TEST_ENGINE"] === "required")
    throw new Error(`ECSCTL_TEST_ENGINE=required, but ${why}`);
  return why;
}

async function findReason(): Promise<string | false> {
  if (!(await detectEngine())) return "no container engine answers on this computer";
  return existsSync(busybox) ? false : `there is no static ${busybox} to make an image of`;
}

export interface DockerTasks {
  dir: string;
  sandbox: Sandbox;
  engine: ContainerEngine;
  runtime: DockerRuntime;
  registry: Registry;
  /** `127.0.0.1:PORT/shop@sha256:…`: busybox's web server with one page. */
  image: string;
  close(): Promise<void>;
}

/** A sandbox whose tasks are containers, with an image from scratch in its registry. */
export async function startDockerTasks(): Promise<DockerTasks> {
  const engine = await detectEngine();
  if (!engine) throw new Error("no container engine");
  const dir = await mkdtemp(path.join(tmpdir(), "ecsctl-docker-"));
  let made: { runtime: DockerRuntime; registry: () => Registry } | undefined;
  const sandbox = await Sandbox.start({
    stepped: true,
    log: () => {},
    makeRuntime: (parts) => {
      made = { runtime: new DockerRuntime({ ...parts, engine, dir }), registry: parts.registry };
      return made.runtime;
    },
  });
  if (!made) throw new Error("the sandbox made no runtime");
  const digest = await addImage(made.registry(), sandbox.world.region("us-east-1"), {
    repository: "shop",
    layers: [
      [{ name: "bin/busybox", content: await readFile(busybox), mode: 0o755 }],
      [{ name: "www/index.html", content: "<title>Flash Sale!</title>" }],
    ],
    config: { Entrypoint: [busybox, "httpd", "-f", "-v", "-p", "80", "-h", "/www"] },
  });
  return {
    dir,
    sandbox,
    engine,
    runtime: made.runtime,
    registry: made.registry(),
    image: `127.0.0.1:1/shop@${digest}`,
    close: async () => {
      await sandbox.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** The containers with that label, by id. */
export async function listContainers(engine: ContainerEngine, label: string): Promise<string[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  const found = await engine.call<{ Id: string }[]>({
    method: "GET",
    path: `/containers/json?all=true&filters=${filters}`,
  });
  return found.map(({ Id }) => Id);
}
