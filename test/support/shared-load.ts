import { NoRuntime } from "../../src/sandbox/runtime/none.ts";

/** Containers that do nothing but share a load, given in vCPUs; each holds `memoryMiB`. */
export class SharedLoad extends NoRuntime {
  vcpus = 0;
  memoryMiB = 64;
  /** The world's time in ms; set it when the sandbox runs. */
  now = (): number => 0;
  private readonly used = new Map<string, { at: number; cpuSeconds: number }>();
  override load = ({ taskId }: { taskId: string }) => {
    const before = this.used.get(taskId) ?? { at: this.now(), cpuSeconds: 0 };
    const share = this.vcpus / this.running.size;
    const cpuSeconds = before.cpuSeconds + (share * (this.now() - before.at)) / 1000;
    this.used.set(taskId, { at: this.now(), cpuSeconds });
    return { cpuSeconds, memoryBytes: this.memoryMiB * 2 ** 20 };
  };
}
