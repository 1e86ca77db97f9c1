import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Faults } from "./faults.ts";
import { controlFaults } from "./faults/control.ts";
import { createRegistry, type Registry } from "./registry/registry.ts";
import { NoRuntime } from "./runtime/none.ts";
import type { Runtime } from "./runtime/runtime.ts";
import { controlInbox } from "./inbox.ts";
import { readState, Saver } from "./saver.ts";
import { listen } from "./server.ts";
import { openTaskDoor, type TaskDoor, type TaskNetwork } from "./task-door.ts";
import { Dispatcher } from "./wire/dispatch.ts";
import type { WireAnswer, WireRequest } from "./wire/request.ts";
import { probeAddresses } from "./world/addresses.ts";
import { closeBalancers } from "./world/balancers.ts";
import { Clock } from "./world/clock.ts";
import { engines } from "./world/engines.ts";
import { World } from "./world/world.ts";

/** The ticker never runs more often than this, however fast the world is. */
const shortestTickMs = 20;

export interface SandboxOptions {
  /** Absent: where this state directory's sandbox listened before, else a free port. Rejects with `EADDRINUSE`. */
  port?: number | undefined;
  /** World seconds a real second. */
  speed?: number | undefined;
  /** Time passes only through `world.step`. */
  stepped?: boolean | undefined;
  /** Makes what tasks run on, once a world. */
  makeRuntime?: ((parts: RuntimeParts) => Runtime) | undefined;
  /** Where the state is kept; absent: in memory only. */
  stateDir?: string | undefined;
  log?: ((message: string) => void) | undefined;
  /** Somebody asked for `/_sandbox/stop`. */
  onStop?: (() => void) | undefined;
}

/** What a runtime needs of the sandbox that it works for. The registry is there once the world is. */
export interface RuntimeParts {
  registry: () => Registry;
  /** `127.0.0.1:PORT`. */
  endpoint: () => string;
  /** Lets the members of a network reach the API. */
  openDoor: (network: TaskNetwork) => Promise<TaskDoor>;
  log: (message: string) => void;
}

export interface SandboxStatus {
  /** Tells one run of a sandbox from any other process that may come to listen at its port. */
  instance: string;
  pid: number;
  port: number;
  endpoint: string;
  speed: number;
  runtime: Runtime["kind"];
  since: string;
  /** The world's time. */
  now: string;
}

/** One running sandbox: a world, its clock, and the server through which AWS's clients reach it. */
export class Sandbox {
  readonly instance = randomUUID();
  private readonly options: SandboxOptions;
  private readonly since = new Date();
  private readonly log: (message: string) => void;
  private readonly saver: Saver | undefined;
  /** Where the registry keeps blobs; made with the first one. */
  private readonly registryDir: string;
  private current: Universe;
  private server: Server | undefined;
  private port = 0;
  private ticker: NodeJS.Timeout | undefined;
  private lastFault = "";

  private constructor(options: SandboxOptions) {
    this.options = options;
    this.log = options.log ?? ((message) => process.stderr.write(`${message}\n`));
    const { stateDir: dir } = options;
    this.registryDir = dir === undefined ? join(tmpdir(), `ecsctl-registry-${randomUUID()}`) : join(dir, "registry");
    this.current = this.createUniverse();
    this.saver =
      dir === undefined ? undefined : new Saver({ dir, world: () => this.world, port: () => this.port, log: this.log });
  }

  static async start(options: SandboxOptions = {}): Promise<Sandbox> {
    const sandbox = new Sandbox(options);
    const saved = options.stateDir === undefined ? undefined : readState(options.stateDir);
    if (saved) {
      sandbox.world.store.load(saved.text);
      sandbox.world.clock.set(saved.heading.now);
    }
    await probeAddresses(sandbox.world);
    await sandbox.listen(saved?.heading.port);
    if (!options.stepped) sandbox.startTicker();
    sandbox.saver?.start();
    return sandbox;
  }

  get world(): World {
    return this.current.world;
  }

  /** What goes wrong on purpose in this world. */
  get faults(): Faults {
    return this.current.faults;
  }

  /** `http://127.0.0.1:PORT`, for `AWS_ENDPOINT_URL`. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  status(): SandboxStatus {
    const { clock, runtime } = this.world;
    return {
      instance: this.instance,
      pid: process.pid,
      port: this.port,
      endpoint: this.url,
      speed: clock.speed,
      runtime: runtime.kind,
      since: this.since.toISOString(),
      now: clock.date().toISOString(),
    };
  }

  /** Ends every task and begins with an empty world. */
  async reset(): Promise<void> {
    const { world: former } = this;
    this.current = this.createUniverse();
    await closeBalancers(former);
    await probeAddresses(this.world);
    await former.runtime.close();
    await rm(this.registryDir, { recursive: true, force: true });
  }

  /** Stops listening, saves, and ends everything that was started. */
  async close(): Promise<void> {
    clearInterval(this.ticker);
    this.server?.close();
    this.server?.closeAllConnections();
    // Saved before the tasks end: they are to be running again after a restart.
    await this.saver?.close();
    await closeBalancers(this.world);
    await this.world.runtime.close();
    if (!this.saver) await rm(this.registryDir, { recursive: true, force: true });
  }

  private createUniverse(): Universe {
    const { speed = 1, stepped = false, makeRuntime = () => new NoRuntime() } = this.options;
    const endpoint = () => `127.0.0.1:${this.port}`;
    const clock = new Clock({ speed, stepped });
    const now = () => clock.now();
    const api = (request: WireRequest): Promise<WireAnswer> => dispatcher.dispatch(request);
    const openDoor = (network: TaskNetwork) => openTaskDoor(network, { api, now, log: this.log });
    const runtime = makeRuntime({ endpoint, registry: () => registry, openDoor, log: this.log });
    const world = new World({ clock, runtime, engines, endpoint });
    const registry = createRegistry(world, { dir: this.registryDir });
    const faults = new Faults(world);
    const dispatcher = new Dispatcher({ world, faults, log: this.log });
    return { world, registry, faults, dispatcher };
  }

  private async listen(formerPort: number | undefined): Promise<void> {
    const doors = {
      now: () => this.world.clock.now(),
      api: (request: WireRequest): Promise<WireAnswer> => this.current.dispatcher.dispatch(request),
      registry: (request: IncomingMessage, response: ServerResponse) => this.current.registry.handle(request, response),
      control: (name: string, request: ControlRequest) => this.control(name, request),
      log: this.log,
    };
    const { port } = this.options;
    const listening =
      port === undefined && formerPort !== undefined
        ? await listen(formerPort, doors).catch(() => listen(0, doors))
        : await listen(port ?? 0, doors);
    this.server = listening.server;
    this.port = listening.port;
  }

  private startTicker(): void {
    const { speed } = this.world.clock;
    this.ticker = setInterval(() => this.pass(), Math.max(shortestTickMs, 1000 / speed));
  }

  /** A fault in an engine must not end the world; the next pass tries again. */
  private pass(): void {
    try {
      this.world.pass();
    } catch (error) {
      const fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
      // Many passes a second may fail alike; the log needs it once.
      if (fault !== this.lastFault) this.log(`pass: ${fault}`);
      this.lastFault = fault;
    }
  }

  private async control(name: string, { method, url, body }: ControlRequest): Promise<object | undefined> {
    if (name === "status" && method === "GET") return this.status();
    if (name === "inbox") return controlInbox(this.world, method, body);
    if (name === "faults") return controlFaults(this.current.faults, method, body);
    if (method !== "POST") return undefined;
    if (name === "reset") {
      await this.reset();
      return this.status();
    }
    if (name === "stop" && this.options.onStop) {
      setImmediate(this.options.onStop);
      return this.status();
    }
    if (name === "step" && this.options.stepped) {
      this.world.step(Number(url.searchParams.get("seconds") ?? 1));
      return this.status();
    }
    return undefined;
  }
}

/** A world and what serves it; a reset makes another one. */
interface Universe {
  world: World;
  registry: Registry;
  faults: Faults;
  dispatcher: Dispatcher;
}

interface ControlRequest {
  method: string;
  url: URL;
  body: Buffer;
}
