import type { ChildProcess } from "node:child_process";
import { constants } from "node:os";
import { readUsage, type Usage } from "./process-usage.ts";
import type { CommandOutcome, ContainerSpec, RunningContainer } from "./runtime.ts";

interface Identity {
  runtimeId: string;
  imageDigest: string;
  enforceMemory: boolean;
  /** How a command runs beside the process. */
  run: RunningContainer["run"];
}

/** How often a process's memory is looked at: a kernel would end it at once. Real ms. */
const memoryWatchMs = 100;

/** A container that is one child process. */
export class ProcessContainer implements RunningContainer {
  readonly runtimeId: string;
  readonly imageDigest: string;
  /** Resolves when the process has ended. */
  readonly gone: Promise<void>;
  private readonly child: ChildProcess;
  private readonly spec: ContainerSpec;
  private readonly enforceMemory: boolean;
  private readonly runBeside: RunningContainer["run"];
  private ended = false;
  private reason: string | undefined;

  constructor(child: ChildProcess, spec: ContainerSpec, identity: Identity) {
    this.child = child;
    this.spec = spec;
    this.runtimeId = identity.runtimeId;
    this.imageDigest = identity.imageDigest;
    this.enforceMemory = identity.enforceMemory;
    this.runBeside = identity.run;
    const watch = identity.enforceMemory ? setInterval(() => void this.usage(), memoryWatchMs).unref() : undefined;
    this.gone = new Promise((resolve) => {
      const end = (code: number | null, signal: NodeJS.Signals | null) => {
        if (this.ended) return;
        this.ended = true;
        clearInterval(watch);
        const exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
        this.spec.onExit({ exitCode, ...(this.reason === undefined ? {} : { reason: this.reason }) });
        resolve();
      };
      // It may have ended between its start and now.
      if (child.exitCode !== null || child.signalCode !== null)
        queueMicrotask(() => end(child.exitCode, child.signalCode));
      // "close" comes after the last line of output, so the log is whole when the container is gone.
      else child.once("close", end);
    });
  }

  async stop(graceSeconds: number): Promise<void> {
    if (this.ended) return;
    this.child.kill(graceSeconds > 0 ? "SIGTERM" : "SIGKILL");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), graceSeconds * 1000);
    await this.gone;
    clearTimeout(timer);
  }

  run(argv: readonly string[], timeoutSeconds: number): Promise<CommandOutcome> {
    return this.runBeside(argv, timeoutSeconds);
  }

  async usage(): Promise<Usage | undefined> {
    const { pid } = this.child;
    const usage = this.ended || pid === undefined ? undefined : await readUsage(pid);
    if (usage && this.enforceMemory && usage.memoryBytes > this.spec.memoryMiB * 1024 * 1024) {
      this.reason = "OutOfMemoryError: Container killed due to memory usage";
      this.child.kill("SIGKILL");
    }
    return usage;
  }
}
