import { once } from "node:events";
import { createServer, type Server } from "node:http";
import {
  type ContainerSpec,
  type RunningContainer,
  type Runtime,
  RuntimeError,
} from "../../src/sandbox/runtime/runtime.ts";

/** Tasks as HTTP servers in this process: they really answer, and use as much CPU as the test says. */
export class HttpTasks implements Runtime {
  readonly kind = "none";
  /** How often each task answered. */
  readonly answered = new Map<string, number>();
  /** CPU seconds that each request from now on costs, out of thin air. */
  cpuSecondsPerRequest: number;
  private readonly used = new Map<string, number>();
  private readonly servers = new Map<string, Server>();

  constructor(cpuSecondsPerRequest = 0) {
    this.cpuSecondsPerRequest = cpuSecondsPerRequest;
  }

  async start(spec: ContainerSpec): Promise<RunningContainer> {
    const { taskId } = spec;
    this.answered.set(taskId, 0);
    const server = createServer((_request, response) => {
      this.answered.set(taskId, (this.answered.get(taskId) ?? 0) + 1);
      this.used.set(taskId, (this.used.get(taskId) ?? 0) + this.cpuSecondsPerRequest);
      response.end("<title>Flash Sale!</title>");
    });
    server.listen({ host: spec.address, port: spec.ports[0]?.hostPort ?? 0 });
    await once(server, "listening").catch((error: Error) => {
      throw new RuntimeError("CannotStartContainerError", error.message);
    });
    this.servers.set(taskId, server);
    return {
      runtimeId: taskId.slice(0, 32),
      imageDigest: undefined,
      stop: async () => {
        await this.end(taskId);
        spec.onExit({ exitCode: 0 });
      },
      run: async () => ({ exitCode: 0, output: "" }),
      usage: async () =>
        this.servers.has(taskId) ? { cpuSeconds: this.used.get(taskId) ?? 0, memoryBytes: 50_000_000 } : undefined,
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.servers.keys()].map((taskId) => this.end(taskId)));
  }

  private async end(taskId: string): Promise<void> {
    const server = this.servers.get(taskId);
    if (!server?.listening) return;
    this.servers.delete(taskId);
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  }
}
