import type { ContainerSpec, RunningContainer, Runtime } from "./runtime.ts";

/** No processes at all: for deterministic tests. Usage is what the test scripts. */
export class NoRuntime implements Runtime {
  readonly kind = "none";
  readonly running = new Map<string, ContainerSpec>();
  /** CPU seconds per second and bytes that each container claims to use. */
  load: (spec: ContainerSpec) => { cpuSeconds: number; memoryBytes: number } = () => ({
    cpuSeconds: 0,
    memoryBytes: 0,
  });
  /** With which code a command in the container ends. */
  onRun: (spec: ContainerSpec, argv: readonly string[]) => number = () => 0;
  /** Throws from here make a start fail. */
  onStart: (spec: ContainerSpec) => void = () => {};

  async start(spec: ContainerSpec): Promise<RunningContainer> {
    this.onStart(spec);
    this.running.set(spec.taskId, spec);
    return {
      runtimeId: spec.taskId.slice(0, 32),
      imageDigest: undefined,
      stop: async () => {
        if (this.running.delete(spec.taskId)) spec.onExit({ exitCode: 0 });
      },
      run: async (argv) => ({ exitCode: this.onRun(spec, argv), output: "" }),
      usage: async () => (this.running.has(spec.taskId) ? this.load(spec) : undefined),
    };
  }

  async close(): Promise<void> {
    this.running.clear();
  }
}
