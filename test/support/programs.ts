import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configSchema, type Config } from "../../src/core/config/schema.ts";
import type { Project } from "../../src/core/config/project.ts";
import type { Context } from "../../src/core/context.ts";
import type { Event } from "../../src/core/events.ts";
import { createRegistry, type Registry } from "../../src/sandbox/registry/registry.ts";
import { ProcessRuntime } from "../../src/sandbox/runtime/process.ts";
import { startSandbox, type TestSandbox } from "./sandbox.ts";
import { addImage } from "./images.ts";

/** What the image of these tests can do, by its first argument. */
const program = `
import { createServer } from "node:http";
const [what] = process.argv.slice(2);
const serve = (status = 200) =>
  createServer((request, response) => response.writeHead(request.url === "/env" ? 200 : status).end("hello " + process.env.GREETING)).listen(80);
if (what === "exit") {
  for (let line = 1; line <= 30; line++) console.log("line " + line);
  process.exitCode = 3;
} else if (what === "eat") {
  const eaten = Array.from({ length: 16 }, () => Buffer.alloc(32 * 1024 * 1024, 1));
  setInterval(() => eaten.length, 1000);
} else serve(what === "lost" ? 404 : 200);
`;

/** A sandbox whose tasks are real processes of an image that does what its command says. */
export class ProgramWorld {
  readonly sandbox: TestSandbox;
  readonly dir: string;
  private readonly registry: Registry;

  private constructor(sandbox: TestSandbox, registry: Registry, dir: string) {
    this.sandbox = sandbox;
    this.registry = registry;
    this.dir = dir;
  }

  static async open(speed: number): Promise<ProgramWorld> {
    const dir = mkdtempSync(join(tmpdir(), "ecsctl-programs-"));
    const later: { registry?: Registry } = {};
    const runtime = new ProcessRuntime({
      registry: () => later.registry ?? fail("the registry is not there yet"),
      dir: join(dir, "images"),
    });
    const sandbox = await startSandbox({ speed, runtime });
    later.registry = createRegistry(sandbox.world, { dir: join(dir, "registry") });
    return new ProgramWorld(sandbox, later.registry, dir);
  }

  async close(): Promise<void> {
    await this.sandbox.close();
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** A project on one instance at most, with its image pushed. */
  async project(app: string, change: (config: Config) => void = () => {}): Promise<Project> {
    const config = configSchema.parse({
      app,
      image: { repository: `${app}-web` },
      cluster: {
        name: `${app}-cluster`,
        capacity: { instanceType: "t2.small", min: 1, max: 1, instanceRole: `${app}-instance` },
      },
      service: { name: `${app}-service` },
      task: {
        family: `${app}-task`,
        cpu: 256,
        memory: 256,
        executionRole: `${app}-execution`,
        container: { name: "web-container", port: 80 },
        logs: { group: `/ecs/${app}` },
      },
    });
    change(config);
    const layers = [[{ name: "app/main.mjs", content: program }]];
    const image = { repository: config.image.repository, layers, config: { Cmd: ["node", "/app/main.mjs"] } };
    await addImage(this.registry, this.sandbox.region, image);
    return { config, file: join(this.dir, `${app}.yaml`), dir: this.dir, sources: {} };
  }

  context(signal?: AbortSignal): Context & { events: Event[] } {
    return this.sandbox.context({ stateDir: this.dir, ...(signal ? { signal } : {}) });
  }

  /** A context that does something once a step of that kind is done; its next call to AWS waits until that is over. */
  contextThat(kind: string, act: () => Promise<unknown>): Context {
    const context = this.context();
    let acted: Promise<unknown> | undefined;
    const send = context.aws.call.bind(context.aws) as (...args: unknown[]) => Promise<unknown>;
    const waiting = async (...args: unknown[]): Promise<unknown> => {
      await acted;
      return send(...args);
    };
    Object.defineProperty(context.aws, "call", { value: waiting });
    const emit = (event: Event): void => {
      context.emit(event);
      if (event.type === "step" && event.status === "done" && event.id.startsWith(`${kind}/`)) acted ??= act();
    };
    return { ...context, emit };
  }
}

function fail(message: string): never {
  throw new Error(message);
}

/** The command of a container that does that. */
export const commandOf = (what: "serve" | "exit" | "eat" | "lost"): string[] => ["node", "/app/main.mjs", what];
