import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import type { Registry } from "../registry/registry.ts";
import type { ResolvedImage } from "../registry/resolve-image.ts";
import { makeToken } from "../world/records/ecr.ts";
import { childEntry } from "./child-entry.ts";
import { type ContainerEngine, EngineError, readText } from "./container-engine.ts";
import { DockerContainer } from "./docker-container.ts";
import { removeContainer, removeLeftovers, removePulledImages, runLabel, sandboxLabel } from "./leftovers.ts";
import type { TaskDoor, TaskNetwork } from "../task-door.ts";
import { type ContainerSpec, type RunningContainer, type Runtime, RuntimeError } from "./runtime.ts";
import { openNetwork, type OpenNetwork, removeNetworks } from "./task-network.ts";

export interface DockerRuntimeOptions {
  engine: ContainerEngine;
  registry: () => Registry;
  /** `127.0.0.1:PORT`: where the engine pulls from. */
  endpoint: () => string;
  /** Lets the tasks reach the sandbox's API; without it, they cannot. */
  openDoor?: ((network: TaskNetwork) => Promise<TaskDoor>) | undefined;
  log?: ((message: string) => void) | undefined;
  /** The sandbox's state directory: its containers are known by it after a crash. */
  dir: string;
}

/** One container a task's container, in a Docker-compatible engine. */
export class DockerRuntime implements Runtime {
  readonly kind = "docker";
  private readonly options: DockerRuntimeOptions;
  private readonly label: string;
  private readonly run = randomUUID();
  private readonly running = new Set<DockerContainer>();
  private readonly pulls = new Map<string, Promise<string>>();
  private ready: Promise<void> | undefined;
  private watchdog: ChildProcess | undefined;
  private network: OpenNetwork | undefined;
  private closed = false;

  constructor(options: DockerRuntimeOptions) {
    this.options = options;
    this.label = createHash("sha256").update(options.dir).digest("hex").slice(0, 12);
  }

  async start(spec: ContainerSpec): Promise<RunningContainer> {
    const { engine } = this.options;
    const image = await this.options.registry().resolve(spec.image);
    await (this.ready ??= this.prepare());
    const reference = await this.pull(image);
    if (this.closed) throw new RuntimeError("CannotStartContainerError", "the sandbox is stopping");
    const id = await this.create(spec, reference);
    try {
      await engine.call({ method: "POST", path: `/containers/${id}/start` });
    } catch (error) {
      await removeContainer(engine, id).catch(() => {});
      throw inDockersWords("CannotStartContainerError", error);
    }
    const { clock } = image.region.world;
    const container = new DockerContainer(engine, id, { spec, imageDigest: image.digest, now: () => clock.date() });
    this.running.add(container);
    void container.gone.then(() => this.running.delete(container));
    if (this.closed) await container.stop(0);
    return container;
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.running].map((container) => container.stop(0).catch(() => {})));
    if (!this.ready) return;
    const { engine } = this.options;
    await removeLeftovers(engine, `${runLabel}=${this.run}`).catch(() => 0);
    this.network?.door.close();
    await removeNetworks(engine, `${runLabel}=${this.run}`).catch(() => {});
    await removePulledImages(engine, this.options.endpoint()).catch(() => {});
    // Nothing is left for it to do.
    this.watchdog?.kill("SIGKILL");
  }

  /** Before the first container: what a killed run left behind goes, and somebody watches over this one. */
  private async prepare(): Promise<void> {
    const { engine } = this.options;
    await removeLeftovers(engine, `${sandboxLabel}=${this.label}`);
    await removeNetworks(engine, `${sandboxLabel}=${this.label}`).catch(() => {});
    const watched = [engine.socketPath, `${runLabel}=${this.run}`, this.options.endpoint()];
    const watchdog = spawn(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", childEntry("watchdog"), ...watched],
      { stdio: ["pipe", "ignore", "ignore"], detached: true, env: { PATH: process.env["PATH"] } },
    );
    watchdog.on("error", () => {});
    watchdog.stdin?.on("error", () => {});
    watchdog.unref();
    this.watchdog = watchdog;
    await this.connect();
  }

  /** Without a way to the API tasks run all the same; those that call AWS will say so. */
  private async connect(): Promise<void> {
    const { engine, openDoor, log } = this.options;
    if (!openDoor) return;
    const labels = { [sandboxLabel]: this.label, [runLabel]: this.run };
    try {
      this.network = await openNetwork(engine, { name: `ecsctl-${this.run.slice(0, 8)}`, labels }, openDoor);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      log?.(`containers cannot reach the sandbox's API: ${why}`);
    }
  }

  /** The sandbox listens at loopback, which is the container's own in a container. */
  private environment({ environment }: ContainerSpec): string[] {
    const here = `http://${this.options.endpoint()}`;
    const there = this.network ? `http://${this.network.door.endpoint}` : here;
    return Object.entries(environment).map(
      ([name, value]) => `${name}=${name === "AWS_ENDPOINT_URL" && value === here ? there : value}`,
    );
  }

  /** Pulls once for each image and returns the name that the engine knows it by. */
  private pull(image: ResolvedImage): Promise<string> {
    const existing = this.pulls.get(image.digest);
    if (existing) return existing;
    const pulling = this.pullOnce(image);
    pulling.catch(() => this.pulls.delete(image.digest));
    this.pulls.set(image.digest, pulling);
    return pulling;
  }

  private async pullOnce({ repository, digest, region }: ResolvedImage): Promise<string> {
    const name = `${this.options.endpoint()}/${repository}`;
    const auth = { username: "AWS", password: makeToken(region).token, serveraddress: this.options.endpoint() };
    const answer = await this.options.engine.open({
      method: "POST",
      path: `/images/create?fromImage=${encodeURIComponent(name)}&tag=${encodeURIComponent(digest)}`,
      // The URL alphabet with padding, as Docker reads it.
      headers: {
        "x-registry-auth": Buffer.from(JSON.stringify(auth))
          .toString("base64")
          .replaceAll("+", "-")
          .replaceAll("/", "_"),
      },
    });
    const text = await readText(answer);
    const failure = /"(?:error|message)":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
    if (failure !== undefined || answer.statusCode !== 200)
      throw new RuntimeError("CannotPullContainerError", `Error response from daemon: ${failure ?? text}`);
    return `${name}@${digest}`;
  }

  private async create(spec: ContainerSpec, image: string): Promise<string> {
    const ports = spec.ports.map((port) => ({ key: `${port.containerPort}/${port.protocol}`, ...port }));
    const bindings = ports.map(({ key, hostPort }) => [key, [{ HostIp: spec.address, HostPort: String(hostPort) }]]);
    const body = {
      Image: image,
      ...(spec.command ? { Cmd: spec.command } : {}),
      ...(spec.entryPoint ? { Entrypoint: spec.entryPoint } : {}),
      Env: this.environment(spec),
      ExposedPorts: Object.fromEntries(ports.map(({ key }) => [key, {}])),
      Labels: { [sandboxLabel]: this.label, [runLabel]: this.run, "ecsctl.task": spec.taskId },
      HostConfig: {
        ...(this.network ? { NetworkMode: this.network.name } : {}),
        PortBindings: Object.fromEntries(bindings) as object,
        CpuShares: Math.max(2, spec.cpu),
        Memory: spec.memoryMiB * 1024 * 1024,
        LogConfig: { Type: "json-file", Config: { "max-size": "10m", "max-file": "2" } },
      },
    };
    const name = `ecs-${spec.containerName}-${spec.taskId.slice(0, 12)}-${this.run.slice(0, 8)}`;
    try {
      const made = await this.options.engine.call<{ Id: string }>({
        method: "POST",
        path: `/containers/create?name=${encodeURIComponent(name)}`,
        body,
      });
      return made.Id;
    } catch (error) {
      throw inDockersWords("CannotCreateContainerError", error);
    }
  }
}

function inDockersWords(code: string, error: unknown): unknown {
  return error instanceof EngineError ? new RuntimeError(code, `Error response from daemon: ${error.message}`) : error;
}
