import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Registry } from "../registry/registry.ts";
import type { ResolvedImage } from "../registry/resolve-image.ts";
import { childEntry } from "./child-entry.ts";
import { commandLine, nodeArguments } from "./command-line.ts";
import { findDocumentRoot } from "./document-root.ts";
import type { PortMap } from "./node-task.ts";
import { readLines } from "./output-lines.ts";
import { portTaken } from "./port-taken.ts";
import { type Beside, runBeside } from "./process-command.ts";
import { ProcessContainer } from "./process-container.ts";
import { type ContainerSpec, type RunningContainer, type Runtime, RuntimeError } from "./runtime.ts";
import type { StaticTaskMessage, StaticTaskOptions } from "./static-task.ts";
import { type UnpackedImage, unpackImage } from "./unpack.ts";

export interface ProcessRuntimeOptions {
  registry: () => Registry;
  /** Where images are unpacked, one folder a digest. */
  dir: string;
}

/** Old releases of Node warn that they run TypeScript; a task's log is no place for that. */
const quiet = ["--disable-warning=ExperimentalWarning"];

/** One process a container: a server of ours for the image's files, or our Node for a `node` command. */
export class ProcessRuntime implements Runtime {
  readonly kind = "process";
  private readonly options: ProcessRuntimeOptions;
  private readonly running = new Set<ProcessContainer>();
  private readonly unpacking = new Map<string, Promise<UnpackedImage>>();
  private closed = false;

  constructor(options: ProcessRuntimeOptions) {
    this.options = options;
  }

  async start(spec: ContainerSpec): Promise<RunningContainer> {
    const image = await this.options.registry().resolve(spec.image);
    const unpacked = await this.unpack(image);
    if (this.closed) throw new RuntimeError("CannotStartContainerError", "the sandbox is stopping");
    const argv = commandLine({ entryPoint: spec.entryPoint, command: spec.command, config: image.config });
    const node = nodeArguments(argv);
    const child = node ? await startNode(spec, image, unpacked, node) : await startStatic(spec, image, unpacked, argv);
    const container = new ProcessContainer(child, spec, {
      runtimeId: createHash("sha256").update(spec.taskId).update(randomBytes(16)).digest("hex"),
      imageDigest: image.digest,
      // Our own file server needs the memory of a Node process, whatever the image's own would have needed.
      enforceMemory: node !== undefined,
      run: (words, timeoutSeconds) => runBeside(besideOf(spec, image, unpacked), words, timeoutSeconds),
    });
    this.running.add(container);
    void container.gone.then(() => this.running.delete(container));
    return container;
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.running].map((container) => container.stop(0)));
  }

  /** Two tasks of one image unpack it once. */
  private async unpack(image: ResolvedImage): Promise<UnpackedImage> {
    const existing = this.unpacking.get(image.digest);
    if (existing) return await existing;
    const dir = path.join(this.options.dir, image.digest.replace(":", "-"));
    const made = unpackImage(dir, image.layers).catch((error: Error) => {
      this.unpacking.delete(image.digest);
      throw new RuntimeError("CannotPullContainerError", `failed to register layer: ${error.message}`);
    });
    this.unpacking.set(image.digest, made);
    return await made;
  }
}

const tcpPorts = (spec: ContainerSpec) => spec.ports.filter(({ protocol }) => protocol === "tcp");

/** Nothing of our own environment reaches a task but the search path. */
function environment(spec: ContainerSpec, image: ResolvedImage): Record<string, string> {
  const own = (image.config.Env ?? []).map((pair) => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
  return { ...Object.fromEntries(own), ...spec.environment, PATH: process.env["PATH"] ?? "" };
}

async function startStatic(
  spec: ContainerSpec,
  image: ResolvedImage,
  unpacked: UnpackedImage,
  argv: readonly string[],
): Promise<ChildProcess> {
  const root = findDocumentRoot(unpacked, argv);
  if (root === undefined)
    throw new RuntimeError(
      "CannotStartContainerError",
      `a task that is a process serves an image's files or runs a node command; this image has no index.html and runs ${JSON.stringify(argv.join(" "))}: start the sandbox with --runtime docker`,
    );
  const listen = tcpPorts(spec).map(({ hostPort }) => ({ address: spec.address, port: hostPort }));
  const options: StaticTaskOptions = { root, listen };
  const child = launch(spec, image, [...quiet, childEntry("static-task"), JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const failure = await new Promise<StaticTaskMessage>((resolve) => {
    child.once("message", (message) => resolve(message as StaticTaskMessage));
    child.once("error", (error) => resolve({ failed: "spawn", message: error.message }));
    child.once("exit", (code) => resolve({ failed: "exit", message: `the server ended with code ${code}` }));
  });
  if ("ready" in failure) return child;
  child.kill("SIGKILL");
  const [port] = listen;
  if (failure.failed === "EADDRINUSE" && port) throw portTaken(spec, port.port);
  throw new RuntimeError("CannotStartContainerError", failure.message);
}

async function startNode(
  spec: ContainerSpec,
  image: ResolvedImage,
  unpacked: UnpackedImage,
  argv: readonly string[],
): Promise<ChildProcess> {
  const ports = tcpPorts(spec);
  for (const { hostPort } of ports) if (!(await isFree(spec.address, hostPort))) throw portTaken(spec, hostPort);
  const map: PortMap = Object.fromEntries(
    ports.map(({ containerPort, hostPort }) => [containerPort, { address: spec.address, port: hostPort }]),
  );
  const inImage = (word: string) =>
    word.startsWith("/") && existsSync(path.join(unpacked.root, word)) ? path.join(unpacked.root, word) : word;
  const child = launch(
    spec,
    image,
    [...quiet, "--import", pathToFileURL(childEntry("node-task")).href, ...argv.map(inImage)],
    {
      cwd: path.join(unpacked.root, image.config.WorkingDir ?? "/"),
      env: { ECSCTL_TASK_PORTS: JSON.stringify(map) },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    },
  );
  // The pipe that the child watches: its end is all that matters.
  child.stdio[3]?.on("error", () => {});
  return await new Promise((resolve, reject) => {
    child.once("spawn", () => resolve(child));
    child.once("error", (error) => reject(new RuntimeError("CannotStartContainerError", error.message)));
  });
}

const besideOf = (spec: ContainerSpec, image: ResolvedImage, { root }: UnpackedImage): Beside => ({
  root,
  folder: path.join(root, image.config.WorkingDir ?? "/"),
  environment: environment(spec, image),
  address: spec.address,
  ports: tcpPorts(spec),
});

/** Starts our own Node; its output goes to the task's log in the world's time. */
function launch(spec: ContainerSpec, image: ResolvedImage, args: string[], options: SpawnOptions): ChildProcess {
  const env = { ...environment(spec, image), ...options.env };
  const child = spawn(process.execPath, args, { ...options, env });
  const { clock } = image.region.world;
  for (const stream of [child.stdout, child.stderr])
    if (stream) readLines(stream, (line) => spec.onLog(line, clock.date()));
  return child;
}

function isFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, address, () => probe.close(() => resolve(true)));
  });
}
